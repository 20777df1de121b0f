import type { Changes } from "../changes/index.ts";
import type { RouterFlavor } from "../model/index.ts";
import type { Match } from "../precedence/index.ts";
import type { Entrant } from "./entrant.ts";
import { type HostList, isTakenUnder } from "./host-lists.ts";

/** Routes that others could hide: whom a change may concern. */
export interface Audience {
  readonly update: (changes: Changes<Entrant>) => void;
  /** Those that one of these could hide, whether it came or went. A route that came is one of them. */
  readonly of: (changed: readonly Changed[]) => Iterable<Entrant>;
}

/** How a route matches that came or went. */
export interface Changed {
  readonly match: Match;
  /** The list of its hosts came or went with it: routes elsewhere on these hosts share them with more lists or fewer. */
  readonly isWithHosts: boolean;
}

/** So many changes are looked at one by one, however small the table. */
const fewest = 1000;

export function makeAudience(flavor: RouterFlavor): Audience {
  const everyone = new Set<Entrant>();
  /** By list of hosts, then by bucket. */
  const places = new Map<HostList, Map<string, Set<Entrant>>>();
  /** Lists by what their hosts are called, with and without a port; "" for any. */
  const named = new Map<string, Set<HostList>>();
  return {
    update: ({ gone, come }) => {
      for (const entrant of gone) leave(entrant);
      for (const entrant of come) enter(entrant);
    },
    of: (changed) => {
      if (changed.length > fewest && 8 * changed.length > everyone.size) return everyone;
      const found = new Set<Entrant>();
      for (const [hosts, { buckets, isWithHosts }] of byHosts(changed)) {
        const isOnEarlierLevel = flavor === "radixtree_host_uri" && hosts.some(({ text }) => text === "*");
        for (const list of listsUnder(hosts)) {
          const isEverywhere = isOnEarlierLevel || (isWithHosts && list !== hosts);
          for (const [bucket, entrants] of places.get(list) ?? [])
            if (isEverywhere || buckets.has(bucket)) for (const entrant of entrants) found.add(entrant);
        }
      }
      return found;
    },
  };

  /** Lists with a host that is taken under one of these. */
  function listsUnder(hosts: HostList): ReadonlySet<HostList> {
    const lists = new Set([hosts]);
    for (const { text } of hosts) {
      const isWide = text === "" || text.startsWith("*");
      const candidates = isWide && flavor !== "radixtree_host_uri" ? places.keys() : (named.get(text) ?? []);
      for (const list of candidates) if (list.some((host) => isTakenUnder(text, host, flavor))) lists.add(list);
      if (text === "*") for (const list of named.get("") ?? []) lists.add(list);
    }
    return lists;
  }

  function enter(entrant: Entrant): void {
    everyone.add(entrant);
    const { hosts, paths } = entrant.match;
    const byBucket = places.get(hosts) ?? new Map<string, Set<Entrant>>();
    if (!places.has(hosts)) for (const name of namesIn(hosts)) addTo(named, name, hosts);
    places.set(hosts, byBucket);
    for (const { bucket } of paths) addTo(byBucket, bucket, entrant);
  }

  function leave(entrant: Entrant): void {
    everyone.delete(entrant);
    const { hosts, paths } = entrant.match;
    const byBucket = places.get(hosts);
    if (byBucket === undefined) return;
    for (const { bucket } of paths) takeFrom(byBucket, bucket, entrant);
    if (byBucket.size > 0) return;
    places.delete(hosts);
    for (const name of namesIn(hosts)) takeFrom(named, name, hosts);
  }
}

/** Where something changed, once for each list of hosts. */
function byHosts(changed: readonly Changed[]): ReadonlyMap<HostList, { buckets: Set<string>; isWithHosts: boolean }> {
  const found = new Map<HostList, { buckets: Set<string>; isWithHosts: boolean }>();
  for (const { match, isWithHosts } of changed) {
    const at = found.get(match.hosts) ?? { buckets: new Set(), isWithHosts: false };
    found.set(match.hosts, at);
    at.isWithHosts ||= isWithHosts;
    for (const { bucket } of match.paths) {
      at.buckets.add(bucket);
      // What begins with "/" is asked before what begins with nothing, and every path does.
      if (bucket === "^/") at.buckets.add("^");
    }
  }
  return found;
}

function namesIn(hosts: HostList): ReadonlySet<string> {
  return new Set(hosts.flatMap(({ text, name, kind }) => (kind === "exact" ? [text, name] : [text])));
}

function addTo<Item>(sets: Map<string, Set<Item>>, key: string, item: Item): void {
  const known = sets.get(key);
  if (known === undefined) sets.set(key, new Set([item]));
  else known.add(item);
}

function takeFrom<Item>(sets: Map<string, Set<Item>>, key: string, item: Item): void {
  const known = sets.get(key);
  if (known?.delete(item) === true && known.size === 0) sets.delete(key);
}
