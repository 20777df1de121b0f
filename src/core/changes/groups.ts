import type { Changes } from "./between.ts";
import { patched } from "./sorted.ts";

/** One list before and after a change. */
export interface GroupChange<Item> {
  readonly before: readonly Item[];
  readonly after: readonly Item[];
}

/** Items under their keys, each list sorted. The lists that change are other lists afterwards; empty ones are not kept. */
export class Groups<Key, Item> {
  readonly #lists = new Map<Key, readonly Item[]>();
  readonly #keysOf: (item: Item) => Iterable<Key>;
  readonly #compare: (a: Item, b: Item) => number;

  /** `keysOf` must give an item that goes the keys that it came with. */
  constructor(keysOf: (item: Item) => Iterable<Key>, compare: (a: Item, b: Item) => number) {
    this.#keysOf = keysOf;
    this.#compare = compare;
  }

  get size(): number {
    return this.#lists.size;
  }

  under(key: Key): readonly Item[] {
    return this.#lists.get(key) ?? [];
  }

  has(key: Key): boolean {
    return this.#lists.has(key);
  }

  keys(): Iterable<Key> {
    return this.#lists.keys();
  }

  /** Takes the changes in; what they did, list by list. */
  update({ gone, come }: Changes<Item>): ReadonlyMap<Key, GroupChange<Item>> {
    const drafts = new Map<Key, { gone: Item[]; come: Item[] }>();
    const draftOf = (key: Key) => {
      let draft = drafts.get(key);
      if (draft === undefined) drafts.set(key, (draft = { gone: [], come: [] }));
      return draft;
    };
    for (const item of gone) for (const key of this.#keysOf(item)) draftOf(key).gone.push(item);
    for (const item of come) for (const key of this.#keysOf(item)) draftOf(key).come.push(item);
    const done = new Map<Key, GroupChange<Item>>();
    for (const [key, changes] of drafts) {
      const before = this.under(key);
      const after = patched(before, changes, this.#compare);
      if (after.length === 0) this.#lists.delete(key);
      else this.#lists.set(key, after);
      done.set(key, { before, after });
    }
    return done;
  }
}
