import type { RouterFlavor } from "../model/index.ts";
import type { Match } from "../precedence/index.ts";
import { entrantsIn } from "./cell.ts";
import type { Entrant } from "./entrant.ts";
import { type HostList, isTakenUnder } from "./host-lists.ts";
import { bucketsOf } from "./paths-by-bucket.ts";
import type { Places } from "./places.ts";

/** How a route matches that came or went. */
export interface Changed {
  readonly match: Match;
  /** The list of its hosts came or went with it: routes elsewhere on these hosts share them with more lists or fewer. */
  readonly isWithHosts: boolean;
}

/** Routes that one of these could hide, whether it came or went. A route that came is one of them. */
export function audienceOf(changed: Iterable<Changed>, places: Places, flavor: RouterFlavor): Iterable<Entrant> {
  const found = new Set<Entrant>();
  for (const [hosts, { buckets, isWithHosts }] of byHosts(changed)) {
    const isOnEarlierLevel = flavor === "radixtree_host_uri" && hosts.some(({ text }) => text === "*");
    for (const list of listsUnder(hosts, places, flavor)) {
      const isEverywhere = isOnEarlierLevel || (isWithHosts && list !== hosts);
      const there = places.under(list);
      for (const bucket of isEverywhere ? there.keys() : buckets)
        for (const entrant of entrantsIn(there.get(bucket) ?? [])) found.add(entrant);
    }
  }
  return found;
}

/** Lists with a host that is taken under one of these. */
function listsUnder(hosts: HostList, places: Places, flavor: RouterFlavor): ReadonlySet<HostList> {
  const lists = new Set([hosts]);
  const addTaken = (text: string, candidates: Iterable<HostList>) => {
    for (const list of candidates) if (list.some((host) => isTakenUnder(text, host, flavor))) lists.add(list);
  };
  for (const { text } of hosts) {
    const isWide = text === "" || text.startsWith("*");
    if (isWide && flavor !== "radixtree_host_uri") addTaken(text, places.lists());
    else {
      addTaken(text, places.naming(text));
      addTaken(text, places.namingWithPort(text));
    }
    if (text === "*") for (const list of places.naming("")) lists.add(list);
  }
  return lists;
}

/** Where something changed, once for each list of hosts. */
function byHosts(changed: Iterable<Changed>): ReadonlyMap<HostList, { buckets: Set<string>; isWithHosts: boolean }> {
  const found = new Map<HostList, { buckets: Set<string>; isWithHosts: boolean }>();
  for (const { match, isWithHosts } of changed) {
    const at = found.get(match.hosts) ?? { buckets: new Set(), isWithHosts: false };
    found.set(match.hosts, at);
    at.isWithHosts ||= isWithHosts;
    for (const bucket of bucketsOf(match)) {
      at.buckets.add(bucket);
      // What begins with "/" is asked before what begins with nothing, and every path does.
      if (bucket === "^/") at.buckets.add("^");
    }
  }
  return found;
}
