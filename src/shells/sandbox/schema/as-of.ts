import { isAtLeast } from "../../../core/model/index.ts";
import type { Schema, Schemas } from "./check.ts";

const memory = new WeakMap<Schema, Map<string, Schema>>();

/** The schema as a version of APISIX has it, `x.y.z`: without what came later, and with what has changed since. */
export function asOf(schema: Schema, version: string): Schema {
  const known = memory.get(schema) ?? new Map<string, Schema>();
  memory.set(schema, known);
  const found = known.get(version) ?? rewritten(schema, version);
  known.set(version, found);
  return found;
}

function rewritten({ since: _since, was = [], ...now }: Schema, version: string): Schema {
  const former = was.filter(({ until }) => !isAtLeast(version, until));
  const shape: Schema = former.reduce<Schema>((before, { schema }) => ({ ...before, ...schema }), now);
  const dropped = new Set<string>(former.flatMap(({ without = [] }) => without));
  const kept = Object.entries(shape).filter(([keyword]) => !dropped.has(keyword));
  return Object.fromEntries(kept.map(([keyword, value]) => [keyword, partAsOf(keyword, value, version)]));
}

const named: ReadonlySet<string> = new Set(["properties", "patternProperties", "dependencies"]);
const listed: ReadonlySet<string> = new Set(["allOf", "anyOf", "oneOf"]);
const single: ReadonlySet<string> = new Set(["items", "additionalProperties", "if", "then", "else", "not"]);

function partAsOf(keyword: string, value: unknown, version: string): unknown {
  if (named.has(keyword)) return namedAsOf(value, version);
  if (listed.has(keyword) && Array.isArray(value)) return value.map((part: unknown) => schemaAsOf(part, version));
  return single.has(keyword) ? schemaAsOf(value, version) : value;
}

function namedAsOf(value: unknown, version: string): unknown {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keyword says so
  const schemas = Object.entries(value as Schemas);
  return Object.fromEntries(
    schemas
      .filter(([, { since }]) => since === undefined || isAtLeast(version, since))
      .map(([name, schema]) => [name, schemaAsOf(schema, version)]),
  );
}

function schemaAsOf(part: unknown, version: string): unknown {
  // A dependency may be a list of names, `additionalProperties` a boolean.
  if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
  return asOf(part, version);
}
