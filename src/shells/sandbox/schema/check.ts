import { isIP } from "node:net";
import type { Json, Minor } from "../../../core/model/index.ts";
import {
  fieldsOf,
  isDeepEqual,
  kindOf,
  luaQuote,
  luaTypeOf,
  mutableCopy,
  type Mutable,
  type MutableObject,
} from "./lua.ts";
import { patternOf } from "./pattern.ts";

/** JSON Schema, as far as APISIX uses it. Data: it is also what `GET /schema/…` answers. */
export interface Schema {
  /** The release that brought it; ours, and not part of what is served. */
  readonly since?: Minor;
  /** What it was before, latest first; ours too. */
  readonly was?: readonly Former[];
  readonly $comment?: string;
  readonly title?: string;
  readonly description?: string;
  /** Paths of the fields that are stored encrypted, in schemas of plugins. */
  readonly encrypt_fields?: readonly string[];
  readonly type?: string;
  readonly properties?: Schemas;
  readonly patternProperties?: Schemas;
  readonly additionalProperties?: boolean;
  readonly required?: readonly string[];
  readonly dependencies?: { readonly [property: string]: Schema | readonly string[] };
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly enum?: readonly Json[];
  readonly default?: Json;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly if?: Schema;
  readonly then?: Schema;
  readonly else?: Schema;
  readonly not?: Schema;
}
/** What a schema was before a release. */
export interface Former {
  readonly until: Minor;
  readonly schema?: Omit<Schema, "since" | "was">;
  /** What it did not say. */
  readonly without?: readonly (keyof Schema)[];
}

export interface Schemas {
  readonly [property: string]: Schema;
}

export function schemaAsJson(schema: Schema): Json {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a schema is JSON, as it is written down
  return schema as unknown as Json;
}

/**
 * Checks a value and fills in defaults, in place, as APISIX's validator does: also while it tries the branches of
 * `anyOf` and `oneOf`. Gives the first thing wrong in the validator's own words, `undefined` when all is well.
 * Lua knows no difference between `[]` and `{}`, so each passes for the other.
 * Source: api7/jsonschema 0.9.12, lib/jsonschema.lua, generate_validator().
 */
export function violationOf(schema: Schema, value: Mutable): string | undefined {
  for (const check of checks) {
    const violation = check(schema, value);
    if (violation !== undefined) return violation;
  }
  return undefined;
}

type Check = (schema: Schema, value: Mutable) => string | undefined;

/** In this order: the first violation is the one that is told. */
const checks: readonly Check[] = [
  type,
  properties,
  items,
  text,
  range,
  enumeration,
  allOf,
  anyOf,
  oneOf,
  branch,
  not,
  format,
];

function type(schema: Schema, value: Mutable): string | undefined {
  if (schema.type === undefined || hasType(schema.type, value)) return undefined;
  return `wrong type: expected ${schema.type}, got ${luaTypeOf(value)}`;
}

function hasType(name: string, value: Mutable): boolean {
  const kind = kindOf(value);
  if (name === "object") return kind === "object" || kind === "empty";
  if (name === "array") return kind === "array" || kind === "empty";
  if (name === "integer") return typeof value === "number" && Number.isInteger(value);
  return luaTypeOf(value) === name;
}

function properties(schema: Schema, value: Mutable): string | undefined {
  const kind = kindOf(value);
  if (kind !== "object" && kind !== "empty") return undefined;
  // `[]` passes for `{}`; it has no properties and takes no defaults.
  const object = fieldsOf(value);
  return (
    namedProperties(schema, object) ??
    requiredProperties(schema, object) ??
    otherProperties(schema, object) ??
    propertyCount(schema, object)
  );
}

function namedProperties(schema: Schema, object: MutableObject): string | undefined {
  for (const [name, subschema] of Object.entries(schema.properties ?? {})) {
    const property = object[name];
    if (property === undefined) {
      if (schema.required?.includes(name) === true) return `property ${luaQuote(name)} is required`;
      if (subschema.default !== undefined) object[name] = mutableCopy(subschema.default);
      continue;
    }
    const violation = violationOf(subschema, property);
    if (violation !== undefined) return `property ${luaQuote(name)} validation failed: ${violation}`;
  }
  return undefined;
}

function requiredProperties(schema: Schema, object: MutableObject): string | undefined {
  for (const name of schema.required ?? []) {
    if (object[name] === undefined) return `property ${luaQuote(name)} is required`;
  }
  for (const [name, needed] of Object.entries(schema.dependencies ?? {})) {
    if (object[name] === undefined) continue;
    if (isNames(needed)) {
      const missing = needed.find((other) => object[other] === undefined);
      if (missing !== undefined) return `property ${luaQuote(missing)} is required when ${luaQuote(name)} is set`;
    } else {
      const violation = violationOf(needed, object);
      if (violation !== undefined) return `failed to validate dependent schema for ${luaQuote(name)}: ${violation}`;
    }
  }
  return undefined;
}

function isNames(needed: Schema | readonly string[]): needed is readonly string[] {
  return Array.isArray(needed);
}

function otherProperties(schema: Schema, object: MutableObject): string | undefined {
  const patterns = Object.entries(schema.patternProperties ?? {});
  const closed = schema.additionalProperties === false;
  if (patterns.length === 0 && !closed) return undefined;
  for (const [name, property] of Object.entries(object)) {
    let isKnown = schema.properties?.[name] !== undefined;
    for (const [pattern, subschema] of patterns) {
      if (!patternOf(pattern).test(name)) continue;
      isKnown = true;
      const violation = violationOf(subschema, property);
      if (violation !== undefined) return `failed to validate ${name} (matching ${luaQuote(pattern)}): ${violation}`;
    }
    if (closed && !isKnown) return `additional properties forbidden, found ${name}`;
  }
  return undefined;
}

function propertyCount(schema: Schema, object: MutableObject): string | undefined {
  const count = Object.keys(object).length;
  if (count < (schema.minProperties ?? 0)) return `expect object to have at least ${schema.minProperties} properties`;
  if (count > (schema.maxProperties ?? count))
    return `expect object to have at most ${schema.maxProperties} properties`;
  return undefined;
}

function items(schema: Schema, value: Mutable): string | undefined {
  const kind = kindOf(value);
  if (kind !== "array" && kind !== "empty") return undefined;
  const list = Array.isArray(value) ? value : [];
  if (list.length < (schema.minItems ?? 0)) return `expect array to have at least ${schema.minItems} items`;
  if (list.length > (schema.maxItems ?? list.length)) return `expect array to have at most ${schema.maxItems} items`;
  if (schema.items !== undefined) {
    for (const [index, item] of list.entries()) {
      const violation = violationOf(schema.items, item);
      if (violation !== undefined) return `failed to validate item ${index + 1}: ${violation}`;
    }
  }
  return schema.uniqueItems === true ? repetitionIn(list) : undefined;
}

function repetitionIn(list: readonly Mutable[]): string | undefined {
  for (const [second, item] of list.entries()) {
    const first = list.findIndex((other) => isDeepEqual(other, item));
    if (first < second) return `expected unique items but items ${first + 1} and ${second + 1} are equal`;
  }
  return undefined;
}

function text(schema: Schema, value: Mutable): string | undefined {
  if (typeof value !== "string") return undefined;
  const { minLength, maxLength, pattern } = schema;
  if (minLength !== undefined || maxLength !== undefined) {
    const length = Array.from(value).length; // characters, not bytes
    if (length < (minLength ?? 0)) return `string too short, expected at least ${minLength}, got ${length}`;
    if (length > (maxLength ?? length)) return `string too long, expected at most ${maxLength}, got ${length}`;
  }
  if (pattern === undefined || patternOf(pattern).test(value)) return undefined;
  return `failed to match pattern ${luaQuote(pattern)} with ${luaQuote(value)}`;
}

function range(schema: Schema, value: Mutable): string | undefined {
  if (typeof value !== "number") return undefined;
  const { minimum, maximum, exclusiveMinimum } = schema;
  if (minimum !== undefined && value < minimum) return `expected ${value} to be at least ${minimum}`;
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) {
    return `expected ${value} to be greater than ${exclusiveMinimum}`;
  }
  if (maximum !== undefined && value > maximum) return `expected ${value} to be at most ${maximum}`;
  return undefined;
}

function enumeration(schema: Schema, value: Mutable): string | undefined {
  if (schema.enum === undefined || schema.enum.some((option) => isDeepEqual(option, value))) return undefined;
  return "matches none of the enum values";
}

function allOf(schema: Schema, value: Mutable): string | undefined {
  for (const [index, subschema] of (schema.allOf ?? []).entries()) {
    const violation = violationOf(subschema, value);
    if (violation !== undefined) return `allOf ${index + 1} failed: ${violation}`;
  }
  return undefined;
}

function anyOf(schema: Schema, value: Mutable): string | undefined {
  if (schema.anyOf === undefined || schema.anyOf.some((option) => violationOf(option, value) === undefined))
    return undefined;
  const needs = schema.anyOf.flatMap(({ required }) => (required === undefined ? [] : [JSON.stringify(required)]));
  return needs.length === 0
    ? "object matches none of the required"
    : `object matches none of the required: ${needs.join(" or ")}`;
}

function oneOf(schema: Schema, value: Mutable): string | undefined {
  if (schema.oneOf === undefined) return undefined;
  let matched: number | undefined;
  for (const [index, option] of schema.oneOf.entries()) {
    if (violationOf(option, value) !== undefined) continue;
    if (matched !== undefined) {
      return `value should match only one schema, but matches both schemas ${matched} and ${index + 1}`;
    }
    matched = index + 1;
  }
  return matched === undefined ? "value should match only one schema, but matches none" : undefined;
}

function branch(schema: Schema, value: Mutable): string | undefined {
  if (schema.if === undefined) return undefined;
  const isThen = violationOf(schema.if, value) === undefined;
  const taken = isThen ? schema.then : schema.else;
  if (taken === undefined || violationOf(taken, value) === undefined) return undefined;
  return `${isThen ? "then" : "else"} clause did not match`;
}

function not(schema: Schema, value: Mutable): string | undefined {
  if (schema.not === undefined || violationOf(schema.not, value) !== undefined) return undefined;
  return "value wasn't supposed to match schema";
}

function format(schema: Schema, value: Mutable): string | undefined {
  const { format: name } = schema;
  if (typeof value !== "string" || (name !== "ipv4" && name !== "ipv6")) return undefined;
  const isValid =
    name === "ipv4" ? isIP(value) === 4 : isIP(value.replace(/^\[(.*)\]$/, "$1")) === 6 && !value.includes("%");
  return isValid ? undefined : `expect valid ${name} format but got: ${value}`;
}
