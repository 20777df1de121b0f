import { breadthCriteria, type Criterion, hostCriteria, matchCriteria, pathCriteria } from "./criteria.ts";
import type { RouterFlavor } from "../model/index.ts";
import type { PathEntry } from "./paths.ts";
import type { Match, Rival } from "./rival.ts";

/** Ranks in the order of the criteria: the first difference decides. */
export type Ranks = readonly number[];

/** A route at its best, for sorting, and at its worst. Where both are the same, it is the same in every contest. */
export interface Weight {
  readonly best: Ranks;
  readonly worst: Ranks;
  /** What does not depend on where routes meet, down to the tie-breaks that are numbers. */
  readonly rest: Ranks;
}

export function weightsOf(rivals: readonly Rival[], flavor: RouterFlavor): readonly Weight[] {
  const mixed = mixedBuckets(rivals);
  const hostSpans = new Map<Match["hosts"], Span>();
  const guardRanks = new Map<number, Ranks>();
  return rivals.map((rival) => {
    const { hosts, paths, guard } = rival.match;
    // Under the host router two routes meet only where they name the same host, so that hosts never decide.
    const host =
      flavor === "radixtree_host_uri" ? noSpan : remember(hostSpans, hosts, () => spanOf(hosts, hostCriteria));
    const path = spanOf(
      paths.map((path) => (mixed.has(path.bucket) ? path : undefined)),
      pathCriteria,
    );
    const demands = remember(guardRanks, guard.index, () => ranksOf(rival.match, matchCriteria));
    const standing = rival.standing ?? -Infinity;
    return {
      best: [...host.best, ...path.best],
      worst: [...host.worst, ...path.worst],
      rest: [...demands, ...ranksOf(rival, breadthCriteria), standing, -rival.createdMs],
    };
  });
}

export function compareRanks(a: Ranks, b: Ranks): number {
  for (let at = 0; at < a.length; at++) {
    const [left = 0, right = 0] = [a[at], b[at]];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

interface Span {
  readonly best: Ranks;
  readonly worst: Ranks;
}

const noSpan: Span = { best: [], worst: [] };

function spanOf<Entry>(entries: readonly (Entry | undefined)[], criteria: readonly Criterion<Entry>[]): Span {
  const all = entries.map((entry) => (entry === undefined ? criteria.map(() => -Infinity) : ranksOf(entry, criteria)));
  const [first = criteria.map(() => -Infinity)] = all;
  return {
    best: all.reduce((a, b) => (compareRanks(a, b) < 0 ? b : a), first),
    worst: all.reduce((a, b) => (compareRanks(a, b) > 0 ? b : a), first),
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
      else if (known !== path && compareRanks(ranksOf(known, pathCriteria), ranksOf(path, pathCriteria)) !== 0) {
        mixed.add(path.bucket);
      }
    }
  }
  return mixed;
}

function remember<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
