import { effectiveHosts } from "../matcher/index.ts";
import type { AdminRoute, AdminService, Contestant, RouterFlavor, StandingPriority } from "../model/index.ts";
import { addressesOf, type Guard, guardMaker } from "./guard.ts";
import { anyHost, hostCovers, type HostEntry, hostEntryOf } from "./hosts.ts";
import { pathCovers, type PathEntry, pathEntryOf } from "./paths.ts";

/** What a route matches, ready to be weighed. */
export interface Match {
  /** Those that a request can have; none: the route contests with nobody. */
  readonly hosts: readonly HostEntry[];
  readonly paths: readonly PathEntry[];
  readonly guard: Guard;
  /** Hosts and paths that no other of the same route covers. */
  readonly hostCount: number;
  readonly pathCount: number;
}

/** A contestant, ready to be weighed. */
export interface Rival {
  /** Position among all rivals, by id. */
  readonly index: number;
  readonly id: string;
  readonly match: Match;
  /** The number it has and keeps, whatever we fill in elsewhere. */
  readonly fixed: number | undefined;
  readonly ownsHosts: boolean;
  /** The number it stands with on the gateway with this very match. */
  readonly standing: number | undefined;
  /** The number we once filled in, to be kept while the order allows. */
  readonly kept: number | undefined;
  /** Milliseconds; infinite where unknown, which counts as youngest. */
  readonly createdMs: number;
  readonly namespace: string;
  readonly name: string;
}

/** Makes matches; what is written the same is compiled once. */
export function matchMaker(flavor: RouterFlavor): (route: AdminRoute) => Match {
  const guardFor = guardMaker();
  const hostEntries = remembered((host: string) => hostEntryOf(host, flavor));
  const pathEntries = remembered((uri: string) => pathEntryOf(uri, flavor));
  const hostSets = new Map<string, Pick<Match, "hosts" | "hostCount">>();
  return (route) => {
    const guard = guardFor(route);
    const uris = route.uris ?? (route.uri === undefined ? [] : [route.uri]);
    const isDead = route.status === 0 || guard.conditions.isImpossible;
    const paths = isDead ? [] : [...new Set(uris)].flatMap((uri) => pathEntries(uri) ?? []);
    return { ...hostsOf(route), paths, guard, pathCount: uncovered(paths, pathCovers) };
  };

  function hostsOf(route: AdminRoute): Pick<Match, "hosts" | "hostCount"> {
    const texts = effectiveHosts(route, noServices);
    if (texts === undefined) return { hosts: [anyHost], hostCount: 1 };
    const name = texts.join();
    const known = hostSets.get(name);
    if (known !== undefined) return known;
    const hosts = [...new Set(texts)].flatMap((text) => hostEntries(text) ?? []);
    const made = { hosts, hostCount: uncoveredHosts(hosts) };
    hostSets.set(name, made);
    return made;
  }
}

const noServices: ReadonlyMap<string, AdminService> = new Map();

/** Contestants as rivals, in the order of their ids, whatever order they came in. */
export function rivalsOf(
  contestants: readonly Contestant[],
  standing: ReadonlyMap<string, StandingPriority>,
  flavor: RouterFlavor,
  options: { readonly keepsNumbers: boolean },
): readonly Rival[] {
  const matchOf = matchMaker(flavor);
  const sorted = [...contestants].sort((a, b) => compareText(a.id, b.id));
  return sorted.map((contestant, index) => {
    const { id, route, explicitPriority, isForeign, createdAt, namespace, name } = contestant;
    const stands = standing.get(id);
    const isFilled = explicitPriority === undefined && !isForeign;
    const isOurs = stands?.source === "Specificity" || stands?.source === "Default";
    const createdMs = createdAt === undefined ? Infinity : Date.parse(createdAt);
    return {
      index,
      id,
      match: matchOf(route),
      fixed: isFilled ? undefined : (explicitPriority ?? 0),
      ownsHosts: contestant.hostsSource !== "Service",
      standing: isForeign
        ? (explicitPriority ?? 0)
        : stands !== undefined && matchesTheSame(stands.route, route)
          ? stands.priority
          : undefined,
      kept: isFilled && isOurs && options.keepsNumbers ? stands.priority : undefined,
      createdMs: Number.isNaN(createdMs) ? Infinity : createdMs,
      namespace,
      name,
    };
  });
}

/** From old to young. */
export function compareAge(a: Rival, b: Rival): number {
  if (a.createdMs !== b.createdMs) return a.createdMs < b.createdMs ? -1 : 1;
  return compareText(a.namespace, b.namespace) || compareText(a.name, b.name) || a.index - b.index;
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether two versions of a route match the same requests, as far as they are written the same. */
export function matchesTheSame(a: AdminRoute, b: AdminRoute): boolean {
  return (
    sameList(a.uris ?? [a.uri ?? ""], b.uris ?? [b.uri ?? ""]) &&
    sameList(effectiveHosts(a, noServices), effectiveHosts(b, noServices)) &&
    sameList(a.methods, b.methods) &&
    sameList(addressesOf(a), addressesOf(b)) &&
    JSON.stringify(a.vars ?? []) === JSON.stringify(b.vars ?? []) &&
    a.filter_func === b.filter_func &&
    (a.status ?? 1) === (b.status ?? 1)
  );
}

/** Order means nothing. */
function sameList(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  if (a === undefined || b === undefined || a.length !== b.length) return a === b;
  if (a.every((item, at) => item === b[at])) return true;
  const [left, right] = [a.toSorted(), b.toSorted()];
  return left.every((item, at) => item === right[at]);
}

function remembered<Value>(make: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const value = known.get(text) ?? make(text);
    known.set(text, value);
    return value;
  };
}

/** How many remain when those that another one covers are left out; of equals one remains. */
function uncovered<Entry>(entries: readonly Entry[], covers: (outer: Entry, inner: Entry) => boolean): number {
  const isRedundant = (inner: Entry, at: number) =>
    entries.some((outer, other) => other !== at && covers(outer, inner) && (other < at || !covers(inner, outer)));
  return entries.filter((entry, at) => !isRedundant(entry, at)).length;
}

/** Only wildcards, and hosts without a port beside those with one, cover anything: hosts are many, these are few. */
function uncoveredHosts(hosts: readonly HostEntry[]): number {
  const outers = hosts.filter(({ kind }) => kind !== "exact");
  const hasPorts = hosts.some(({ port }) => port !== undefined);
  if (outers.length === 0 && !hasPorts) return hosts.length;
  return uncovered(hosts, hostCovers);
}
