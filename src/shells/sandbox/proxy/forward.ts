import { createPrivateKey } from "node:crypto";
import { isJsonObject, type AdminUpstream, type JsonObject, type Timeout } from "../../../core/model/index.ts";
import { decrypt } from "../admin/encryption.ts";
import type { ObjectStore } from "../store/objects.ts";
import { attempt, type Agents, type Attempt, type AttemptOptions, type UpBody } from "./attempt.ts";
import type { Picker } from "./balancer.ts";
import type { Onward } from "./exchange.ts";
import { hostHeaderOf, nodesOf, type Node } from "./nodes.ts";
import { written } from "../schema/lua.ts";

export interface ForwardOptions {
  readonly upstream: AdminUpstream;
  readonly picker: Picker;
  readonly onward: Onward;
  /** The Host header that the client sent. */
  readonly clientHost: string;
  /** Of the route; it goes before that of the upstream. */
  readonly timeout: Timeout | undefined;
  readonly body: UpBody;
  readonly agents: Agents;
  readonly store: ObjectStore;
  readonly signal: AbortSignal;
  readonly onPick: (node: Node) => void;
}

const byDefault: Timeout = { connect: 60, send: 60, read: 60 };
/** Sent twice they could do something twice, so they are not sent again once they may have arrived. */
const notIdempotent = new Set(["POST", "LOCK", "PATCH"]);

/**
 * Sends a request up, and to another node where one cannot be reached or is silent, as nginx does
 * (`proxy_next_upstream error timeout`). Source: apache/apisix 3.18, apisix/balancer.lua, set_balancer_opts().
 */
export async function forward(
  options: ForwardOptions,
): Promise<Exclude<Attempt, { kind: "failed" }> | { readonly kind: "failed"; readonly status: number }> {
  const { upstream, picker, signal, onward } = options;
  const tries = 1 + (upstream.retries ?? nodesOf(upstream).length - 1);
  const deadline = (upstream.retry_timeout ?? 0) > 0 ? Date.now() + (upstream.retry_timeout ?? 0) * 1_000 : Infinity;
  let status = 502;
  for (let round = 0; round < tries && !signal.aborted && (round === 0 || Date.now() < deadline); round += 1) {
    const node = picker.next();
    if (node === undefined) break;
    options.onPick(node);
    let outcome = await attempt(attemptOptions(options, node));
    // An idle connection that was cut as we took it says nothing about the node.
    while (outcome.kind === "failed" && outcome.wasStale && !signal.aborted)
      outcome = await attempt(attemptOptions(options, node));
    if (outcome.kind !== "failed") return outcome;
    ({ status } = outcome);
    if (outcome.wasSent && (options.body.kind === "stream" || notIdempotent.has(onward.method))) break;
  }
  return { kind: "failed", status };
}

function attemptOptions(
  { upstream, onward, clientHost, timeout, body, agents, signal, store }: ForwardOptions,
  node: Node,
): AttemptOptions {
  const scheme = upstream.scheme ?? "http";
  return {
    node,
    scheme,
    onward,
    host: hostFor(upstream, node, onward.host ?? clientHost),
    body,
    timeout: timeout ?? upstream.timeout ?? byDefault,
    agents,
    tls: clientCertificateOf(upstream, store),
    signal,
  };
}

function hostFor(
  { pass_host = "pass", upstream_host, scheme = "http" }: AdminUpstream,
  node: Node,
  host: string,
): string {
  if (pass_host === "rewrite") return upstream_host ?? host;
  return pass_host === "node" ? hostHeaderOf(node, scheme) : host;
}

function clientCertificateOf({ tls }: AdminUpstream, store: ObjectStore): AttemptOptions["tls"] {
  const id = tls?.["client_cert_id"];
  const source =
    id === undefined ? { cert: tls?.["client_cert"], key: tls?.["client_key"] } : certificateIn(store, written(id));
  const { cert, key } = source;
  if (typeof cert !== "string" || typeof key !== "string") return {};
  const clear = key.startsWith("---") ? key : decrypt(key);
  return clear === undefined ? {} : { cert, key: createPrivateKey(clear).export({ type: "pkcs8", format: "pem" }) };
}

function certificateIn(store: ObjectStore, id: string): JsonObject {
  const value = store.get(`/ssls/${id}`)?.value;
  return isJsonObject(value) ? value : {};
}
