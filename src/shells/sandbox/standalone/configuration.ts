import {
  type DocumentList,
  documentLists,
  isJsonObject,
  type Json,
  type JsonObject,
} from "../../../core/model/index.ts";
import { Breakdown } from "../admin/answer.ts";
import { configurationFaults } from "../admin/validation.ts";
import { isTable, storedForm, written, type MutableObject } from "../schema/lua.ts";
import type { EnabledPlugins } from "../schema/plugin-names.ts";
import type { ObjectStore } from "../store/objects.ts";

/** The size of the shared memory that a gateway keeps its configuration in, unless told otherwise. */
const largestConfiguration = 10 * 1024 * 1024;

interface Stored {
  readonly digest: string | undefined;
  /** Unix seconds. */
  readonly lastModified: number;
}

export type Taken = { readonly kind: "stored" } | { readonly kind: "refused"; readonly error: string } | TooLarge;
interface TooLarge {
  readonly kind: "tooLarge";
}

interface Section {
  readonly version: number;
  readonly items: readonly Json[] | undefined;
}

/**
 * The whole configuration of a gateway without etcd, in memory alone. Its items are handed to the object store, from
 * which requests are answered. Source: apache/apisix 3.18, apisix/admin/standalone.lua and core/config_yaml.lua.
 */
export class Configuration {
  readonly #objects: ObjectStore;
  readonly #version: string;
  readonly #plugins: EnabledPlugins;
  readonly #now: () => number;
  #sections: Readonly<Partial<Record<DocumentList, Section>>> = {};
  #stored: Stored | undefined;

  constructor(objects: ObjectStore, plugins: EnabledPlugins, now: () => number = Date.now) {
    this.#objects = objects;
    this.#version = plugins.version;
    this.#plugins = plugins;
    this.#now = now;
  }

  /** `undefined` before the first push. */
  get stored(): Stored | undefined {
    return this.#stored;
  }

  /** Items as they were sent, and the version of every kind. */
  read(): JsonObject {
    const lists = documentLists.flatMap((kind): [string, Json][] => {
      const { version = 0, items } = this.#sections[kind] ?? {};
      const number: [string, Json] = [`${kind}_conf_version`, version];
      return items === undefined ? [number] : [[kind, items], number];
    });
    return Object.fromEntries(lists);
  }

  /** All of it or nothing, by the first fault. Throws `Breakdown` where APISIX breaks. */
  replace(fields: MutableObject, digest: string | undefined): Taken {
    for (const kind of documentLists)
      if (fields[kind] !== undefined && !isTable(fields[kind])) throw new Breakdown(`${kind} is no table`);
    const error = this.#firstFault(fields);
    if (error !== undefined) return { kind: "refused", error };
    const before = this.#sections;
    const next = Object.fromEntries(documentLists.map((kind) => [kind, sectionAfter(kind, before[kind], fields)]));
    if (JSON.stringify(next).length > largestConfiguration) return { kind: "tooLarge" };
    this.#sections = next;
    this.#stored = { digest, lastModified: Math.floor(this.#now() / 1_000) };
    for (const kind of documentLists) if (this.#sections[kind] !== before[kind]) this.#load(kind, before[kind]);
    return { kind: "stored" };
  }

  #firstFault(fields: MutableObject): string | undefined {
    for (const kind of documentLists) {
      const version = fields[`${kind}_conf_version`];
      if (version !== undefined && typeof version !== "number") return `${kind}_conf_version must be a number`;
    }
    const [fault] = configurationFaults(fields, {
      store: this.#objects,
      version: this.#version,
      plugins: this.#plugins,
    });
    if (fault !== undefined) return fault.error;
    for (const kind of documentLists) {
      const { version = 0 } = this.#sections[kind] ?? {};
      if (Number(fields[`${kind}_conf_version`] ?? version) < version)
        return `${kind}_conf_version must be greater than or equal to (${version})`;
    }
    return undefined;
  }

  /** An item that was there and has its `modifiedIndex` still is not touched; one that stays keeps its place. */
  #load(kind: DocumentList, before: Section | undefined): void {
    const loaded = indexesOf(kind, before?.items);
    const items = byKey(kind, this.#sections[kind]?.items);
    for (const key of loaded.keys()) if (!items.has(key)) this.#objects.delete(key);
    for (const [key, item] of items) {
      const { modifiedIndex, ...value } = item;
      if (modifiedIndex !== undefined && loaded.get(key) === modifiedIndex) continue;
      this.#objects.put(key, value);
    }
  }
}

/** The same object where the version says that nothing changed. */
function sectionAfter(kind: DocumentList, before: Section | undefined, fields: MutableObject): Section | undefined {
  const version = fields[`${kind}_conf_version`];
  const stands = before?.version ?? 0;
  if (version === stands) return before;
  const items = fields[kind];
  const isEmpty = !Array.isArray(items) || items.length === 0; // an object is no list, and dropped
  return {
    version: typeof version === "number" ? version : stands + 1,
    items: isEmpty ? undefined : items.map((item) => storedForm(item)),
  };
}

function byKey(kind: DocumentList, items: readonly Json[] = []): Map<string, JsonObject> {
  return new Map(items.filter(isJsonObject).map((item, index) => [keyOf(kind, item, index), item]));
}

function indexesOf(kind: DocumentList, items: readonly Json[] | undefined): Map<string, Json | undefined> {
  return new Map([...byKey(kind, items)].map(([key, { modifiedIndex }]) => [key, modifiedIndex]));
}

/** An item without id is known by its place. Source: apache/apisix 3.18, apisix/core/config_yaml.lua, sync_data(). */
function keyOf(kind: DocumentList, { id, username }: JsonObject, index: number): string {
  return `/${kind}/${written(id ?? username ?? `arr_${index + 1}`)}`;
}
