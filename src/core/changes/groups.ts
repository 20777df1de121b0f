import type { Changes } from "./between.ts";
import { patched } from "./sorted.ts";

/** Keys whose lists were touched. */
export interface Touched<Key, Item> {
  /** Those that had none, each once. */
  readonly fresh: readonly Key[];
  /** Those that had one, and which. */
  readonly before: ReadonlyMap<Key, readonly Item[]>;
}

/** Items under their keys, each list sorted. The lists that change are other lists afterwards; empty ones are not kept. */
export class Groups<Key, Item> {
  #lists = new Map<Key, readonly Item[]>();
  readonly #keysOf: (item: Item) => readonly Key[];
  readonly #compare: (a: Item, b: Item) => number;

  /** `keysOf` must give an item that goes the keys that it came with, each once. */
  constructor(keysOf: (item: Item) => readonly Key[], compare: (a: Item, b: Item) => number) {
    this.#keysOf = keysOf;
    this.#compare = compare;
  }

  under(key: Key): readonly Item[] {
    return this.#lists.get(key) ?? [];
  }

  has(key: Key): boolean {
    return this.#lists.has(key);
  }

  /** Takes the changes in; which lists they touched. */
  update({ gone, come }: Changes<Item>): Touched<Key, Item> {
    if (this.#lists.size === 0) return { fresh: this.#fill(come), before: new Map() };
    const fresh: Key[] = [];
    const drafts = new Map<Key, { gone: Item[]; come: Item[] }>();
    const draftOf = (key: Key) => {
      const draft = drafts.get(key) ?? { gone: [], come: [] };
      drafts.set(key, draft);
      return draft;
    };
    for (const item of gone) for (const key of this.#keysOf(item)) draftOf(key).gone.push(item);
    for (const item of come) {
      for (const key of this.#keysOf(item)) {
        if (this.#lists.has(key)) draftOf(key).come.push(item);
        else {
          // The first of its list, and of many lists the only one.
          this.#lists.set(key, [item]);
          fresh.push(key);
        }
      }
    }
    const before = new Map<Key, readonly Item[]>();
    const isFresh = drafts.size === 0 ? new Set<Key>() : new Set(fresh);
    for (const [key, changes] of drafts) {
      const list = this.under(key);
      if (!isFresh.has(key)) before.set(key, list);
      const after = patched(list, changes, this.#compare);
      if (after.length === 0) this.#lists.delete(key);
      else this.#lists.set(key, after);
    }
    return { fresh, before };
  }

  /** The first items: each list grows in place, and is sorted where they come in another order. */
  #fill(items: readonly Item[]): readonly Key[] {
    const lists = new Map<Key, Item[]>();
    const mixed = new Set<Item[]>();
    items.forEach((item) => {
      for (const key of this.#keysOf(item)) {
        const list = lists.get(key);
        if (list === undefined) lists.set(key, [item]);
        else {
          if (this.#compare(list[list.length - 1] as Item, item) > 0) mixed.add(list); // never empty
          list.push(item);
        }
      }
    });
    for (const list of mixed) list.sort(this.#compare);
    this.#lists = lists;
    return [...lists.keys()];
  }
}
