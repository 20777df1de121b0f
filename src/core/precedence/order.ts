import type { Field } from "./field.ts";
import { type Pair, turnedAgainstCycles } from "./acyclic.ts";
import { cyclesIn, sortedBy } from "./knots.ts";
import { compareAge, type Rival } from "./rival.ts";
import { rulingOf } from "./ruling.ts";
import { compareWeight, isApart, isFlexible, type Weight, weightsOf } from "./weight.ts";

/** The order that specificity, and after it the rest of the rules, give to routes whose number is filled. */
export interface Order {
  /** From the top down: of two in contest, the earlier stands above. Routes that can meet nobody are left out. */
  readonly ranked: readonly number[];
  /** Routes fixed at zero that a route shall stand above, by its index; and those that it shall stand below. */
  readonly overZero: ReadonlySet<number>;
  readonly underZero: ReadonlySet<number>;
  /** Pairs that stand against their ruling, or whose ruling contradicts itself. */
  readonly contradictory: readonly Pair[];
}

/**
 * Sorts once by what each route is at its best. Only a route that is more specific in one place than in another can
 * contradict that, and only where it meets one in between, so only such contests are looked at one by one.
 */
export function orderOf(field: Field): Order {
  const { rivals } = field;
  const weights = weightsOf(rivals, field.flavor);
  const sorted = sortedByWeight(field, weights);
  const place = placesOf(sorted, rivals.length);
  const against: Pair[] = [];
  const contradictory: Pair[] = [];
  for (const [a, b] of openPairs(field, sorted, weights)) {
    const ruling = rulingOf(a, b, field.flavor);
    if (ruling === undefined) continue;
    const pair: Pair = ruling.sign > 0 ? [a.index, b.index] : [b.index, a.index];
    if (ruling.isContradictory) contradictory.push(pair);
    if (isBefore(pair[1], pair[0], place)) against.push(pair);
  }
  const isFilled = (index: number) => rivals[index]?.fixed === undefined;
  const filledPairs = against.filter((pair) => pair.every(isFilled));
  const zeroPairs = against.filter((pair) => !pair.every(isFilled));
  const { ranked, turned } = reordered(field, sorted.filter(isFilled), filledPairs);
  return { ranked, ...zeroSidesOf(field, sorted, zeroPairs), contradictory: [...contradictory, ...turned] };
}

/** Those that can meet somebody, and whose number is filled or zero. */
function sortedByWeight({ rivals, canMeet }: Field, weights: readonly Weight[]): readonly number[] {
  const compare = (a: Rival, b: Rival) => {
    const [left, right] = [weights[a.index], weights[b.index]];
    return left === undefined || right === undefined ? 0 : compareWeight(a, b, left, right);
  };
  return rivals
    .filter(({ index, fixed }) => (fixed === undefined || fixed === 0) && canMeet(index))
    .sort(compare)
    .map(({ index }) => index);
}

/** Pairs in contest that may stand against the sorting. */
function* openPairs(
  field: Field,
  sorted: readonly number[],
  weights: readonly Weight[],
): Generator<readonly [Rival, Rival]> {
  for (const index of sorted) {
    const [own, weight] = [field.rivals[index], weights[index]];
    if (own === undefined || weight === undefined || !isFlexible(weight)) continue;
    for (const other of field.contestsOf(index)) {
      const [rival, theirs] = [field.rivals[other], weights[other]];
      if (rival === undefined || theirs === undefined || (isFlexible(theirs) && other < index)) continue;
      if (rival.fixed !== undefined && (rival.fixed !== 0 || own.fixed === 0)) continue;
      if (!isApart(weight, theirs)) yield [own, rival];
    }
  }
}

/** Which routes to fill shall stand above, and which below, a route fixed at zero. */
function zeroSidesOf(
  field: Field,
  sorted: readonly number[],
  against: readonly Pair[],
): Pick<Order, "overZero" | "underZero"> {
  const isZero = (index: number) => field.rivals[index]?.fixed === 0;
  if (!sorted.some(isZero)) return { overZero: new Set(), underZero: new Set() };
  const beyondZero = (order: readonly number[]) => {
    const found = new Set<number>();
    field.sweep(order, (rival, highest) => {
      if (isZero(rival)) return 1;
      if (highest === 1) found.add(rival);
      return -Infinity;
    });
    return found;
  };
  const near = sorted.filter(field.isNearFixed);
  const underZero = beyondZero(near);
  const overZero = beyondZero(near.toReversed());
  const place = placesOf(sorted, field.rivals.length);
  const turned = new Set(against.map((pair) => keyOf(...pair)));
  for (const rival of new Set(against.flat().filter((index) => !isZero(index)))) {
    const zeros = field.contestsOf(rival).filter(isZero);
    const isOver = (zero: number) =>
      turned.has(keyOf(rival, zero)) || (isBefore(rival, zero, place) && !turned.has(keyOf(zero, rival)));
    set(overZero, rival, zeros.some(isOver));
    set(underZero, rival, !zeros.every(isOver));
  }
  return { overZero, underZero };
}

function set(members: Set<number>, member: number, isMember: boolean): void {
  if (isMember) members.add(member);
  else members.delete(member);
}

/**
 * Moves what has to move so that the given pairs stand right. Where that is a cycle the youngest gives way: pairs are
 * taken from old to young, so a new route never turns two others.
 */
export function reordered(
  field: Field,
  ranked: readonly number[],
  against: readonly Pair[],
): { readonly ranked: readonly number[]; readonly turned: readonly Pair[] } {
  if (against.length === 0) return { ranked, turned: [] };
  const affected = affectedBy(field, ranked, against);
  const place = placesOf(ranked, field.rivals.length);
  const isAffected = new Set(affected);
  // Pairs that stand the other way round than their places say.
  const inverse = new Set(against.map(([above, below]) => keyOf(above, below)));
  const isInverse = (a: number, b: number) => inverse.has(keyOf(a, b)) || inverse.has(keyOf(b, a));
  const stands = (a: number, b: number) => isBefore(a, b, place) !== isInverse(a, b);
  const cycles = cyclesIn(affected, (node) => field.contestsOf(node).filter((other) => stands(node, other)));
  const turned = cycles.flatMap((cycle) => turnedAgainstCycles(pairsByAge(field, cycle, stands), cycle));
  for (const [above, below] of turned) {
    if (!inverse.delete(keyOf(above, below)) && !inverse.delete(keyOf(below, above))) inverse.add(keyOf(above, below));
  }
  const moved = sortedBy(affected, (node) => field.contestsOf(node).filter((other) => stands(other, node)));
  let next = 0;
  return { ranked: ranked.map((node) => (isAffected.has(node) ? (moved[next++] ?? node) : node)), turned };
}

/** Pairs of these rivals that contest, from old to young: of the younger's pairs first those with the oldest. */
export function* pairsByAge(
  field: Field,
  members: readonly number[],
  stands: (a: number, b: number) => boolean,
): Generator<Pair> {
  const sorted = byAge(field, members);
  for (const [at, younger] of sorted.entries()) {
    const contests = new Set(field.contestsOf(younger));
    for (const older of sorted.slice(0, at)) {
      if (contests.has(older)) yield stands(older, younger) ? [older, younger] : [younger, older];
    }
  }
}

export function byAge(field: Field, members: readonly number[]): readonly number[] {
  return members
    .flatMap((member) => field.rivals[member] ?? [])
    .sort(compareAge)
    .map(({ index }) => index);
}

export function youngerOf({ rivals }: Field, [a, b]: Pair): number {
  const [left, right] = [rivals[a], rivals[b]];
  return left !== undefined && right !== undefined && compareAge(left, right) > 0 ? a : b;
}

/** Filled routes between the ends of the pairs that are, step by step, in contest with them; in their order. */
function affectedBy(field: Field, ranked: readonly number[], against: readonly Pair[]): readonly number[] {
  const place = placesOf(ranked, field.rivals.length);
  const spans = against
    .map(([above, below]) => [place[below] ?? 0, place[above] ?? 0] as const)
    .sort((a, b) => a[0] - b[0]);
  const reach: [number, number][] = [];
  for (const [from, to] of spans) {
    const last = reach.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else reach.push([from, to]);
  }
  const spanOf = (node: number) => {
    const at = place[node];
    return at === undefined ? -1 : reach.findIndex(([from, to]) => from <= at && at <= to);
  };
  const seen = new Set(against.flat());
  const open = [...seen];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const span = spanOf(node);
    for (const other of field.contestsOf(node)) {
      if (seen.has(other) || field.rivals[other]?.fixed !== undefined || spanOf(other) !== span) continue;
      seen.add(other);
      open.push(other);
    }
  }
  return [...seen].sort((a, b) => (place[a] ?? 0) - (place[b] ?? 0));
}

export function placesOf(ranked: readonly number[], size: number): readonly (number | undefined)[] {
  const places = Array.from<number | undefined>({ length: size });
  for (const [at, index] of ranked.entries()) places[index] = at;
  return places;
}

function isBefore(a: number, b: number, place: readonly (number | undefined)[]): boolean {
  return (place[a] ?? Infinity) < (place[b] ?? Infinity);
}

/** One number for a pair; indexes are far below 2^26. */
function keyOf(above: number, below: number): number {
  return above * 2 ** 26 + below;
}
