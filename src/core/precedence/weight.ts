import type { RouterFlavor } from "../model/index.ts";
import { compareBy, type Criterion } from "./comparison.ts";
import { compareExtent, hostCriteria, matchCriteria, pathCriteria } from "./criteria.ts";
import type { PathEntry } from "./paths.ts";
import { remember } from "./remember.ts";
import { compareAge, type Match, type Rival } from "./rival.ts";

/** What a route is at its best, for sorting, and at its worst. Where both are the same, it is so in every contest. */
export interface Weight {
  readonly host: Span;
  readonly path: Span;
  readonly demands: Ranks;
}

/** Ranks in the order of the criteria: the first difference decides. */
type Ranks = readonly number[];

interface Span {
  readonly best: Ranks;
  readonly worst: Ranks;
}

export function weightsOf(rivals: readonly Rival[], flavor: RouterFlavor): readonly Weight[] {
  const mixed = mixedBuckets(rivals);
  const hostSpans = new Map<Match["hosts"], Span>();
  const pathSpans = new Map<Match["paths"], Span>();
  const demands = new Map<number, Ranks>();
  return rivals.map(({ match }) => ({
    // Under the host router two routes meet only where they name the same host, so that hosts never decide.
    host:
      flavor === "radixtree_host_uri"
        ? noSpan
        : remember(hostSpans, match.hosts, () => spanOf(match.hosts, hostCriteria)),
    path: remember(pathSpans, match.paths, () => pathSpanOf(match.paths, mixed)),
    demands: remember(demands, match.guard.index, () => ranksOf(match, matchCriteria)),
  }));
}

/** Who comes first where nothing contradicts it: the more specific at its best, and so on down to the name. */
export function compareWeight(a: Rival, b: Rival, left: Weight, right: Weight): number {
  return (
    compareRanks(right.host.best, left.host.best) ||
    compareRanks(right.path.best, left.path.best) ||
    compareRanks(right.demands, left.demands) ||
    -compareExtent(a, b).sign ||
    -Math.sign(standingDifference(a, b)) ||
    compareAge(a, b)
  );
}

export function isFlexible({ host, path }: Weight): boolean {
  return compareRanks(host.best, host.worst) !== 0 || compareRanks(path.best, path.worst) !== 0;
}

/** Whether the one is more specific by host and path even at its worst than the other at its best. */
export function isApart(a: Weight, b: Weight): boolean {
  return isClearlyAbove(a, b) || isClearlyAbove(b, a);
}

function isClearlyAbove(a: Weight, b: Weight): boolean {
  return (compareRanks(a.host.worst, b.host.best) || compareRanks(a.path.worst, b.path.best)) > 0;
}

/** Above 0 where `a` stands higher on the gateway; a route that does not stand is lowest. */
export function standingDifference(a: Rival, b: Rival): number {
  return a.standing === b.standing ? 0 : (a.standing ?? -Infinity) - (b.standing ?? -Infinity);
}

function compareRanks(a: Ranks, b: Ranks): number {
  if (a === b) return 0;
  for (let at = 0; at < a.length; at++) {
    const [left = 0, right = 0] = [a[at], b[at]];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

const noSpan: Span = { best: [], worst: [] };
const noPath: Ranks = pathCriteria.map(() => -Infinity);

function pathSpanOf(paths: readonly PathEntry[], mixed: ReadonlySet<string>): Span {
  const all = paths.map((path) => (mixed.has(path.bucket) ? ranksOf(path, pathCriteria) : noPath));
  return spanBetween(all.length === 0 ? [noPath] : all);
}

function spanOf<Entry>(entries: readonly Entry[], criteria: readonly Criterion<Entry>[]): Span {
  return entries.length === 0 ? noSpan : spanBetween(entries.map((entry) => ranksOf(entry, criteria)));
}

function spanBetween(all: readonly Ranks[]): Span {
  return {
    best: all.reduce((a, b) => (compareRanks(a, b) < 0 ? b : a)),
    worst: all.reduce((a, b) => (compareRanks(a, b) > 0 ? b : a)),
  };
}

function ranksOf<Of>(of: Of, criteria: readonly Criterion<Of>[]): Ranks {
  return criteria.map(({ rank }) => rank(of));
}

/** Buckets in which some path is more specific than another; in all others paths decide nothing. */
function mixedBuckets(rivals: readonly Rival[]): ReadonlySet<string> {
  const first = new Map<string, PathEntry>();
  const mixed = new Set<string>();
  for (const { match } of rivals) {
    for (const path of match.paths) {
      const known = first.get(path.bucket);
      if (known === undefined) first.set(path.bucket, path);
      else if (known !== path && compareBy(pathCriteria, known, path).sign !== 0) mixed.add(path.bucket);
    }
  }
  return mixed;
}
