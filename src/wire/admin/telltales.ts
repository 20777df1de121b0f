import { type Json, isJsonObject } from "../../core/model/index.ts";

/** The schemas of `GET /schema/route` and `/schema/credential`; `undefined`: the gateway has no such schema. */
export interface ToldSchemas {
  readonly route: unknown;
  readonly credential: unknown;
}

const upstream = ["properties", "upstream", "properties"] as const;
const checks = [...upstream, "checks"] as const;
const activeCheck = [...checks, "properties", "active", "properties"] as const;
const tls = [...upstream, "tls"] as const;
const nodes = [...upstream, "nodes", "anyOf", 1, "items"] as const;
const listedNode = [...nodes, "properties"] as const;

/** A version, and whether the schemas are those of it or of a newer one. Newest first. */
const telltales: readonly (readonly [version: string, shows: (schemas: ToldSchemas) => boolean])[] = [
  ["3.18.0", ({ route }) => at(route, ...activeCheck, "http_method") !== undefined],
  ["3.17.0", ({ credential }) => at(credential, "properties", "id", "oneOf") !== undefined],
  ["3.16.0", ({ route }) => at(route, "properties", "name", "maxLength") === 256],
  [
    "3.14.0",
    ({ route }) => isJsonObject(at(route, ...checks)) && at(route, ...checks, "additionalProperties") !== false,
  ],
  ["3.13.0", ({ credential }) => at(credential, "properties", "name") !== undefined],
  ["3.12.0", ({ credential }) => isJsonObject(credential)],
  ["3.10.0", ({ route }) => at(route, ...listedNode, "port", "maximum") !== undefined],
  ["3.9.0", ({ route }) => isJsonObject(at(route, ...listedNode)) && !needsPort(route)],
  ["3.7.0", ({ route }) => at(route, ...tls, "dependencies", "client_cert", "not") === undefined && isClosed(route)],
  ["3.6.0", ({ route }) => isClosed(route)],
  ["3.5.0", ({ route }) => at(route, "properties", "labels", "patternProperties", ".*", "maxLength") === 256],
  ["3.3.0", ({ route }) => isJsonObject(route)],
];

/**
 * The newest version that has these schemas, for a gateway that does not say which it is; `undefined`: none that is
 * known. Versions with the same schemas are taken for the newest of them, so that nothing is called missing that is there.
 * Source: apache/apisix 3.3 to 3.18, apisix/schema_def.lua of each release.
 */
export function versionShownBy(schemas: ToldSchemas): string | undefined {
  return telltales.find(([, shows]) => shows(schemas))?.[0];
}

function isClosed(schema: unknown): boolean {
  return at(schema, "additionalProperties") === false;
}

function needsPort(route: unknown): boolean {
  const required = at(route, ...nodes, "required");
  return Array.isArray(required) && required.includes("port");
}

function at(schema: unknown, ...path: readonly (string | number)[]): Json | undefined {
  let value: unknown = schema;
  for (const step of path) {
    if (typeof step === "number") value = Array.isArray(value) ? value[step] : undefined;
    else value = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a part of JSON is JSON
  return value as Json | undefined;
}
