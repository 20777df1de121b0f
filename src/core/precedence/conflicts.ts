import type { Bounds } from "./bounds.ts";
import type { Field } from "./field.ts";
import { placesOf } from "./order.ts";
import { compareAge } from "./rival.ts";

/**
 * Kept numbers to give up, so that those that remain say what the order says. The route with most conflicts goes first,
 * among equals the youngest.
 */
export function conflictingAmong(
  field: Field,
  { ranked, shared }: Bounds,
  numbers: ReadonlyMap<number, number>,
): readonly number[] {
  const suspects: number[] = [];
  field.sweep(ranked.toReversed(), (rival, highest) => {
    const number = numbers.get(rival);
    if (number === undefined) return -Infinity;
    if (highest >= number) suspects.push(rival);
    return number;
  });
  if (suspects.length === 0) return [];
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
      const number = numbers.get(other);
      if (!isBelow || number === undefined || number < (numbers.get(rival) ?? 0)) continue;
      if (shared.has(rival) && shared.has(other)) continue;
      add(rival, other);
      add(other, rival);
    }
  }
  return givenUp(field, conflicts, shared);
}

function givenUp(
  { rivals }: Field,
  conflicts: ReadonlyMap<number, Set<number>>,
  shared: ReadonlyMap<number, number>,
): readonly number[] {
  const given: number[] = [];
  const giveUp = (rival: number) => {
    given.push(rival);
    for (const other of conflicts.get(rival) ?? []) conflicts.get(other)?.delete(rival);
    conflicts.get(rival)?.clear();
  };
  for (const fixed of shared.keys()) for (const rival of Array.from(conflicts.get(fixed) ?? [])) giveUp(rival);
  for (;;) {
    const [worst] = [...conflicts]
      .filter(([, others]) => others.size > 0)
      .sort(([a, mine], [b, theirs]) => {
        const [left, right] = [rivals[a], rivals[b]];
        return theirs.size - mine.size || (left === undefined || right === undefined ? 0 : compareAge(right, left));
      });
    if (worst === undefined) return given;
    giveUp(worst[0]);
  }
}
