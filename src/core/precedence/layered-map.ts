/**
 * A map with a few entries changed; it shares the rest with the one it came from, which stays what it was. Looking up
 * costs two looks; the order of the entries means nothing.
 */
export class LayeredMap<Key, Value> implements ReadonlyMap<Key, Value> {
  readonly #base: ReadonlyMap<Key, Value>;
  /** What differs from the base; `undefined`: no longer there. */
  readonly #changes: ReadonlyMap<Key, Value | undefined>;
  readonly size: number;

  constructor(base: ReadonlyMap<Key, Value>, changes: ReadonlyMap<Key, Value | undefined>) {
    this.#base = base;
    this.#changes = changes;
    let size = base.size;
    for (const [key, value] of changes) size += Number(value !== undefined) - Number(base.has(key));
    this.size = size;
  }

  /** The map with these changes; where they have become many, a plain one. */
  static with<Key, Value>(
    map: ReadonlyMap<Key, Value>,
    changes: ReadonlyMap<Key, Value | undefined>,
  ): ReadonlyMap<Key, Value> {
    if (map.size === 0) return plain(changes);
    const [base, before] = map instanceof LayeredMap ? map.#layers() : [map, new Map<Key, Value | undefined>()];
    const all = before.size === 0 ? changes : new Map([...before, ...changes]);
    const layered = new LayeredMap(base, all);
    return all.size * fewChanges > base.size ? new Map(layered) : layered;
  }

  get(key: Key): Value | undefined {
    const changed = this.#changes.get(key);
    return changed !== undefined || this.#changes.has(key) ? changed : this.#base.get(key);
  }

  has(key: Key): boolean {
    return this.get(key) !== undefined;
  }

  *entries(): MapIterator<[Key, Value]> {
    for (const [key, value] of this.#base) if (!this.#changes.has(key)) yield [key, value];
    for (const [key, value] of this.#changes) if (value !== undefined) yield [key, value];
  }

  *keys(): MapIterator<Key> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<Value> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.entries();
  }

  forEach(visit: (value: Value, key: Key, map: ReadonlyMap<Key, Value>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }

  #layers(): readonly [ReadonlyMap<Key, Value>, ReadonlyMap<Key, Value | undefined>] {
    return [this.#base, this.#changes];
  }
}

/** The changes themselves where they only add. */
function plain<Key, Value>(changes: ReadonlyMap<Key, Value | undefined>): ReadonlyMap<Key, Value> {
  if (!isWhole(changes))
    return new Map([...changes].flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
  return changes;
}

function isWhole<Key, Value>(changes: ReadonlyMap<Key, Value | undefined>): changes is ReadonlyMap<Key, Value> {
  return changes.values().every((value) => value !== undefined);
}

/** From a hundredth of the base on, a new base is cheaper than dragging the changes along. */
const fewChanges = 100;
