import { type AdminBodies, type AdminKind, type Json, type JsonObject, isJsonObject } from "../model/index.ts";
import { type FieldDefaults, type KindDefaults, builtInDefaults } from "./defaults.ts";

/** Set by the gateway itself. Source: apache/apisix 3.18, apisix/admin/utils.lua, inject_timestamp(). */
const gatewayOwned: ReadonlySet<string> = new Set(["id", "create_time", "update_time"]);

/**
 * Dotted paths of the fields that differ between what we would send and what the gateway holds, in the order of the
 * names; empty when a PUT would change nothing. A list is one field (`hosts`), an object is looked into
 * (`upstream.timeout.read`). A default that the gateway filled in is no difference. Never holds a value.
 */
export function changedPaths<Kind extends AdminKind>(
  kind: Kind,
  desired: AdminBodies[Kind],
  observed: AdminBodies[Kind],
  defaults: KindDefaults = builtInDefaults,
): readonly string[] {
  const changed: string[] = [];
  compareObjects(jsonOf(desired), jsonOf(observed), defaults[kind], "", changed);
  return changed.sort();
}

function jsonOf(body: AdminBodies[AdminKind]): JsonObject {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- bodies are JSON: the interfaces only name fields
  return body as unknown as JsonObject;
}

function compareObjects(
  desired: JsonObject,
  observed: JsonObject,
  defaults: FieldDefaults | undefined,
  path: string,
  changed: string[],
): void {
  for (const name of namesOf(desired, observed)) {
    if (path === "" && gatewayOwned.has(name)) continue;
    const field = defaults?.fields?.get(name);
    const before = valueOf(observed, name) ?? field?.value;
    const after = valueOf(desired, name) ?? field?.value;
    if (before === after) continue;
    const at = path === "" ? name : `${path}.${name}`;
    if (name === "nodes" && (isJsonObject(before) || isJsonObject(after))) {
      if (!isSame(nodeList(after), nodeList(before), field)) changed.push(at);
    } else if (isJsonObject(before) && isJsonObject(after)) compareObjects(after, before, field, at, changed);
    else if (!isSame(after, before, field)) changed.push(at);
  }
}

/** Equal as the gateway stores them. */
function isSame(a: Json | undefined, b: Json | undefined, defaults: FieldDefaults | undefined): boolean {
  if (a === b) return true;
  if (typeof a === "number" && typeof b === "number") return fourteenDigits(a) === fourteenDigits(b);
  if (isEmpty(a) && isEmpty(b)) return true;
  if (isList(a) && isList(b))
    return a.length === b.length && a.every((item, index) => isSame(item, b[index], defaults?.items));
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const changed: string[] = [];
  compareObjects(a, b, defaults, "items", changed);
  return changed.length === 0;
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
