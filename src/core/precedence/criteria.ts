import { compareBreadth } from "./breadth.ts";
import { compareBy, type Comparison, type Criterion } from "./comparison.ts";
import type { HostEntry } from "./hosts.ts";
import type { PathEntry } from "./paths.ts";
import type { Match } from "./rival.ts";

/** The first on which the two differ decides. These lists, and compareExtent, are the place to change which of two routes wins. */
export const hostCriteria: readonly Criterion<HostEntry>[] = [
  { name: "exact host with port", rank: ({ kind, port }) => (kind === "exact" && hasPort(port) ? 1 : 0) },
  { name: "exact host", rank: ({ kind }) => (kind === "exact" ? 1 : 0) },
  { name: "named host", rank: ({ kind }) => (kind === "any" ? 0 : 1) },
  { name: "longer host suffix", rank: ({ kind, text }) => (kind === "suffix" ? text.length : 0) },
];

/** Literal paths have buckets of their own, so they never meet another kind. */
export const pathCriteria: readonly Criterion<PathEntry>[] = [
  { name: "parameter over wildcard", rank: ({ hasStar }) => (hasStar ? 0 : 1) },
  { name: "more literal path", rank: ({ literals }) => literals },
];

export const matchCriteria: readonly Criterion<Match>[] = [
  { name: "named methods", rank: ({ guard }) => (guard.methods === undefined ? 0 : 1) },
  { name: "fewer methods", rank: ({ guard }) => -(guard.methods?.size ?? 0) },
  { name: "more headers", rank: ({ guard }) => guard.conditions.headers },
  { name: "more query parameters", rank: ({ guard }) => guard.conditions.queryParameters },
  { name: "more other variables", rank: ({ guard }) => guard.conditions.otherVariables },
  { name: "more equalities", rank: ({ guard }) => guard.conditions.equalities },
  { name: "more conditions", rank: ({ guard }) => guard.conditions.count },
  { name: "fewer client addresses", rank: ({ guard }) => -guard.addressCount },
  { name: "filter function", rank: ({ guard }) => (guard.hasFilter ? 1 : 0) },
];

function hasPort(port: string | undefined): boolean {
  return port !== undefined && port !== "";
}

/** Only between routes that are equal wherever they meet: who takes in less, and whose hosts are its own. */
export function compareExtent(a: Extent, b: Extent): Comparison {
  const taken = compareTaken(a, b);
  return taken.sign !== 0 ? taken : compareBy(ownership, a, b);
}

/** Who takes in less: first hosts, then paths. */
export function compareTaken(a: Extent, b: Extent): Comparison {
  const hosts = compareBreadth("hosts", a.match.hostBreadth, b.match.hostBreadth);
  return hosts.sign !== 0 ? hosts : compareBreadth("paths", a.match.pathBreadth, b.match.pathBreadth);
}

interface Extent {
  readonly match: Match;
  readonly ownsHosts: boolean;
}

const ownership: readonly Criterion<Extent>[] = [{ name: "own hosts", rank: ({ ownsHosts }) => (ownsHosts ? 1 : 0) }];
