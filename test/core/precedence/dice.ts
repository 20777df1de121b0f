/** Chance that is the same for the same seed, on every machine and with every version of everything else. */
export interface Dice {
  /** From 0 to this, both included. */
  readonly upTo: (most: number) => number;
  readonly one: <Item>(items: readonly [Item, ...Item[]] | readonly Item[]) => Item;
  /** At least one, at most so many, in their order. */
  readonly some: <Item>(items: readonly Item[], most: number) => Item[];
}

/** Source of the generator: mulberry32, T. Ettinger, public domain. */
export function diceOf(seed: number): Dice {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const upTo = (most: number) => Math.floor(next() * (most + 1));
  return {
    upTo,
    one: (items) => {
      const item = items[upTo(items.length - 1)];
      if (item === undefined) throw new Error("one of none");
      return item;
    },
    some: (items, most) => {
      const keyed = items.map((_, at) => ({ at, key: next() })).sort((a, b) => a.key - b.key);
      const places = new Set(keyed.slice(0, upTo(most - 1) + 1).map(({ at }) => at));
      return items.filter((_, at) => places.has(at));
    },
  };
}
