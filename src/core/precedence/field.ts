import type { RouterFlavor } from "../model/index.ts";
import type { Rival } from "./rival.ts";
import { meetingOf } from "./meeting.ts";

/** All rivals of one gateway, and who contests with whom. */
export interface Field {
  readonly rivals: readonly Rival[];
  readonly flavor: RouterFlavor;
  /** Those that a rival contests with, by index, ascending. */
  readonly contestsOf: (rival: number) => readonly number[];
  /**
   * Passes over rivals in the given order. `visit` is told the highest value that an earlier rival in contest with this
   * one has left behind (-Infinity: none) and returns what this one leaves behind (-Infinity: nothing).
   */
  readonly sweep: (order: readonly number[], visit: (rival: number, highest: number) => number) => void;
}

export function fieldOf(rivals: readonly Rival[], flavor: RouterFlavor): Field {
  const buckets = new Map<string, number[]>();
  for (const { index, match } of rivals) {
    for (const bucket of new Set(match.paths.map((path) => path.bucket))) {
      const members = buckets.get(bucket);
      if (members === undefined) buckets.set(bucket, [index]);
      else members.push(index);
    }
  }
  const contests = rivals.map(() => new Set<number>());
  for (const members of buckets.values()) {
    for (const a of members) {
      for (const b of members) {
        const [left, right] = [rivals[a], rivals[b]];
        if (a >= b || left === undefined || right === undefined || contests[a]?.has(b) === true) continue;
        if (meetingOf(left.match, right.match, flavor) === undefined) continue;
        contests[a]?.add(b);
        contests[b]?.add(a);
      }
    }
  }
  const sorted = contests.map((set) => [...set].sort((a, b) => a - b));
  return {
    rivals,
    flavor,
    contestsOf: (rival) => sorted[rival] ?? [],
    sweep: (order, visit) => {
      const left = new Map<number, number>();
      for (const rival of order) {
        let highest = -Infinity;
        for (const other of sorted[rival] ?? []) highest = Math.max(highest, left.get(other) ?? -Infinity);
        left.set(rival, visit(rival, highest));
      }
    },
  };
}
