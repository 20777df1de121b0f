import {
  compileUri,
  match,
  normaliseRequest,
  type RouteTable,
  tableOf,
  type Trace,
  traceMatch,
  type UriPattern,
} from "../matcher/index.ts";
import type { AdminRoute, RouterFlavor, Witness } from "../model/index.ts";
import type { Conjunct } from "./conjuncts.ts";
import { type Evaluate, routedMethods } from "./cover.ts";
import { addressesOf, type Entrant, urisOf } from "./entrant.ts";
import { sharedAddresses } from "./witness/address.ts";
import { type Assignment, assignmentFor, isSettable } from "./witness/conditions.ts";
import { hostsAtAnyLevel, sharedHosts } from "./witness/host.ts";
import { sharedPaths } from "./witness/path.ts";
import { rawRequestOf, witnessOf } from "./witness/request.ts";

/** Questions to the real matcher, about a few routes at a time. */
export interface Ask {
  /** Whether the route surely takes this request when it is asked alone. */
  readonly matches: (entrant: Entrant, request: Witness) => boolean;
  /** Id of the route that surely answers when only these are there; `undefined`: none, or not sure. */
  readonly winner: (entrants: readonly Entrant[], request: Witness) => string | undefined;
  /** How a request is decided between these. */
  readonly trace: (entrants: readonly Entrant[], request: Witness) => Trace | undefined;
  /** A request to both routes for which `isWanted` holds; `undefined` where none of the few that were tried is one. */
  readonly find: (
    a: Entrant,
    b: Entrant,
    isWanted: (request: Witness) => boolean,
    where?: Where,
  ) => Witness | undefined;
  /** A request that both routes take, and for which both stand in one bucket. */
  readonly contest: (a: Entrant, b: Entrant) => Witness | undefined;
  readonly evaluate: Evaluate;
}

/** Where to look: by these hosts and paths of the routes, or also where the host router has them at different levels. */
export type Where = Place | "any level";
export interface Place {
  /** `undefined`: any. */
  readonly hosts: readonly string[] | undefined;
  readonly uris: readonly string[];
}

/** Requests tried per question. */
const mostTried = 24;
const mostPaths = 6;
/** Pairs of paths that are kept in mind. */
const mostShared = 10_000;

export function askOf(flavor: RouterFlavor, version: string | undefined): Ask {
  const options = { flavor, ...(version !== undefined && { version }) };
  const patterns = new Map<string, UriPattern>();
  const shared = new Map<string, readonly string[]>();
  const answers = new Map<string, boolean>();
  const ask: Ask = { matches, winner, trace, find, contest, evaluate };
  return ask;

  function matches(entrant: Entrant, request: Witness): boolean {
    return winner([entrant], request) === entrant.id;
  }

  function winner(entrants: readonly Entrant[], request: Witness): string | undefined {
    const normalised = normaliseRequest(rawRequestOf(request));
    if (normalised.kind !== "request") return undefined;
    const result = match(tableFor(entrants, request), normalised.request);
    return result.kind === "matched" ? result.candidate.owner.id : undefined;
  }

  function trace(entrants: readonly Entrant[], request: Witness): Trace | undefined {
    const normalised = normaliseRequest(rawRequestOf(request));
    return normalised.kind === "request" ? traceMatch(tableFor(entrants, request), normalised.request) : undefined;
  }

  /** Hosts that can't be meant by this request are left out: a route may have hundreds. */
  function tableFor(entrants: readonly Entrant[], { host = "" }: Witness): RouteTable {
    const name = host.toLowerCase();
    const bare = name.replace(/:\d*$/, "");
    const isMeant = (text: string) =>
      text.startsWith("*")
        ? name.endsWith(text.slice(1)) || bare.endsWith(text.slice(1))
        : text === name || text === bare;
    const routes = entrants.flatMap(({ id, route: { service_id: _service, ...route }, number }): AdminRoute[] => {
      const asked = { ...route, id, priority: number };
      if (route.hosts === undefined) return [asked];
      const hosts = route.hosts.filter((text) => isMeant(text.toLowerCase()));
      return hosts.length === 0 ? [] : [{ ...asked, hosts }];
    });
    return tableOf(options, { routes });
  }

  function contest(a: Entrant, b: Entrant): Witness | undefined {
    return find(a, b, (request) => {
      const decided = trace([a, b], request)?.runnerUp?.decidedBy;
      return (
        decided !== undefined && decided !== "host level" && decided !== "exact path" && decided !== "longer prefix"
      );
    });
  }

  function find(a: Entrant, b: Entrant, isWanted: (request: Witness) => boolean, where?: Where): Witness | undefined {
    const isAnywhere = where === undefined || where === "any level";
    const [x, y] = isAnywhere ? [placeOf(a), placeOf(b)] : [where, where];
    const hosts =
      where === "any level" ? hostsAtAnyLevel(x.hosts, y.hosts, flavor) : sharedHosts(x.hosts, y.hosts, flavor);
    const method = methodOf(a.route, b.route);
    if (hosts.length === 0 || method === undefined) return undefined;
    const paths = pathsOf(x.uris, y.uris);
    if (paths.length === 0) return undefined;
    const variables = variablesFor([...new Set([...a.conjuncts, ...b.conjuncts])]);
    if (variables === undefined) return undefined;
    const addresses = sharedAddresses(addressesOf(a.route), addressesOf(b.route));
    let tried = 0;
    for (const path of paths)
      for (const host of hosts)
        for (const remoteAddr of addresses) {
          if (tried++ >= mostTried) return undefined;
          const request = witnessOf({ method, host, path, variables, remoteAddr });
          if (isWanted(request)) return request;
        }
    return undefined;
  }

  function pathsOf(a: readonly string[], b: readonly string[]): readonly string[] {
    const found = new Set<string>();
    const theirs = b.map(patternOf);
    const sameBucket = Map.groupBy(theirs, ({ kind, key }) => `${kind} ${key}`);
    const ours = a.map(patternOf);
    for (const x of ours) for (const y of sameBucket.get(`${x.kind} ${x.key}`) ?? []) add(x, y);
    let looked = 0;
    for (const x of ours) for (const y of theirs) if (found.size < mostPaths && looked++ < 100) add(x, y);
    return [...found].slice(0, mostPaths);

    function add(x: UriPattern, y: UriPattern): void {
      if (found.size < mostPaths) for (const path of pathsBetween(x, y)) found.add(path);
    }
  }

  /** Many routes have the same paths. */
  function pathsBetween(x: UriPattern, y: UriPattern): readonly string[] {
    if (shared.size > mostShared) shared.clear();
    const key = `${x.text}\n${y.text}`;
    const known = shared.get(key) ?? sharedPaths(x, y);
    shared.set(key, known);
    return known;
  }

  function patternOf(uri: string): UriPattern {
    const known = patterns.get(uri) ?? compileUri(uri, flavor);
    patterns.set(uri, known);
    return known;
  }

  function variablesFor(conjuncts: readonly Conjunct[]): Assignment | undefined {
    return conjuncts.length === 0 ? new Map() : assignmentFor(conjuncts, holds);
  }

  function evaluate(conjunct: Conjunct, name: string, value: string | true | undefined): boolean | undefined {
    return isSettable(name) ? holds([conjunct], new Map([[name, value]])) : undefined;
  }

  /** Asks the matcher itself, with a route that has no more than these conditions. */
  function holds(conjuncts: readonly Conjunct[], variables: Assignment): boolean {
    const name = JSON.stringify([conjuncts.map(({ text }) => text), [...variables]]);
    const known = answers.get(name);
    if (known !== undefined) return known;
    const vars = conjuncts.map(({ expression }) => expression);
    const table = tableOf(options, { routes: [{ id: "conditions", uri: "/*", vars }] });
    const request = witnessOf({ method: "GET", host: "w", path: "/w", variables, remoteAddr: undefined });
    const normalised = normaliseRequest(rawRequestOf(request));
    const answer = normalised.kind === "request" && match(table, normalised.request).kind === "matched";
    answers.set(name, answer);
    return answer;
  }
}

function placeOf({ route }: Entrant): Place {
  return { hosts: route.hosts, uris: urisOf(route) };
}

/** A method that both take and that gets as far as a route; `undefined`: there is none. */
function methodOf(a: AdminRoute, b: AdminRoute): string | undefined {
  const [own, theirs] = [routedMethods(a), routedMethods(b)];
  if (own === undefined) return theirs === undefined ? "GET" : theirs[0];
  return own.find((method) => theirs === undefined || theirs.includes(method));
}
