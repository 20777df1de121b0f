import { type FieldDefaults, type Json, type JsonObject, isJsonObject } from "../../core/model/index.ts";

/** Parts of a JSON Schema that speak of the very same value. */
const branches = ["allOf", "anyOf", "oneOf"] as const;
const clauses = ["if", "then", "else", "not"] as const;

/**
 * The defaults that a schema states, for the value it describes; `undefined` where it states none. The gateway's
 * validator fills them in while it looks, also in branches that it then gives up, so every branch counts.
 * Source: api7/jsonschema 0.9.8, lib/jsonschema.lua, generate_validator().
 */
export function decodeDefaults(schema: unknown): FieldDefaults | undefined {
  if (!isJsonObject(schema)) return undefined;
  const inside = [
    ownDefaults(schema),
    ...branches.flatMap((name) => schemasIn(schema[name])).map(decodeDefaults),
    ...clauses.map((name) => decodeDefaults(schema[name])),
    // A dependency may be a list of names, which states no defaults.
    ...valuesIn(schema["dependencies"]).map(decodeDefaults),
  ];
  return inside.reduce(merged, undefined);
}

function ownDefaults(schema: JsonObject): FieldDefaults | undefined {
  const fields = new Map<string, FieldDefaults>();
  for (const [name, field] of entriesIn(schema["properties"])) {
    const stated = isJsonObject(field) && field["default"] !== undefined ? { values: [field["default"]] } : undefined;
    const defaults = merged(stated, decodeDefaults(field));
    if (defaults !== undefined) fields.set(name, defaults);
  }
  const rest = [...valuesIn(schema["patternProperties"]), schema["additionalProperties"]].map(decodeDefaults);
  const items = schemasIn(schema["items"]).map(decodeDefaults);
  return pruned({ fields, rest: rest.reduce(merged, undefined), items: items.reduce(merged, undefined) });
}

/** Whatever the one or the other may fill in. */
function merged(a: FieldDefaults | undefined, b: FieldDefaults | undefined): FieldDefaults | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const fields = new Map(a.fields);
  for (const [name, field] of b.fields ?? []) {
    const both = merged(fields.get(name), field);
    if (both !== undefined) fields.set(name, both);
  }
  return pruned({
    values: [...(a.values ?? []), ...(b.values ?? [])],
    fields,
    rest: merged(a.rest, b.rest),
    items: merged(a.items, b.items),
  });
}

function pruned(defaults: {
  readonly values?: readonly Json[];
  readonly fields: ReadonlyMap<string, FieldDefaults>;
  readonly rest: FieldDefaults | undefined;
  readonly items: FieldDefaults | undefined;
}): FieldDefaults | undefined {
  const { values = [], fields, rest, items } = defaults;
  if (values.length === 0 && fields.size === 0 && rest === undefined && items === undefined) return undefined;
  return {
    ...(values.length > 0 && { values }),
    ...(fields.size > 0 && { fields }),
    ...(rest !== undefined && { rest }),
    ...(items !== undefined && { items }),
  };
}

/** One schema, or a list of them. */
function schemasIn(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function entriesIn(value: Json | undefined): readonly (readonly [string, Json])[] {
  return isJsonObject(value) ? Object.entries(value) : [];
}

function valuesIn(value: Json | undefined): readonly Json[] {
  return entriesIn(value).map(([, item]) => item);
}
