import { type Bounds, outermost } from "./bounds.ts";
import type { Field } from "./field.ts";

/** The table while it is being filled. */
interface Filling {
  readonly bounds: Bounds;
  readonly place: readonly (number | undefined)[];
  /** Kept and shared numbers. */
  readonly numbers: ReadonlyMap<number, number>;
  /** Numbers given in this round, which cost nothing to change. */
  readonly placed: ReadonlyMap<number, number>;
  /** How high a route without number may go. */
  readonly ceilings: Float64Array;
  /** Already asked to give way. */
  readonly released: ReadonlySet<number>;
}

/**
 * The kept routes that have to give way so that `rival`, for which `below` is the highest number under it, finds one:
 * those above it or those below it, whichever are fewer; both, where fixed numbers are met on either side.
 */
export function pushedAside(field: Field, filling: Filling, rival: number, below: number): readonly number[] {
  const up = push(field, filling, 1, rival, below + 1);
  const down = push(field, filling, -1, rival, filling.ceilings[rival] ?? 0);
  if (up.isBlocked && down.isBlocked) {
    const both = [...up.moved, ...down.moved];
    return both.length > 0 ? both : keptAround(field, filling, rival);
  }
  if (up.isBlocked) return down.moved;
  return down.isBlocked || up.moved.length <= down.moved.length ? up.moved : down.moved;
}

/** All that are, step by step, in contest with this one. */
function keptAround(field: Field, { numbers, bounds }: Filling, rival: number): readonly number[] {
  const seen = new Set([rival]);
  // A set hands out what is added to it while it is gone through.
  for (const member of seen) for (const other of field.contestsOf(member)) seen.add(other);
  return [...seen].filter((other) => numbers.has(other) && !bounds.shared.has(other));
}

/** Gives `rival` the number and moves what is in the way, and what that is in the way of, by the least. */
function push(
  field: Field,
  { bounds, place, numbers, placed, ceilings, released }: Filling,
  direction: 1 | -1,
  rival: number,
  number: number,
): { readonly moved: readonly number[]; readonly isBlocked: boolean } {
  const wanted = new Map([[rival, number]]);
  const moved: number[] = [];
  // What lies further in the direction of the push comes later, so each is final when its turn comes.
  const open = [rival];
  for (let at = nearest(); at !== undefined; at = nearest()) {
    const target = wanted.get(at) ?? 0;
    const limit = direction > 0 ? (bounds.high[at] ?? outermost) : (bounds.low[at] ?? -outermost);
    if ((limit - target) * direction <= 0) return { moved, isBlocked: true };
    const own = numbers.get(at);
    if (own !== undefined && !released.has(at)) {
      if ((own - target) * direction >= 0) continue;
      if (bounds.shared.has(at)) return { moved, isBlocked: true };
      moved.push(at);
    } else {
      const room = direction > 0 ? ceilings[at] : placed.get(at);
      if (room !== undefined && (room - target) * direction >= 0) continue;
    }
    for (const other of field.contestsOf(at)) {
      const isAhead = ((place[at] ?? 0) - (place[other] ?? Infinity)) * direction > 0;
      if (!isAhead || place[other] === undefined) continue;
      const least = target + direction;
      const known = wanted.get(other);
      if (known === undefined) open.push(other);
      if (known === undefined || (least - known) * direction > 0) wanted.set(other, least);
    }
  }
  return { moved, isBlocked: false };

  function nearest(): number | undefined {
    let best = 0;
    for (let at = 1; at < open.length; at++) {
      if (((place[open[at] ?? 0] ?? 0) - (place[open[best] ?? 0] ?? 0)) * direction > 0) best = at;
    }
    return open.splice(best, 1)[0];
  }
}
