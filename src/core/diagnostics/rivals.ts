import { guardsOverlap, type HostEntry, hostsOverlap, type Match, pathsOverlap } from "../precedence/index.ts";
import { type RouterFlavor, compareIds } from "../model/index.ts";
import type { Entrant } from "./entrant.ts";

/** Whether two routes contest as far as can be told: no proof says that no request finds both in one bucket. */
export function mayContest(a: Match, b: Match, flavor: RouterFlavor): boolean {
  return (
    pathsMeet(a.paths, b.paths) &&
    (a.hosts === b.hosts || a.hosts.some((x) => b.hosts.some((y) => hostsOverlap(x, y, flavor)))) &&
    guardsOverlap(a.guard, b.guard)
  );
}

/** By hand, as most routes are asked about another: hardly any two meet. */
function pathsMeet(a: Match["paths"], b: Match["paths"]): boolean {
  for (const x of a) for (const y of b) if (x.bucket === y.bucket && pathsOverlap(x, y)) return true;
  return false;
}

/** A few routes laid out by bucket and host, to be asked by many. */
export interface RivalIndex {
  /** Routes that may contest with this one, in the order of their ids; at most `mostRivals`, of at most so many asked. */
  readonly of: (entrant: Entrant) => readonly Entrant[];
}

const mostRivals = 16;
const mostAsked = 256;
/** So few are asked one by one. */
const few = 8;

/** `entrants` in the order of their ids. */
export function rivalIndexOf(entrants: readonly Entrant[], flavor: RouterFlavor): RivalIndex {
  if (entrants.length <= few) return { of: (entrant) => rivalsAmong(entrants, entrant, flavor) };
  const cells = new Map<string, Entrant[]>();
  const add = (key: string, entrant: Entrant) => {
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, [entrant]);
    else if (cell.at(-1) !== entrant) cell.push(entrant);
  };
  for (const entrant of entrants)
    for (const { bucket } of entrant.match.paths)
      for (const key of placesOf(entrant.match.hosts, flavor)) add(`${bucket}\n${key}`, entrant);
  return {
    of: (entrant) => {
      const asked = new Set<Entrant>();
      for (const { bucket } of entrant.match.paths)
        for (const key of placesToAsk(entrant.match.hosts, flavor)) {
          for (const other of cells.get(`${bucket}\n${key}`) ?? []) {
            if (asked.size >= mostAsked) break;
            if (other !== entrant) asked.add(other);
          }
          if (asked.size >= mostAsked) break;
        }
      const rivals = [...asked].filter((other) => mayContest(entrant.match, other.match, flavor));
      return rivals.sort(compareIds).slice(0, mostRivals);
    },
  };
}

const nobody: readonly Entrant[] = [];

function rivalsAmong(entrants: readonly Entrant[], entrant: Entrant, flavor: RouterFlavor): readonly Entrant[] {
  let rivals: Entrant[] | undefined;
  for (const other of entrants)
    if (other !== entrant && mayContest(entrant.match, other.match, flavor)) (rivals ??= []).push(other);
  return rivals ?? nobody;
}

/** Where a route is kept. In the uri routers exact hosts only meet themselves and what is no exact host. */
function placesOf(hosts: readonly HostEntry[], flavor: RouterFlavor): readonly string[] {
  if (flavor === "radixtree_host_uri") return hosts.map(({ text }) => text);
  return [...new Set(hosts.flatMap(({ kind, name }) => (kind === "exact" ? [`=${name}`, "all"] : ["wide", "all"])))];
}

function placesToAsk(hosts: readonly HostEntry[], flavor: RouterFlavor): readonly string[] {
  if (flavor === "radixtree_host_uri") return hosts.map(({ text }) => text);
  if (hosts.some(({ kind }) => kind !== "exact")) return ["all"];
  return [...hosts.map(({ name }) => `=${name}`), "wide"];
}
