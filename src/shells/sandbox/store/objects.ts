import type { Json } from "../../../core/model/index.ts";
import { storedForm } from "../schema/lua.ts";
import { Journal, type JournalEntry } from "./journal.ts";

/** An object as etcd keeps it for APISIX. */
export interface StoredObject {
  /** `/routes/r1`, without the prefix `/apisix`. */
  readonly key: string;
  readonly value: Json;
  readonly createdIndex: number;
  readonly modifiedIndex: number;
  /** How often it was written since it was created. */
  readonly version: number;
  /** Unix milliseconds; absent: it stays. */
  readonly expiresAt?: number;
}

/** What a timer of node can wait for. */
const longestTimerMs = 2 ** 31 - 1;

export type Change =
  { readonly type: "put"; readonly object: StoredObject } | { readonly type: "delete"; readonly key: string };

/**
 * What etcd is to APISIX: keys, values, one revision for all, leases. Every change is in the journal (where there is
 * one) before it is visible. Changes reach the listener one by one, in order.
 */
export class ObjectStore {
  readonly #objects = new Map<string, StoredObject>();
  readonly #journal: Journal | undefined;
  readonly #now: () => number;
  readonly #leases = new Map<string, NodeJS.Timeout>();
  readonly #listeners: ((change: Change) => void)[] = [];
  #revision = 0;

  constructor(options: { readonly folder?: string | undefined; readonly now?: () => number } = {}) {
    this.#now = options.now ?? Date.now;
    if (options.folder === undefined) return;
    const { journal, entries, revision } = Journal.open(options.folder);
    this.#journal = journal;
    this.#revision = revision;
    // etcd hands its keys out in their order, so that is how a gateway loads them when it starts.
    for (const entry of [...entries].sort((a, b) => (a.key < b.key ? -1 : 1))) {
      const {
        key,
        value = null,
        revision: modifiedIndex,
        createdIndex = modifiedIndex,
        version = 1,
        expiresAt,
      } = entry;
      this.#remember({
        key,
        value,
        createdIndex,
        modifiedIndex,
        version,
        ...(expiresAt === undefined ? {} : { expiresAt }),
      });
    }
  }

  /** Hears of every change from now on. */
  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  /** All objects whose key begins with `prefix`, by key, byte by byte. */
  list(prefix: string): StoredObject[] {
    const found: StoredObject[] = [];
    for (const object of this.#objects.values()) if (object.key.startsWith(prefix)) found.push(object);
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Objects directly below a folder (`/routes/`), in the order in which they were created. */
  *below(folder: string): Generator<StoredObject> {
    for (const object of this.#objects.values()) {
      if (object.key.startsWith(folder) && !object.key.includes("/", folder.length)) yield object;
    }
  }

  put(key: string, value: Json, ttlSeconds?: number): StoredObject {
    const before = this.#objects.get(key);
    const revision = this.nextRevision();
    const object: StoredObject = {
      key,
      value: storedForm(value),
      createdIndex: before?.createdIndex ?? revision,
      modifiedIndex: revision,
      version: (before?.version ?? 0) + 1,
      ...(ttlSeconds === undefined ? {} : { expiresAt: this.#now() + ttlSeconds * 1_000 }),
    };
    this.#journal?.append(entryOf(object));
    this.#remember(object);
    this.#tell({ type: "put", object });
    if (this.#journal?.isMostlyHistory(this.#objects.size) === true) {
      this.#journal.compact([...this.#objects.values()].map(entryOf), this.#revision);
    }
    return object;
  }

  /** Whether there was one. */
  delete(key: string): boolean {
    if (!this.#objects.has(key)) return false;
    this.#journal?.append({ key, revision: this.nextRevision() });
    this.#forget(key);
    this.#tell({ type: "delete", key });
    return true;
  }

  nextRevision(): number {
    this.#revision += 1;
    return this.#revision;
  }

  close(): void {
    for (const lease of this.#leases.values()) clearTimeout(lease);
    this.#journal?.close();
  }

  #remember(object: StoredObject): void {
    clearTimeout(this.#leases.get(object.key));
    this.#leases.delete(object.key);
    this.#objects.set(object.key, object); // an update keeps its place
    if (object.expiresAt === undefined) return;
    this.#awaitExpiry(object.key, object.expiresAt);
  }

  #awaitExpiry(key: string, expiresAt: number): void {
    const leftMs = Math.max(0, expiresAt - this.#now());
    const lease = setTimeout(
      () => {
        if (expiresAt > this.#now()) this.#awaitExpiry(key, expiresAt);
        else this.delete(key);
      },
      Math.min(leftMs, longestTimerMs),
    );
    lease.unref();
    this.#leases.set(key, lease);
  }

  #forget(key: string): void {
    clearTimeout(this.#leases.get(key));
    this.#leases.delete(key);
    this.#objects.delete(key);
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function entryOf({ modifiedIndex, ...kept }: StoredObject): JournalEntry {
  return { ...kept, revision: modifiedIndex };
}
