import type { RouterFlavor } from "../model/index.ts";
import { type Breadth, hostBreadthOf } from "./breadth.ts";
import { hostCovers, type HostEntry, hostsOverlap } from "./hosts.ts";

/** The hosts of a route, interned: routes that name the same hosts share one. */
export interface HostSet {
  readonly hosts: readonly HostEntry[];
  readonly hostBreadth: Breadth;
  /** By name, of exact hosts; and the rest. Only for sets that are worth it. */
  readonly hostIndex: HostIndex | undefined;
}

export interface HostIndex {
  readonly exact: ReadonlyMap<string, readonly HostEntry[]>;
  readonly wild: readonly HostEntry[];
}

/** From so many hosts on a set is searched by name. */
const many = 8;

export function hostSetOf(hosts: readonly HostEntry[]): HostSet {
  const wild = hosts.filter(({ kind }) => kind !== "exact");
  return {
    hosts,
    hostBreadth: hostBreadthOf(uncoveredAmong(hosts, wild)),
    hostIndex: hosts.length > many ? hostIndexOf(hosts, wild) : undefined,
  };
}

function hostIndexOf(hosts: readonly HostEntry[], wild: readonly HostEntry[]): HostIndex {
  const exact = hosts.filter(({ kind }) => kind === "exact");
  return { exact: Map.groupBy(exact, ({ name }) => name), wild };
}

/** The pairs of hosts of two routes that one request can have. */
export function overlappingHosts(
  a: HostSet,
  b: HostSet,
  flavor: RouterFlavor,
): readonly (readonly [HostEntry, HostEntry])[] {
  const [first] = a.hosts;
  // The same hosts meet on each of them, and nowhere does one route fit better than the other.
  if (a.hosts === b.hosts) return first === undefined ? [] : [[first, first]];
  if (a.hosts.length > b.hosts.length) return overlappingHosts(b, a, flavor).map(([x, y]) => [y, x]);
  const overlaps: (readonly [HostEntry, HostEntry])[] = [];
  for (const x of a.hosts) {
    for (const y of candidatesIn(b, x)) if (hostsOverlap(x, y, flavor)) overlaps.push([x, y]);
  }
  return overlaps;
}

function candidatesIn({ hosts, hostIndex }: HostSet, { kind, name }: HostEntry): readonly HostEntry[] {
  if (hostIndex === undefined || kind !== "exact") return hosts;
  return [...(hostIndex.exact.get(name) ?? []), ...hostIndex.wild];
}

/** Hosts are many, those that cover others are few: wildcards, and hosts without a port beside the same with one. */
function uncoveredAmong(hosts: readonly HostEntry[], wild: readonly HostEntry[]): readonly HostEntry[] {
  if (hosts.length < 2) return hosts;
  const hasPorts = hosts.some(({ port }) => port !== undefined);
  const outers = hasPorts ? hosts : wild;
  return hosts.filter((inner) => !outers.some((outer) => outer !== inner && hostCovers(outer, inner)));
}
