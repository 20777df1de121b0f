import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../../core/model/index.ts";

/** JSON that may be changed in place: a body on its way in, before it is stored. */
export type Mutable = null | boolean | number | string | Mutable[] | MutableObject;
export interface MutableObject {
  [key: string]: Mutable;
}

/** A copy of one's own, to change at will. */
export function mutableCopy(value: Json): Mutable {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same shape, and nobody else has this copy
  return structuredClone(value) as Mutable;
}

/** What Lua makes of a JSON value: an empty table is neither object nor array, or both. */
export type LuaKind = "scalar" | "object" | "array" | "empty";

export function kindOf(value: Json): LuaKind {
  if (typeof value !== "object" || value === null) return "scalar";
  if (Array.isArray(value)) return value.length === 0 ? "empty" : "array";
  return Object.keys(value).length === 0 ? "empty" : "object";
}

/** Lua's name of the type; JSON null is a userdata there. */
export function luaTypeOf(value: Json): string {
  if (value === null) return "userdata";
  return typeof value === "object" ? "table" : typeof value;
}

export function isDeepEqual(a: Json, b: Json): boolean {
  return isDeepStrictEqual(a, b) || (kindOf(a) === "empty" && kindOf(b) === "empty");
}

/** As Lua's `%q` writes a text. */
export function luaQuote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/**
 * What is left of a value once it was written as JSON and read back: numbers keep 14 digits.
 * Source: apache/apisix 3.18 stores through lua-cjson, whose encode_number_precision is 14.
 */
export function storedForm(value: Json): Json {
  if (typeof value === "number") return Number(value.toPrecision(14));
  if (Array.isArray(value)) return value.map(storedForm);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, storedForm(item)]));
}

export function isTable(value: Mutable | undefined): value is Mutable[] | MutableObject {
  return typeof value === "object" && value !== null;
}

/** The fields of an object; `[]` passes for `{}` and has none. */
export function fieldsOf(value: Mutable | undefined): MutableObject {
  return isTable(value) && !Array.isArray(value) ? value : {};
}

/** A value inside a sentence, a key or a header: texts and numbers as they are, anything else as JSON. */
export function written(value: Json | undefined): string {
  return typeof value === "string" ? value : value === undefined ? "nil" : JSON.stringify(value);
}
