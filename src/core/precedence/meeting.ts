import type { RouterFlavor } from "../model/index.ts";
import { type Criterion, compareBy, hostCriteria, pathCriteria } from "./criteria.ts";
import { guardsOverlap } from "./guard.ts";
import { hostCovers, type HostEntry, hostsOverlap } from "./hosts.ts";
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
  const hosts = encounters(a.hosts, b.hosts, {
    overlap: (x, y) => hostsOverlap(x, y, flavor),
    covers: hostCovers,
    criteria: hostCriteria,
  });
  if (hosts.length === 0) return undefined;
  const paths = encounters(a.paths, b.paths, {
    overlap: (x, y) => x.bucket === y.bucket && pathsOverlap(x, y),
    covers: (x, y) => x.bucket === y.bucket && pathCovers(x, y),
    criteria: pathCriteria,
  });
  return paths.length === 0 ? undefined : { hosts, paths };
}

interface Rules<Entry> {
  readonly overlap: (a: Entry, b: Entry) => boolean;
  readonly covers: (outer: Entry, inner: Entry) => boolean;
  readonly criteria: readonly Criterion<Entry>[];
}

function encounters<Entry>(
  of: readonly Entry[],
  with_: readonly Entry[],
  rules: Rules<Entry>,
): readonly Encounter<Entry>[] {
  const found = of.flatMap((a) => with_.filter((b) => rules.overlap(a, b)).map((b) => ({ a, b })));
  if (found.length <= 1) return found;
  return found.filter(
    ({ a, b }) =>
      !of.some((other) => fitsBetter(other, a, b, rules)) && !with_.some((other) => fitsBetter(other, b, a, rules)),
  );
}

/** Whether `other` is more specific than `own` and takes all that `own` shares with `rival`. */
function fitsBetter<Entry>(other: Entry, own: Entry, rival: Entry, { covers, criteria }: Rules<Entry>): boolean {
  if (other === own || compareBy(criteria, other, own).sign <= 0) return false;
  return covers(other, rival) || covers(other, own);
}
