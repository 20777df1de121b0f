import { type KubeObject, storeKeyOf } from "./resource.ts";

/** What the store holds of one object: what tells its versions apart, and what the reflector's `transform` made of it. */
export interface Stored<Value> {
  /** `namespace/name`, or `name`. */
  readonly key: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly value: Value;
}

/**
 * One difference. A namesake with another uid is a deletion and an addition. `isFinalStateUnknown`: the deletion was
 * noticed in a list, so `before` may be older than what was deleted.
 */
export type Change<Value> =
  | { readonly kind: "added"; readonly key: string; readonly after: Value }
  | { readonly kind: "updated"; readonly key: string; readonly before: Value; readonly after: Value }
  | { readonly kind: "deleted"; readonly key: string; readonly before: Value; readonly isFinalStateUnknown: boolean };

/** The objects of one type as we last heard of them. Only its reflector writes. */
export interface Store<Value> {
  readonly size: number;
  readonly valueOf: (key: string) => Value | undefined;
  /** In no particular order. */
  readonly values: () => readonly Value[];
}

export class WritableStore<Value> implements Store<Value> {
  #entries = new Map<string, Stored<Value>>();

  get size(): number {
    return this.#entries.size;
  }

  readonly valueOf = (key: string): Value | undefined => this.#entries.get(key)?.value;

  readonly values = (): readonly Value[] => Array.from(this.#entries.values(), ({ value }) => value);

  /** Holds exactly `entries` from now on; returns what that changed: deletions, then additions, then updates. */
  replace(entries: ReadonlyMap<string, Stored<Value>>): readonly Change<Value>[] {
    const before = this.#entries;
    this.#entries = new Map(entries);
    const isSame = (one: Stored<Value> | undefined, other: Stored<Value> | undefined) => one?.uid === other?.uid;
    const deleted = [...before.values()].filter((entry) => !isSame(entries.get(entry.key), entry));
    const added = [...entries.values()].filter((entry) => !isSame(before.get(entry.key), entry));
    const updated = [...entries.values()].flatMap((entry): Change<Value>[] => {
      const old = before.get(entry.key);
      if (old === undefined || !isSame(old, entry) || old.resourceVersion === entry.resourceVersion) return [];
      return [{ kind: "updated", key: entry.key, before: old.value, after: entry.value }];
    });
    return [
      ...deleted.map(({ key, value }) => ({ kind: "deleted", key, before: value, isFinalStateUnknown: true }) as const),
      ...added.map(({ key, value }) => ({ kind: "added", key, after: value }) as const),
      ...updated,
    ];
  }

  put(entry: Stored<Value>): readonly Change<Value>[] {
    const { key, value } = entry;
    const old = this.#entries.get(key);
    this.#entries.set(key, entry);
    if (old === undefined) return [{ kind: "added", key, after: value }];
    if (old.uid !== entry.uid)
      return [
        { kind: "deleted", key, before: old.value, isFinalStateUnknown: true },
        { kind: "added", key, after: value },
      ];
    return old.resourceVersion === entry.resourceVersion
      ? []
      : [{ kind: "updated", key, before: old.value, after: value }];
  }

  /** `last` is the object as it was when it was deleted. */
  remove(key: string, last: Value): readonly Change<Value>[] {
    return this.#entries.delete(key) ? [{ kind: "deleted", key, before: last, isFinalStateUnknown: false }] : [];
  }
}

export function storedOf<Value>(object: KubeObject, transform: (object: KubeObject) => Value): Stored<Value> {
  const { uid = "", resourceVersion = "" } = object.metadata;
  return { key: storeKeyOf(object.metadata), uid, resourceVersion, value: transform(object) };
}

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** The object without what nobody here reads: half of what it would weigh in memory. */
export function trimmed(object: KubeObject): KubeObject {
  const { managedFields: _fields, annotations, ...metadata } = object.metadata;
  if (typeof annotations !== "object" || annotations === null) return { ...object, metadata };
  const kept = Object.fromEntries(Object.entries(annotations).filter(([name]) => name !== lastApplied));
  return { ...object, metadata: { ...metadata, annotations: kept } };
}
