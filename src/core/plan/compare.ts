import { type FieldDefaults, type Json, type JsonObject, isJsonObject } from "../model/index.ts";
import type { Untold } from "./untold.ts";

/** How one object is compared. */
export interface Comparison {
  readonly desired: JsonObject;
  readonly observed: JsonObject;
  /** What the gateway may have added to what it was sent; `undefined`: nothing. */
  readonly defaults: FieldDefaults | undefined;
  /** Whether a field can't be compared, by the names that lead to it. */
  readonly isUntold: Untold;
}

/**
 * Dotted paths of the fields that differ between what we would send and what the gateway holds, in the order of the
 * names; empty when a PUT would change nothing. A list is one field (`hosts`), an object is looked into
 * (`upstream.timeout.read`). A default that the gateway filled in is no difference; a field that it lacks is one,
 * default or not. Never holds a value.
 */
export function changedPaths({ desired, observed, defaults, isUntold }: Comparison): readonly string[] {
  const changed: string[] = [];
  compareObjects(desired, observed, { defaults, isUntold, path: [] }, changed);
  return changed.sort();
}

interface Place {
  readonly defaults: FieldDefaults | undefined;
  readonly isUntold: Untold;
  readonly path: readonly string[];
}

function compareObjects(desired: JsonObject, observed: JsonObject, place: Place, changed: string[]): void {
  for (const name of namesOf(desired, observed)) {
    const at = inside(place, name);
    const before = valueOf(observed, name);
    const after = valueOf(desired, name);
    if (before === after || at.isUntold(at.path, after)) continue;
    if (name === "nodes" && (isJsonObject(before) || isJsonObject(after))) {
      if (!isSame(nodeList(after), nodeList(before), at)) changed.push(at.path.join("."));
    } else if (isJsonObject(before) && isJsonObject(after)) compareObjects(after, before, at, changed);
    else if (!isSame(after, before, at)) changed.push(at.path.join("."));
  }
}

function inside({ defaults, isUntold, path }: Place, name: string): Place {
  return { defaults: defaults?.fields?.get(name) ?? defaults?.rest, isUntold, path: [...path, name] };
}

/** Equal as the gateway stores them, but for what it may have added to `after`. */
function isSame(after: Json | undefined, before: Json | undefined, place: Place): boolean {
  if (after === before) return true;
  if (after === undefined) return isFilledIn(before, place);
  if (typeof after === "number" && typeof before === "number") return fourteenDigits(after) === fourteenDigits(before);
  if (isEmpty(after) && isEmpty(before)) return true;
  if (isList(after) && isList(before)) {
    const items = { ...place, defaults: place.defaults?.items };
    return after.length === before.length && after.every((item, index) => isSame(item, before[index], items));
  }
  // An empty list takes fields as an empty object does.
  const sent = isEmpty(after) ? {} : after;
  if (!isJsonObject(sent) || !isJsonObject(before)) return false;
  const changed: string[] = [];
  compareObjects(sent, before, place, changed);
  return changed.length === 0;
}

/** One of the defaults, which may itself have been filled up. */
function isFilledIn(before: Json | undefined, place: Place): boolean {
  return place.defaults?.values?.some((value) => isSame(value, before, place)) === true;
}

// The gateway's JSON keeps fourteen digits. Source: openresty/lua-cjson, cjson.encode_number_precision.
function fourteenDigits(value: number): string {
  return value.toPrecision(14);
}

/** An empty list may come back as `{}`. */
function isEmpty(value: Json | undefined): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** `{"a:80": 1}` and `[{host: "a", port: 80, weight: 1}]` are two spellings of one thing; the map has no order. */
function nodeList(value: Json | undefined): Json | undefined {
  if (isList(value)) return value.toSorted((a, b) => (nodeKey(a) < nodeKey(b) ? -1 : 1));
  if (!isJsonObject(value)) return value;
  return nodeList(Object.entries(value).map(([address, weight]) => ({ ...hostAndPortOf(address), weight })));
}

function nodeKey(node: Json): string {
  return isJsonObject(node) ? JSON.stringify([node["host"], node["port"]]) : "";
}

function hostAndPortOf(address: string): JsonObject {
  const [, host, port] = /^(.*):(\d+)$/.exec(address) ?? [];
  return host === undefined ? { host: address } : { host, port: Number(port) };
}

/** Absent and `null` are one: the API server drops a `null`, and the gateway takes none. */
function valueOf(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;
}

function namesOf(a: JsonObject, b: JsonObject): readonly string[] {
  return [...Object.keys(a), ...Object.keys(b).filter((name) => !Object.hasOwn(a, name))];
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
