import type { Field, Group } from "./field.ts";
import { doContest } from "./meeting.ts";
import { type Ruling, rulingOf } from "./ruling.ts";

/** Another route in contest with this one, and who of the two shall stand above. */
export interface Neighbor {
  readonly index: number;
  readonly ruling: Ruling;
}

/** Routes in contest with one, on one side of it. */
export interface Side {
  /** The nearest numbers first, then by id; at most ten. */
  readonly nearest: readonly Neighbor[];
  /** Counted up to a hundred. */
  readonly count: number;
}

export interface Neighbors {
  readonly below: Side;
  readonly above: Side;
  /** With the same number. */
  readonly level: Side;
}

const nobody: Side = { nearest: [], count: 0 };
const none: Neighbors = { below: nobody, above: nobody, level: nobody };
export const mostCounted = 100;
const mostNamed = 10;
/** How many candidates of a crowd are asked, one by one. */
const patience = 2000;

/** Tells the neighbors of a rival once all have numbers. */
export function neighborsIn(field: Field, numbers: readonly number[]): (rival: number) => Neighbors {
  const numberOf = (rival: number) => numbers[rival] ?? 0;
  const sorted = new Map<Group, readonly number[]>();
  return (rival) => {
    const groups = field.groupsOf(rival);
    if (groups.length === 0) return none;
    const [below, above, level]: [Found, Found, Found] = [noOne(), noOne(), noOne()];
    for (const group of groups) {
      const members = sortedMembers(group);
      const admits = (other: number) => other !== rival && (group.kind !== "candidates" || contests(rival, other));
      const from = firstAt(members, (other) => numberOf(other) >= numberOf(rival));
      const to = firstAt(members, (other) => numberOf(other) > numberOf(rival));
      collect(below, members, { from: from - 1, step: -1, until: -1 }, admits);
      collect(level, members, { from, step: 1, until: to }, admits);
      collect(above, members, { from: to, step: 1, until: members.length }, admits);
    }
    return { below: sideOf(rival, below), above: sideOf(rival, above), level: sideOf(rival, level) };
  };

  function sortedMembers(group: Group): readonly number[] {
    const known = sorted.get(group) ?? [...group.members].sort((a, b) => numberOf(a) - numberOf(b) || a - b);
    sorted.set(group, known);
    return known;
  }

  function contests(a: number, b: number): boolean {
    const [left, right] = [field.rivals[a], field.rivals[b]];
    return left !== undefined && right !== undefined && doContest(left.match, right.match, field.flavor);
  }

  function sideOf(rival: number, found: Found): Side {
    if (found.all.length === 0) return nobody;
    const [all, first] = [unique(found.all), unique(found.first)];
    const distance = (other: number) => Math.abs(numberOf(other) - numberOf(rival));
    const nearest = first.toSorted((a, b) => distance(a) - distance(b) || a - b).slice(0, mostNamed);
    return {
      nearest: nearest.flatMap((index) => {
        const [own, other] = [field.rivals[rival], field.rivals[index]];
        const ruling = own === undefined || other === undefined ? undefined : rulingOf(own, other, field.flavor);
        return ruling === undefined ? [] : [{ index, ruling }];
      }),
      count: Math.min(all.length, mostCounted),
    };
  }
}

/** Who is in several groups is in here several times. */
interface Found {
  readonly all: number[];
  /** The nearest of each group, among which the nearest of all are. */
  readonly first: number[];
}

function noOne(): Found {
  return { all: [], first: [] };
}

function unique(members: readonly number[]): readonly number[] {
  return members.length < 2 ? members : [...new Set(members)];
}

interface Walk {
  readonly from: number;
  readonly step: 1 | -1;
  readonly until: number;
}

function collect(found: Found, members: readonly number[], walk: Walk, admits: (other: number) => boolean): void {
  let asked = 0;
  let taken = 0;
  for (let at = walk.from; at !== walk.until && taken < mostCounted && asked < patience; at += walk.step, asked++) {
    const other = members[at];
    if (other === undefined || !admits(other)) continue;
    found.all.push(other);
    if (taken < mostNamed) found.first.push(other);
    taken++;
  }
}

/** The first place in a sorted list from which on `isThere` holds. */
function firstAt(members: readonly number[], isThere: (member: number) => boolean): number {
  let [low, high] = [0, members.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isThere(members[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}
