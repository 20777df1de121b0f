import { hostname } from "node:os";
import type { IncomingMessage } from "node:http";
import { bytesOf, unknownValue, variableOf, type RouterRequest } from "../../../core/matcher/index.ts";
import type { MergedRoute } from "./merge.ts";
import type { Node } from "./nodes.ts";

/** What becomes known of a request while it is handled. */
export interface Progress {
  route: MergedRoute | undefined;
  node: Node | undefined;
  /** Values taken from the path, by name. */
  params: Readonly<Record<string, string>>;
}

/**
 * Variables as plugins see them: those of the request, and what routing made known since. Byte strings.
 * Source: apache/apisix 3.18, apisix/core/ctx.lua.
 */
export function variablesOf(
  routed: RouterRequest,
  request: IncomingMessage,
  progress: Progress,
): (name: string) => string | undefined {
  return (name) => {
    if (name.startsWith("uri_param_")) return progress.params[name.slice("uri_param_".length)];
    const later = Object.hasOwn(laterKnown, name) ? laterKnown[name] : undefined;
    if (later !== undefined) return later(request, progress);
    const value = variableOf(routed, name);
    if (value === undefined || value === null || value === unknownValue) return undefined;
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  };
}

const laterKnown: Readonly<Record<string, (request: IncomingMessage, progress: Progress) => string | undefined>> = {
  route_id: (_request, { route }) => route?.id,
  route_name: (_request, { route }) => bytes(route?.name),
  service_id: (_request, { route }) => route?.serviceId,
  service_name: (_request, { route }) => bytes(route?.serviceName),
  balancer_ip: (_request, { node }) => node?.host,
  balancer_port: (_request, { node }) => (node === undefined ? undefined : String(node.port)),
  upstream_addr: (_request, { node }) => (node === undefined ? undefined : `${node.host}:${node.port}`),
  upstream_unresolved_host: (_request, { node }) => node?.host,
  remote_port: ({ socket }) => text(socket.remotePort),
  server_addr: ({ socket }) => text(socket.localAddress),
  server_port: ({ socket }) => text(socket.localPort),
  hostname: () => hostname(),
  time_iso8601: () => new Date().toISOString(),
  msec: () => (Date.now() / 1_000).toFixed(3),
};

function bytes(value: string | undefined): string | undefined {
  return value === undefined ? undefined : bytesOf(value);
}

function text(value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
