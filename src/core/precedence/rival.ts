import { effectiveHosts, rulesOf } from "../matcher/index.ts";
import {
  type AdminRoute,
  type AdminService,
  type Contestant,
  type RouterFlavor,
  type StandingPriority,
  compareIds,
  compareText,
} from "../model/index.ts";
import { type Breadth, pathBreadthOf } from "./breadth.ts";
import { addressesOf, type Guard, guardMaker } from "./guard.ts";
import { type HostSet, hostSetOf } from "./host-set.ts";
import { anyHost, hostEntryOf } from "./hosts.ts";
import { remember } from "./remember.ts";
import { pathCovers, type PathEntry, pathEntryOf } from "./paths.ts";

/** What a route matches, ready to be weighed. */
export interface Match extends HostSet {
  /** Those that a request can have; none, like no hosts: the route contests with nobody. */
  readonly paths: readonly PathEntry[];
  readonly pathBreadth: Breadth;
  readonly guard: Guard;
}

/** A contestant, ready to be weighed. */
export interface Claim {
  readonly id: string;
  readonly match: Match;
  readonly isForeign: boolean;
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

/** A claim among those that it is weighed with. */
export interface Rival extends Claim {
  /** Position among all rivals, by id. */
  readonly index: number;
}

/** Makes matches; what is written the same is compiled once. */
export function matchMaker(flavor: RouterFlavor): (route: AdminRoute) => Match {
  const guardFor = guardMaker();
  const hostEntries = remembered((host: string) => hostEntryOf(host, flavor));
  const pathEntries = remembered((uri: string) => pathEntryOf(uri, flavor));
  const hostSets = new Map<string, HostSet>();
  const hostSetsOfLists = new WeakMap<readonly string[], HostSet>();
  const pathSets = new Map<string, PathSet>();
  return (route) => {
    const guard = guardFor(route);
    const isDead = route.status === 0 || guard.conditions.isImpossible;
    const { hosts, hostBreadth, hostIndex } = hostsOf(route);
    const { paths, pathBreadth } = isDead ? noPaths : pathsOf(route);
    return { hosts, hostBreadth, hostIndex, paths, pathBreadth, guard };
  };

  /** Routes of one service share the list itself, and it may be long. */
  function hostsOf(route: AdminRoute): HostSet {
    return route.hosts === undefined ? hostsAnew(route) : remember(hostSetsOfLists, route.hosts, hostsOfList);
  }

  function hostsOfList(hosts: readonly string[]): HostSet {
    return hostsAnew({ hosts });
  }

  function hostsAnew(route: AdminRoute): HostSet {
    const texts = effectiveHosts(route, noServices, rules);
    if (texts === undefined) return anyHosts;
    return remember(hostSets, texts.join(), () =>
      hostSetOf([...new Set(texts)].flatMap((text) => hostEntries(text) ?? [])),
    );
  }

  function pathsOf({ uri = "", uris = [uri] }: AdminRoute): PathSet {
    const [only = ""] = uris;
    return uris.length === 1 ? remember(pathSets, only, pathSetOfOne) : pathSetOfMany(uris);
  }

  function pathSetOfOne(uri: string): PathSet {
    return pathSetOf([uri]);
  }

  function pathSetOfMany(uris: readonly string[]): PathSet {
    return remember(pathSets, JSON.stringify(uris), () => pathSetOf([...new Set(uris)]));
  }

  function pathSetOf(uris: readonly string[]): PathSet {
    const paths = uris.flatMap((text) => pathEntries(text) ?? []);
    return { paths, pathBreadth: pathBreadthOf(uncoveredAmong(paths)) };
  }
}

type PathSet = Pick<Match, "paths" | "pathBreadth">;

const noPaths = { paths: [], pathBreadth: [] } as const;
const anyHosts: HostSet = hostSetOf([anyHost]);
const noServices: ReadonlyMap<string, AdminService> = new Map();
const rules = rulesOf();

/** Makes claims: what takes part, and what of it stands on the gateway already. */
export function claimMaker(
  flavor: RouterFlavor,
  options: { readonly keepsNumbers: boolean },
): (contestant: Contestant, stands: StandingPriority | undefined) => Claim {
  const matchOf = matchMaker(flavor);
  return ({ id, route, explicitPriority, hostsSource, isForeign, createdAt, namespace, name }, stands) => {
    const isFilled = explicitPriority === undefined && !isForeign;
    const isOurs = stands?.source === "Specificity" || stands?.source === "Default";
    const createdMs = Date.parse(createdAt ?? "");
    return {
      id,
      match: matchOf(route),
      isForeign,
      fixed: isFilled ? undefined : (explicitPriority ?? 0),
      ownsHosts: hostsSource !== "Service",
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
  };
}

/** Whether the one says nothing that the other, from the same maker, does not. */
export function claimTheSame(a: Claim, b: Claim): boolean {
  return (
    a.match.hosts === b.match.hosts &&
    a.match.paths === b.match.paths &&
    a.match.guard === b.match.guard &&
    a.isForeign === b.isForeign &&
    a.fixed === b.fixed &&
    a.ownsHosts === b.ownsHosts &&
    a.standing === b.standing &&
    a.kept === b.kept &&
    a.createdMs === b.createdMs &&
    a.namespace === b.namespace &&
    a.name === b.name
  );
}

/** Claims as rivals, in the order of their ids, whatever order they came in. */
export function rivalsOf(claims: Iterable<Claim>): readonly Rival[] {
  return asRivals([...claims].sort(compareIds));
}

/** The same for claims that are in that order. */
export function asRivals(sorted: readonly Claim[]): readonly Rival[] {
  return sorted.map((claim, index) => ({ ...claim, index }));
}

/** From old to young. */
export function compareAge(a: Rival, b: Rival): number {
  if (a.createdMs !== b.createdMs) return a.createdMs < b.createdMs ? -1 : 1;
  return compareText(a.namespace, b.namespace) || compareText(a.name, b.name) || a.index - b.index;
}

/** Whether two versions of a route match the same requests, as far as they are written the same. */
export function matchesTheSame(a: AdminRoute, b: AdminRoute): boolean {
  return (
    sameList(a.uris ?? [a.uri ?? ""], b.uris ?? [b.uri ?? ""]) &&
    sameList(effectiveHosts(a, noServices, rules), effectiveHosts(b, noServices, rules)) &&
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
  return (text) => remember(known, text, make);
}

/** Of paths that cover each other one remains. */
function uncoveredAmong(paths: readonly PathEntry[]): readonly PathEntry[] {
  const isRedundant = (inner: PathEntry, at: number) =>
    paths.some((outer, other) => other !== at && pathCovers(outer, inner) && (other < at || !pathCovers(inner, outer)));
  return paths.filter((path, at) => !isRedundant(path, at));
}
