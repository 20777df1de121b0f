import { isJsonObject, type FieldProblem, formatPath, type FieldPath, nearest } from "../../core/model/index.ts";
import type { StructuralSchema } from "./structural.ts";

export interface Conformed {
  readonly value: unknown;
  readonly unknownFields: readonly FieldProblem[];
}

/**
 * What the API server does to an object before it validates it: `null` counts as absent in fields and maps (but not in
 * lists, and not in free JSON), and fields that the schema does not know are told apart.
 * Source: kubernetes/apiextensions-apiserver, pkg/apiserver/schema/defaulting, PruneNonNullableNullsWithoutDefaults().
 */
export function conform(raw: unknown, schema: StructuralSchema, root: FieldPath): Conformed {
  const unknownFields: FieldProblem[] = [];
  const visit = (value: unknown, at: StructuralSchema, path: FieldPath): unknown => {
    const { items, properties, additionalProperties } = at;
    if (Array.isArray(value))
      return items === undefined ? value : value.map((entry, i) => visit(entry, items, [...path, i]));
    if (!isJsonObject(value) || (properties === undefined && additionalProperties === undefined)) return value;
    const kept: [string, unknown][] = [];
    for (const [name, child] of Object.entries(value)) {
      // Own fields only: `toString` is no field of any schema.
      const known =
        properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
      if (known === undefined) unknownFields.push(unknownField(name, Object.keys(properties ?? {}), path));
      else if (child !== null) kept.push([name, visit(child, known, [...path, name])]);
    }
    return Object.fromEntries(kept);
  };
  return { value: visit(raw, schema, root), unknownFields };
}

export function unknownField(name: string, known: readonly string[], path: FieldPath): FieldProblem {
  const meant = meantField(name, known);
  const hint = meant === undefined ? `there are ${[...known].sort().join(", ")}` : `did you mean ${meant}?`;
  return { path: formatPath([...path, name]), message: `is no field of this resource: ${hint}` };
}

/** Names of the Admin API that are no misspelling of ours but mean one of our fields. */
const adminNames: Readonly<Record<string, string>> = {
  uri: "uris",
  host: "hosts",
  method: "methods",
  remote_addr: "remoteAddrs",
  status: "enabled",
  upstream_id: "upstreamRef",
  service_id: "serviceRef",
  plugin_config_id: "pluginConfigRef",
};

function meantField(name: string, known: readonly string[]): string | undefined {
  const camelCase = name.replace(/_+([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  const byAdminName = Object.hasOwn(adminNames, name) ? adminNames[name] : undefined;
  return [byAdminName, camelCase].find((it) => it !== undefined && known.includes(it)) ?? nearest(name, known);
}
