import { compileHost } from "../matcher/index.ts";
import type { RouterFlavor } from "../model/index.ts";

/** One host of a route as precedence weighs it; `any` stands for a route without hosts. */
export interface HostEntry {
  /** As the gateway keeps it: lower case, star and port included; "" for any. */
  readonly text: string;
  readonly kind: "exact" | "suffix" | "any";
  /** The host, or the suffix behind the star, without the port. */
  readonly name: string;
  /** The same for hosts of the same kind and name, whatever their ports. */
  readonly key: string;
  /** Only with this port; "" is an IPv6 host written without one, which the uri routers take as "no port". */
  readonly port: string | undefined;
}

export const anyHost: HostEntry = { text: "", kind: "any", name: "", key: "any", port: undefined };

/** `undefined` where no request can have it: the host router never sees a port. */
export function hostEntryOf(host: string, flavor: RouterFlavor): HostEntry | undefined {
  const pattern = compileHost(host);
  if (pattern.kind === "any") return anyHost;
  const written = pattern.kind === "exact" ? pattern.host : pattern.suffix;
  const hasColon = written.includes(":");
  const [, name = written, port] = (hasColon && /^(.*?):(\d+)$/.exec(written)) || [];
  const isBare = hasColon && port === undefined;
  // Source: apache/apisix 3.18, apisix/http/router/radixtree_host_uri.lua: matches nginx's $host, which has no port.
  const seesPorts = flavor !== "radixtree_host_uri";
  if (!seesPorts && port !== undefined) return undefined;
  const key = pattern.kind === "exact" ? `=${name}` : `*${name}`;
  return { text: pattern.text, kind: pattern.kind, name, key, port: seesPorts && isBare ? "" : port };
}

/** Whether one request can have both hosts and, under the host router, find both routes in one bucket. */
export function hostsOverlap(a: HostEntry, b: HostEntry, flavor: RouterFlavor): boolean {
  if (flavor === "radixtree_host_uri") return a.text === b.text;
  if (a.port !== undefined && b.port !== undefined && a.port !== b.port) return false;
  return nameCovers(a, b) || nameCovers(b, a);
}

/** Whether every request host that `inner` takes is one that `outer` takes. */
export function hostCovers(outer: HostEntry, inner: HostEntry): boolean {
  return nameCovers(outer, inner) && (outer.port === undefined || outer.port === inner.port);
}

function nameCovers(outer: HostEntry, inner: HostEntry): boolean {
  switch (outer.kind) {
    case "any":
      return true;
    case "suffix":
      return inner.kind !== "any" && inner.name.endsWith(outer.name);
    case "exact":
      return inner.kind === "exact" && inner.name === outer.name;
  }
}
