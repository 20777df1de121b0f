import { type Bounds, outermost } from "./bounds.ts";
import { conflictingAmong } from "./conflicts.ts";
import type { Field } from "./field.ts";
import { numberBetween } from "./number.ts";
import { placesOf } from "./order.ts";
import { pushedAside } from "./push.ts";

/**
 * A number for every route to fill, by rival. Numbers that stood are kept as long as the order allows; the others are
 * placed from the bottom up, and where one finds no number, as few kept ones as we find give way.
 */
export function filledNumbers(field: Field, bounds: Bounds): ReadonlyMap<number, number> {
  const { rivals } = field;
  const { ranked, low, high, shared } = bounds;
  const numbers = new Map(shared);
  for (const rival of ranked) {
    const kept = rivals[rival]?.kept;
    const fits = kept !== undefined && kept > (low[rival] ?? 0) && kept < (high[rival] ?? 0);
    if (fits && !shared.has(rival)) numbers.set(rival, kept);
  }
  for (const rival of conflictingAmong(field, bounds, numbers)) numbers.delete(rival);
  const upward = ranked.toReversed();
  const place = placesOf(ranked, rivals.length);
  const ceilings = new Float64Array(rivals.length);
  for (;;) {
    // How high a route may go so that all that are still to come above it find a number, too.
    field.sweep(ranked, (rival, highest) => {
      const ceiling = Math.min(high[rival] ?? outermost, -highest) - 1;
      ceilings[rival] = ceiling;
      return -(numbers.get(rival) ?? ceiling);
    });
    const placed = new Map<number, number>();
    const released = new Set<number>();
    field.sweep(upward, (rival, highest) => {
      const number = numbers.get(rival);
      if (number !== undefined && !released.has(rival)) return number;
      const below = Math.max(low[rival] ?? -outermost, highest);
      const above = (ceilings[rival] ?? 0) + 1;
      if (released.has(rival)) return below;
      if (above - below >= 2) {
        const found = numberBetween(below, above);
        placed.set(rival, found);
        return found;
      }
      for (const other of pushedAside(field, { bounds, place, numbers, placed, ceilings, released }, rival, below))
        released.add(other);
      return Math.min(below + 1, above - 1);
    });
    if (released.size === 0) return new Map([...numbers, ...placed]);
    for (const rival of released) numbers.delete(rival);
  }
}
