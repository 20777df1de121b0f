import type { Bounds } from "./bounds.ts";
import type { Field } from "./field.ts";
import { placesOf } from "./order.ts";
import { compareAge } from "./rival.ts";

/**
 * Kept numbers to give up, so that those that remain say what the order says: first those that contradict a shared
 * number; then, of two that contradict each other, the route with most such conflicts, among equals the youngest.
 */
export function conflictingAmong(
  field: Field,
  { ranked, shared }: Bounds,
  numbers: ReadonlyMap<number, number>,
): readonly number[] {
  if (numbers.size === shared.size) return [];
  const given = contradictingShared(field, ranked, shared, numbers);
  const kept = (rival: number) => (shared.has(rival) || given.has(rival) ? undefined : numbers.get(rival));
  const suspects: number[] = [];
  field.sweep(ranked.toReversed(), (rival, highest) => {
    const number = kept(rival);
    if (number === undefined) return -Infinity;
    if (highest >= number) suspects.push(rival);
    return number;
  });
  if (suspects.length === 0) return [...given];
  return [...given, ...givenUp(field, conflictsOf(field, ranked, suspects, kept))];
}

function contradictingShared(
  field: Field,
  ranked: readonly number[],
  shared: ReadonlyMap<number, number>,
  numbers: ReadonlyMap<number, number>,
): ReadonlySet<number> {
  const given = new Set<number>();
  if (shared.size === 0) return given;
  const pass = (order: readonly number[], sign: 1 | -1) => {
    field.sweep(order, (rival, highest) => {
      const fixed = shared.get(rival);
      if (fixed !== undefined) return sign * fixed;
      const number = numbers.get(rival);
      if (number !== undefined && highest >= sign * number) given.add(rival);
      return -Infinity;
    });
  };
  pass(ranked.toReversed(), 1);
  pass(ranked, -1);
  return given;
}

/** Who contradicts whom; both ways. */
function conflictsOf(
  field: Field,
  ranked: readonly number[],
  suspects: readonly number[],
  kept: (rival: number) => number | undefined,
): ReadonlyMap<number, Set<number>> {
  const place = placesOf(ranked, field.rivals.length);
  const conflicts = new Map<number, Set<number>>();
  const add = (rival: number, other: number) => {
    const known = conflicts.get(rival);
    if (known === undefined) conflicts.set(rival, new Set([other]));
    else known.add(other);
  };
  for (const rival of suspects) {
    for (const other of field.contestsOf(rival)) {
      const isBelow = (place[other] ?? -1) > (place[rival] ?? 0);
      if (!isBelow || (kept(other) ?? -Infinity) < (kept(rival) ?? 0)) continue;
      add(rival, other);
      add(other, rival);
    }
  }
  return conflicts;
}

function givenUp({ rivals }: Field, conflicts: ReadonlyMap<number, Set<number>>): readonly number[] {
  const given: number[] = [];
  const left = new Map(conflicts);
  for (;;) {
    let worst: number | undefined;
    for (const [rival, others] of left) {
      if (others.size === 0) left.delete(rival);
      else if (worst === undefined || isWorse(rival, worst)) worst = rival;
    }
    if (worst === undefined) return given;
    given.push(worst);
    for (const other of left.get(worst) ?? []) left.get(other)?.delete(worst);
    left.delete(worst);
  }

  function isWorse(rival: number, than: number): boolean {
    const [mine, theirs] = [left.get(rival)?.size ?? 0, left.get(than)?.size ?? 0];
    const [a, b] = [rivals[rival], rivals[than]];
    return mine !== theirs ? mine > theirs : a !== undefined && b !== undefined && compareAge(a, b) > 0;
  }
}
