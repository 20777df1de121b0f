import type { AdminRoute, AdminService } from "../model/index.ts";
import { bytesOf, lowerAscii } from "./bytes.ts";
import { rulesOf, type RouterRules } from "./rules.ts";

/**
 * One host of a route. A leading star takes any text, dots included, also none: `*.a.com` covers `x.y.a.com` but not
 * `a.com`; `*a.com` covers both. `text` is the lower-cased host as the gateway keeps it, star and port included.
 */
export type HostPattern =
  | { readonly kind: "exact"; readonly text: string; readonly host: string } // shop.a.com, a.com:9080, [::1]
  | { readonly kind: "suffix"; readonly text: string; readonly suffix: string } // *.a.com → ".a.com"; * → ""
  | { readonly kind: "any" }; // no hosts at all: the level after "*"

/**
 * Source: apache/apisix 3.18, apisix/router.lua, filter (lower-casing); apisix/http/router/radixtree_host_uri.lua,
 * push_host_router; api7/lua-resty-radixtree 2.9.2, common_route_data.
 */
export function compileHost(host: string): HostPattern {
  const text = lowerAscii(bytesOf(host));
  if (text.startsWith("*")) return { kind: "suffix", text, suffix: text.slice(1) };
  return { kind: "exact", text, host: text };
}

/**
 * In the uri routers a host with a colon after its star is compared with the Host header as sent, port and case
 * included; every other one with the host that nginx made of it (lower-case, without port).
 * Source: api7/lua-resty-radixtree 2.9.2, match_route_opts.
 */
export function comparesRawHost(pattern: HostPattern): boolean {
  if (pattern.kind === "any") return false;
  return (pattern.kind === "exact" ? pattern.host : pattern.suffix).includes(":");
}

/** `host`: the request's host, or its raw Host header where comparesRawHost says so. */
export function acceptsHost(pattern: HostPattern, host: string): boolean {
  switch (pattern.kind) {
    case "exact":
      return host === pattern.host;
    case "suffix":
      return host.endsWith(pattern.suffix);
    case "any":
      return true;
  }
}

/**
 * Hosts under which a route stands, lower-cased as the gateway keeps them; `undefined`: any host. A route's own hosts
 * replace its service's. A service that is missing leaves the route without hosts, so that it answers on every host.
 * Source: apache/apisix 3.18, apisix/http/route.lua, create_radixtree_uri_router; apisix/http/router/radixtree_host_uri.lua,
 * push_host_router.
 */
export function effectiveHosts(
  route: AdminRoute,
  services: ReadonlyMap<string, AdminService>,
  rules: RouterRules = rulesOf(),
): readonly string[] | undefined {
  if (route.hosts !== undefined) return route.hosts.map(lowerAscii);
  if (route.host !== undefined) return [lowerAscii(route.host)];
  if (route.service_id === undefined) return undefined;
  const inherited = services.get(String(route.service_id))?.hosts;
  return rules.lowersServiceHosts ? inherited?.map(lowerAscii) : inherited;
}
