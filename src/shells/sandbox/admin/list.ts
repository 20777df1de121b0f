import { isJsonObject, type Json, type JsonObject } from "../../../core/model/index.ts";
import { searches } from "./search.ts";
import type { Answer } from "./answer.ts";
import { written } from "../schema/lua.ts";

/** An object as the Admin API shows it. */
export interface Shown {
  readonly key: string;
  readonly value: Json;
  readonly createdIndex: number;
  readonly modifiedIndex: number;
}

/**
 * A list with its filters and pages. An empty list is `[]` as etcd gives it, but `{}` where Lua made a new table.
 * Source: apache/apisix 3.18, apisix/admin/v3_adapter.lua, filter() and pagination().
 */
export function listAnswer(
  all: readonly Shown[],
  query: URLSearchParams,
  options: { readonly filterFields: readonly string[]; readonly isCopy: boolean },
): Answer {
  const found = all.filter((object) => passes(object.value, query, options.filterFields));
  const total = found.length;
  const page = numberOf(query.get("page"));
  const size = numberOf(query.get("page_size"));
  if (page === undefined || size === undefined) {
    return { status: 200, body: { total, list: listOf(found, options.isCopy && all.length > 0) } };
  }
  if (size < 10 || size > 500) return { status: 400, text: "page_size must be between 10 and 500" };
  const to = Math.max(page, 1) * size;
  const from = to - size + 1;
  found.sort((a, b) => a.createdIndex - b.createdIndex);
  // A broken first index finds nothing, as in Lua.
  const shown = Number.isInteger(from) ? found.slice(from - 1, Math.floor(to)) : [];
  return { status: 200, body: { total, list: listOf(shown, true) } };
}

function listOf(objects: readonly Shown[], isNewTable: boolean): Json {
  return objects.length === 0 && isNewTable ? {} : objects.map((object): JsonObject => ({ ...object }));
}

function passes(value: Json, query: URLSearchParams, filterFields: readonly string[]): boolean {
  const fields = isJsonObject(value) ? value : {};
  const { labels } = fields;
  const name = query.get("name");
  const label = query.get("label");
  const uri = query.get("uri");
  // An object without a name is compared as Lua prints nothing.
  if (name !== null && !searches(name, written(fields["name"] ?? "nil"))) return false;
  if (label !== null && !(isJsonObject(labels) && Object.hasOwn(labels, label))) return false;
  if (uri !== null && !urisOf(fields).some((one) => searches(uri, one))) return false;
  return passesFields(fields, query.get("filter"), filterFields);
}

function urisOf({ uri, uris }: JsonObject): string[] {
  return [uri, ...(Array.isArray(uris) ? uris : [])].filter((one) => typeof one === "string");
}

function passesFields(fields: JsonObject, filter: string | null, filterFields: readonly string[]): boolean {
  if (filter === null) return true;
  const wanted = new Map(new URLSearchParams(filter)); // the last one of a name counts
  return [...wanted].every(([field, value]) => !filterFields.includes(field) || fields[field] === value);
}

/** As Lua reads a number; `undefined`: it is none. */
export function numberOf(text: string | null): number | undefined {
  if (text === null || text.trim() === "") return undefined;
  const value = Number(text);
  return Number.isNaN(value) ? undefined : value;
}
