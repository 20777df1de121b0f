import type { RouterFlavor } from "../model/index.ts";
import { type Criterion, compareBy } from "./comparison.ts";
import { hostCriteria, pathCriteria } from "./criteria.ts";
import { guardsOverlap } from "./guard.ts";
import { overlappingHosts } from "./host-set.ts";
import { hostCovers, type HostEntry } from "./hosts.ts";
import { pathCovers, type PathEntry, pathsOverlap } from "./paths.ts";
import type { Match } from "./rival.ts";

/** Two entries of two routes that fit some shared requests, and that nothing else of either route fits better. */
export interface Encounter<Entry> {
  readonly a: Entry;
  readonly b: Entry;
}

/** Where two routes meet. Every host encounter goes with every path encounter. */
export interface Meeting {
  readonly hosts: readonly Encounter<HostEntry>[];
  readonly paths: readonly Encounter<PathEntry>[];
}

/**
 * Where two routes contest: some request satisfies both and finds both in one bucket. `undefined` where that can be
 * ruled out; what can't is taken to be a contest.
 */
export function meetingOf(a: Match, b: Match, flavor: RouterFlavor): Meeting | undefined {
  if (!guardsOverlap(a.guard, b.guard)) return undefined;
  const hosts = overlappingHosts(a, b, flavor);
  if (hosts.length === 0) return undefined;
  const paths = overlappingPaths(a, b);
  if (paths.length === 0) return undefined;
  return {
    hosts: bestFitting(hosts, { criteria: hostCriteria, covers: hostCovers }),
    paths: bestFitting(paths, { criteria: pathCriteria, covers: coversInBucket }),
  };
}

/** Whether two routes contest, without asking where. */
export function doContest(a: Match, b: Match, flavor: RouterFlavor): boolean {
  return (
    guardsOverlap(a.guard, b.guard) &&
    overlappingHosts(a, b, flavor).length > 0 &&
    a.paths.some((x) => b.paths.some((y) => x.bucket === y.bucket && pathsOverlap(x, y)))
  );
}

type Overlap<Entry> = readonly [Entry, Entry];

function overlappingPaths(a: Match, b: Match): readonly Overlap<PathEntry>[] {
  const [first] = a.paths;
  // The same paths meet on each of them, and nowhere does one route fit better than the other.
  if (a.paths === b.paths) return first === undefined ? [] : [[first, first]];
  const overlaps: Overlap<PathEntry>[] = [];
  for (const x of a.paths) {
    for (const y of b.paths) if (x.bucket === y.bucket && pathsOverlap(x, y)) overlaps.push([x, y]);
  }
  return overlaps;
}

/** What covers a path in another bucket takes the request there, and no priority matters. */
function coversInBucket(outer: PathEntry, inner: PathEntry): boolean {
  return outer.bucket === inner.bucket && pathCovers(outer, inner);
}

interface Rules<Entry> {
  readonly covers: (outer: Entry, inner: Entry) => boolean;
  readonly criteria: readonly Criterion<Entry>[];
}

/**
 * Without overlaps whose requests all fit something else of either route better. What could fit them better meets the
 * other route there, too, so it is among the overlaps.
 */
function bestFitting<Entry>(overlaps: readonly Overlap<Entry>[], rules: Rules<Entry>): readonly Encounter<Entry>[] {
  const all = overlaps.map(([a, b]) => ({ a, b }));
  if (all.length === 1) return all;
  const [mine, theirs] = [[...new Set(all.map(({ a }) => a))], [...new Set(all.map(({ b }) => b))]];
  return all.filter(
    ({ a, b }) =>
      !mine.some((other) => fitsBetter(other, a, b, rules)) && !theirs.some((other) => fitsBetter(other, b, a, rules)),
  );
}

/** Whether `other` is more specific than `own` and takes all that `own` shares with `rival`. */
function fitsBetter<Entry>(other: Entry, own: Entry, rival: Entry, { covers, criteria }: Rules<Entry>): boolean {
  if (other === own || compareBy(criteria, other, own).sign <= 0) return false;
  return covers(other, rival) || covers(other, own);
}
