import { mutableCopy, written, type Mutable } from "../schema/lua.ts";
import { fieldsOf } from "../schema/lua.ts";
import type { BodyCheck } from "./context.ts";

/**
 * The object that a field names must exist. Looked up in the store itself, so that what was just written is seen.
 * Source: apache/apisix 3.18, apisix/admin/{routes,services,consumers,stream_routes}.lua, check_conf().
 */
export function reference(field: string, kind: string, label: string): BodyCheck {
  return (body, { store, skipReferences = false }) => {
    const id = body[field];
    if (id === undefined || skipReferences || store.get(`/${kind}/${written(id)}`) !== undefined) return undefined;
    return `failed to fetch ${label} info by ${label} id [${written(id)}], response code: 404`;
  };
}

/** A client certificate named by an upstream; looked up even where other references are not. */
export function clientCertificateFault(
  upstream: Mutable | undefined,
  store: Parameters<BodyCheck>[1]["store"],
): string | undefined {
  const id = fieldsOf(fieldsOf(upstream)["tls"])["client_cert_id"];
  if (id === undefined) return undefined;
  const ssl = store.get(`/ssls/${written(id)}`)?.value;
  if (ssl === undefined) return `failed to fetch ssl info by ssl id [${written(id)}], response code: 404`;
  const isClient =
    typeof ssl === "object" && ssl !== null && !Array.isArray(ssl) && "type" in ssl && ssl["type"] === "client";
  return isClient ? undefined : `failed to fetch ssl info by ssl id [${written(id)}], wrong ssl type`;
}

/** A stream route below another: that one exists, speaks the same protocol and is not the route itself. */
export const superior: BodyCheck = (body, { store, id, skipReferences = false }) => {
  const protocol = fieldsOf(body["protocol"]);
  const { superior_id, name } = protocol;
  if (superior_id === undefined || skipReferences) return undefined;
  if (written(superior_id) === written(id)) return "stream route can not set itself as superior_id";
  const found = store.get(`/stream_routes/${written(superior_id)}`)?.value;
  if (found === undefined) return `failed to fetch stream routes[${written(superior_id)}], response code: 404`;
  const above = fieldsOf(fieldsOf(mutableCopy(found))["protocol"])["name"];
  if (above === undefined || above === name) return undefined;
  return `protocol mismatch: subordinate protocol [${written(name)}] does not match superior protocol [${written(above)}]`;
};
