import { isIP } from "node:net";
import { fieldsOf, isTable, written, type Mutable, type MutableObject } from "../schema/lua.ts";
import { asOf } from "../schema/as-of.ts";
import { violationOf } from "../schema/check.ts";
import { hashKeys, upstream as upstreamSchema } from "../schema/upstream.ts";
import { Breakdown } from "./answer.ts";
import { pairFault } from "./certificates.ts";
import type { BodyCheck } from "./context.ts";
import { clientCertificateFault } from "./references.ts";

/**
 * An upstream of its own, or inline in another object. Source: apache/apisix 3.18, apisix/upstream.lua,
 * check_upstream_conf().
 */
export const upstreamFault: BodyCheck = (upstream, { store, version }) => {
  const schemaFault = addressFormFault(upstream["nodes"]) ?? violationOf(asOf(upstreamSchema, version), upstream);
  if (schemaFault !== undefined) return `invalid configuration: ${schemaFault}`;
  return (
    portFault(upstream["nodes"]) ??
    clientCertificateFault(upstream, store) ??
    passHostFault(upstream) ??
    certificateFault(upstream) ??
    hashFault(upstream)
  );
};

export const inlineUpstreamFault: BodyCheck = (body, context) => {
  const { upstream } = body;
  return isTable(upstream) && !Array.isArray(upstream) ? upstreamFault(upstream, context) : undefined;
};

function addressFormFault(nodes: Mutable | undefined): string | undefined {
  if (nodes === undefined || nodes === null) return undefined;
  if (typeof nodes !== "object") throw new Breakdown("nodes are neither list nor object");
  if (!Array.isArray(nodes)) return undefined;
  for (const node of nodes) {
    if (!isTable(node)) throw new Breakdown("a node is no object");
    const { host } = fieldsOf(node);
    if (typeof host === "string" && isIP(host) === 6) return "IPv6 address must be enclosed with '[' and ']'";
  }
  return undefined;
}

function portFault(nodes: Mutable | undefined): string | undefined {
  for (const address of Object.keys(fieldsOf(nodes))) {
    const port = /:(\d+)$/.exec(address)?.[1];
    if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return `invalid port ${Number(port)}`;
  }
  return undefined;
}

function passHostFault({ pass_host, upstream_host }: MutableObject): string | undefined {
  if (pass_host !== "rewrite" || (upstream_host !== undefined && upstream_host !== "")) return undefined;
  return "`upstream_host` can't be empty when `pass_host` is `rewrite`";
}

function certificateFault(upstream: MutableObject): string | undefined {
  const { client_cert, client_key } = fieldsOf(upstream["tls"]);
  return client_cert === undefined ? undefined : pairFault(written(client_cert), written(client_key));
}

function hashFault({ type, hash_on, key }: MutableObject): string | undefined {
  if (type !== "chash") return undefined;
  if (hash_on !== "consumer" && key === undefined) return "missing key";
  const schema = hashKeys[written(hash_on)];
  const violation = schema === undefined || key === undefined ? undefined : violationOf(schema, key);
  return violation === undefined ? undefined : `invalid configuration: ${violation}`;
}
