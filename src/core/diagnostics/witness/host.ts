import { type HostPattern, acceptsHost, comparesRawHost, compileHost } from "../../matcher/index.ts";
import type { RouterFlavor } from "../../model/index.ts";

const most = 8;
/** So many hosts are gone through, more are looked up. */
const few = 8;
/** Reserved for documentation: no route names it by accident, and a person sees that it stands for any. */
const anyHost = "any.example.com";

/**
 * Hosts that requests to both lists may carry, at most a handful; `undefined` is a route without hosts. Under the host
 * router only those by which both routes stand at one level. The matcher has the last word.
 */
export function sharedHosts(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
  flavor: RouterFlavor,
): readonly string[] {
  if (a === undefined && b === undefined) return [anyHost, "w"];
  if (flavor === "radixtree_host_uri") {
    if (a === undefined || b === undefined) return [];
    return take(sameIn(a, b)).map((host) => instanceOf(compileHost(host)));
  }
  const [fewer = [], many] = (a?.length ?? Infinity) <= (b?.length ?? Infinity) ? [a, b] : [b, a];
  if (many === undefined) return take(fewer).map((host) => instanceOf(compileHost(host)));
  const exact = new Set(many);
  return take([
    ...sameIn(fewer, many).map((host) => instanceOf(compileHost(host))),
    ...metBy(many.filter(isWild), fewer),
    ...metBy(fewer.filter(isWild), many),
    // `a.com` and `a.com:9080`: the one with the port.
    ...fewer.filter((host) => exact.has(withoutPort(host))),
    ...many.filter((host) => fewer.includes(withoutPort(host))),
  ]);
}

function sameIn(hosts: readonly string[], others: readonly string[]): readonly string[] {
  const theirs = others.length > few ? new Set(others) : undefined;
  return hosts.filter((host) => theirs?.has(host) ?? others.includes(host));
}

/** Instances of those hosts that a wildcard takes. */
function metBy(wildcards: readonly string[], hosts: readonly string[]): readonly string[] {
  if (wildcards.length === 0) return [];
  const wild = wildcards.map(compileHost);
  return hosts
    .map(compileHost)
    .filter((host) => wild.some((other) => overlap(host, other)))
    .map(instanceOf);
}

function isWild(host: string): boolean {
  return host.startsWith("*");
}

/** A request host that the pattern takes. */
export function instanceOf(pattern: HostPattern): string {
  switch (pattern.kind) {
    case "exact":
      return pattern.host;
    case "suffix":
      return pattern.suffix === "" ? anyHost : `w${pattern.suffix}`;
    case "any":
      return anyHost;
  }
}

function overlap(a: HostPattern, b: HostPattern): boolean {
  const host = instanceOf(a);
  return comparesRawHost(b) || acceptsHost(b, host) || acceptsHost(b, withoutPort(host));
}

function withoutPort(host: string): string {
  return host.includes(":") ? host.replace(/:\d+$/, "") : host;
}

function take(hosts: readonly string[]): readonly string[] {
  return hosts.length < 2 ? hosts : [...new Set(hosts)].slice(0, most);
}

/** Like sharedHosts, also where the host router has the two routes at different levels: `a.com` and any host. */
export function hostsAtAnyLevel(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
  flavor: RouterFlavor,
): readonly string[] {
  const level = sharedHosts(a, b, flavor);
  return flavor === "radixtree_host_uri" ? take([...level, ...sharedHosts(a, b, "radixtree_uri")]) : level;
}
