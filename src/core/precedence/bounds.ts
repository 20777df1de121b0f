import type { Field } from "./field.ts";
import { type Pair, turnedAgainstCycles } from "./acyclic.ts";
import { byAge, type Order, pairsByAge, placesOf, reordered, youngerOf } from "./order.ts";

/** The widest numbers that the Admin API stores exactly. Source: openresty/lua-cjson, 14 significant digits. */
export const outermost = 10 ** 14;

/** The room that fixed numbers leave. Arrays are by rival. */
export interface Bounds {
  /** As in Order, after what zero forced. */
  readonly ranked: readonly number[];
  /** A filled number lies between these two, neither included. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Numbers of routes that have to share one, because more stand between two fixed numbers than fit. */
  readonly shared: ReadonlyMap<number, number>;
  /** Routes without a number where they belong. */
  readonly exhausted: ReadonlySet<number>;
  /** Routes that would have to stand on both sides of zero; they stand below it. */
  readonly split: readonly number[];
  /** Pairs turned because of that. */
  readonly turned: readonly Pair[];
}

export function boundsOf(field: Field, order: Order): Bounds {
  const sides = untangledSides(field, order);
  const room = roomOf(field, sides);
  return { ...room, ranked: sides.ranked, split: [...sides.split], turned: sides.turned };
}

/** Equal explicit numbers are one place. Only zero has routes to fill on both sides that rule 3 put there. */
interface Sides {
  readonly ranked: readonly number[];
  readonly over: Set<number>;
  readonly under: Set<number>;
  readonly split: Set<number>;
  readonly turned: readonly Pair[];
}

function untangledSides(field: Field, { ranked, overZero, underZero }: Order): Sides {
  const split = new Set([...overZero].filter((rival) => underZero.has(rival)));
  const over = new Set([...overZero].filter((rival) => !split.has(rival)));
  const under = new Set(underZero);
  const between = chainedBothWays(field, ranked.filter(field.isNearFixed), over, under);
  if (between.length === 0) return { ranked, over, under, split, turned: [] };
  // All of them are in one cycle with zero. Zero comes first of each route's pairs where it stands above, else last.
  const zero = -1;
  const place = placesOf(ranked, field.rivals.length);
  const stands = (a: number, b: number) => (place[a] ?? 0) < (place[b] ?? 0);
  const pairs = Map.groupBy(pairsByAge(field, between, stands), (pair) => youngerOf(field, pair));
  const taken = byAge(field, between).flatMap((rival): readonly Pair[] => [
    ...(under.has(rival) ? [[zero, rival] as const] : []),
    ...(pairs.get(rival) ?? []),
    ...(over.has(rival) ? [[rival, zero] as const] : []),
  ]);
  const turned = turnedAgainstCycles(taken, [zero, ...between]);
  for (const [, rival] of turned.filter((pair) => pair.includes(zero))) {
    over.delete(rival);
    under.add(rival);
    split.add(rival);
  }
  const flipped = turned.filter((pair) => !pair.includes(zero));
  return { ranked: reordered(field, ranked, flipped).ranked, over, under, split, turned: flipped };
}

/** Routes that stand above zero and below it, directly or by way of others. */
function chainedBothWays(
  field: Field,
  ranked: readonly number[],
  over: ReadonlySet<number>,
  under: ReadonlySet<number>,
): readonly number[] {
  if (over.size === 0 || under.size === 0) return [];
  const reach = (order: readonly number[], start: ReadonlySet<number>) => {
    const found = new Set<number>();
    field.sweep(order, (rival, highest) => {
      if (highest !== 1 && !start.has(rival)) return -Infinity;
      found.add(rival);
      return 1;
    });
    return found;
  };
  const below = reach(ranked, under);
  // A way from one of them up to zero's other side leads through them alone.
  const order = ranked.filter((rival) => below.has(rival));
  const above = reach(order.toReversed(), over);
  return order.filter((rival) => above.has(rival));
}

function roomOf(field: Field, sides: Sides): Pick<Bounds, "low" | "high" | "shared" | "exhausted"> {
  const { over, under } = sides;
  const ranked = sides.ranked.filter(field.isNearFixed);
  const { low: hardLow, high: hardHigh } = hardBounds(field, ranked);
  const squeezed = new Set<number>();
  const free = new Set<number>();
  const capped = new Set<number>();
  const pinned = new Set<number>();
  const high = (rival: number) => Math.min(hardHigh[rival] ?? outermost, under.has(rival) ? 0 : outermost);
  const low = (rival: number) => Math.max(hardLow[rival] ?? -outermost, over.has(rival) ? 0 : -outermost);
  // Nothing lies between 0 and 1: what would have to, gives up its place above zero. From the top down, since it takes
  // with it what stands below.
  field.sweep(ranked, (rival, highest) => {
    const ceiling = Math.min(high(rival), -highest);
    if (ceiling < outermost) capped.add(rival);
    if (over.has(rival) && ceiling <= 1) {
      over.delete(rival);
      under.add(rival);
      squeezed.add(rival);
    }
    return -ceiling;
  });
  // Nor between -1 and 0: what a negative number must stay below rises above zero. What can do neither is on zero.
  field.sweep(ranked.toReversed(), (rival, highest) => {
    const floor = Math.max(low(rival), highest);
    if (floor > -outermost) pinned.add(rival);
    if (!under.has(rival) || floor < -1) return floor;
    under.delete(rival);
    if (squeezed.has(rival) || (hardHigh[rival] ?? outermost) <= 1) free.add(rival);
    else {
      over.add(rival);
      squeezed.add(rival);
    }
    return floor;
  });
  // Only what has a fixed number above it and one below it, be it by way of others, can be too many.
  const between = ranked.filter((rival) => capped.has(rival) && pinned.has(rival));
  const shared = sharedNumbers(field, between, { low, high, free });
  return {
    low: hardLow.map((_, rival) => low(rival)),
    high: hardHigh.map((_, rival) => high(rival)),
    shared,
    exhausted: new Set([...squeezed, ...shared.keys()]),
  };
}

/** What numbers with a sign leave: positive ones stand above what names none, negative ones below. */
function hardBounds(
  field: Field,
  ranked: readonly number[],
): { readonly low: Float64Array; readonly high: Float64Array } {
  const low = new Float64Array(field.rivals.length).fill(-outermost);
  const high = new Float64Array(field.rivals.length).fill(outermost);
  const bound = (sign: 1 | -1, bounds: Float64Array) => {
    const signed = field.rivals.filter(({ fixed }) => fixed !== undefined && Math.sign(fixed) === sign);
    if (signed.length === 0) return;
    field.sweep([...signed.map(({ index }) => index), ...ranked], (rival, highest) => {
      const fixed = field.rivals[rival]?.fixed;
      if (fixed !== undefined) return -sign * fixed;
      bounds[rival] = -sign * highest;
      return -Infinity;
    });
  };
  bound(1, high);
  bound(-1, low);
  return { low, high };
}

interface Limits {
  readonly low: (rival: number) => number;
  readonly high: (rival: number) => number;
  readonly free: ReadonlySet<number>;
}

/**
 * Counts upward from the fixed number below, one each, and where that runs into the fixed number above, the routes that
 * are too many share the last free one. Only what stands in a chain that is too long is numbered here.
 */
function sharedNumbers(field: Field, ranked: readonly number[], limits: Limits): ReadonlyMap<number, number> {
  const size = field.rivals.length;
  const lowest = new Float64Array(size);
  const highest = new Float64Array(size);
  const ceiling = new Float64Array(size);
  field.sweep(ranked.toReversed(), (rival, best) => (lowest[rival] = Math.max(limits.low(rival), best) + 1));
  field.sweep(ranked, (rival, best) => -(highest[rival] = Math.min(limits.high(rival), -best) - 1));
  field.sweep(ranked, (rival, best) => -(ceiling[rival] = Math.min(limits.high(rival), -best)));
  const isTight = (rival: number) => (lowest[rival] ?? 0) > (highest[rival] ?? 0) || limits.free.has(rival);
  return new Map(
    ranked.filter(isTight).map((rival) => [rival, Math.min(lowest[rival] ?? 0, (ceiling[rival] ?? 0) - 1)]),
  );
}
