import { z } from "zod";

/**
 * A structural schema as a CustomResourceDefinition carries it: OpenAPI v3, cut down by Kubernetes.
 * Source: kubernetes/apiextensions-apiserver, pkg/apiserver/schema/validation.go.
 */
export interface StructuralSchema {
  readonly type?: "object" | "array" | "string" | "integer" | "number" | "boolean";
  readonly description?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly properties?: Readonly<Record<string, StructuralSchema>>;
  readonly additionalProperties?: StructuralSchema;
  readonly items?: StructuralSchema;
  readonly required?: readonly string[];
  readonly "x-kubernetes-list-type"?: "map" | "set" | "atomic";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-map-type"?: "atomic";
  readonly "x-kubernetes-int-or-string"?: true;
  readonly "x-kubernetes-preserve-unknown-fields"?: true;
  readonly "x-kubernetes-validations"?: readonly {
    readonly rule: string;
    readonly message: string;
    readonly fieldPath?: string;
  }[];
}

/** The order in which a schema is written: what a person looks for first stands first. */
const keywords = [
  "description",
  "type",
  "format",
  "enum",
  "minimum",
  "exclusiveMinimum",
  "maximum",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "maxProperties",
  "required",
  "x-kubernetes-list-type",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-map-type",
  "x-kubernetes-int-or-string",
  "x-kubernetes-preserve-unknown-fields",
  "x-kubernetes-validations",
  "properties",
  "additionalProperties",
  "items",
] as const satisfies readonly (keyof StructuralSchema)[];

/** The schema that the API server gets for a zod schema. Throws where it would be refused, or say less than it should. */
export function structuralSchema(schema: z.ZodType): StructuralSchema {
  // What JSON Schema cannot say (custom checks) carries its type in its meta; the check below finds what does not.
  const raw = z.toJSONSchema(schema, { target: "openapi-3.0", io: "input", unrepresentable: "any", reused: "inline" });
  return clean(raw, "");
}

function clean(source: unknown, path: string): StructuralSchema {
  if (!isRecord(source)) throw new Error(`schema ${path || "/"}: is no object`);
  const unknown = Object.keys(source).filter((key) => !isKeyword(key));
  if (unknown.length > 0) throw new Error(`schema ${path || "/"}: Kubernetes has no ${unknown.join(", ")}`);
  const entries = keywords
    .filter((key) => source[key] !== undefined)
    .map((key): [string, unknown] => [key, cleanValue(key, source[key], path)]);
  const cleaned = Object.fromEntries(entries) as StructuralSchema; // exactly the keywords above
  requireBounds(cleaned, path);
  return cleaned;
}

function cleanValue(key: string, value: unknown, path: string): unknown {
  if (key === "items" || key === "additionalProperties") return clean(value, `${path}/*`);
  if (key !== "properties") return value;
  const properties = isRecord(value) ? Object.entries(value) : [];
  return Object.fromEntries(properties.map(([name, child]) => [name, cleanProperty(child, `${path}/${name}`)]));
}

function cleanProperty(raw: unknown, path: string): StructuralSchema {
  const property = clean(raw, path);
  if (property.description === undefined) throw new Error(`schema ${path}: has no description for kubectl explain`);
  return property;
}

/** Every list, text and map needs a bound: the API server reckons the cost of CEL rules by it. */
function requireBounds(schema: StructuralSchema, path: string): void {
  const missing = [
    schema.type === undefined && !isOfAnyType(schema) && "type",
    schema.type === "string" && schema.enum === undefined && schema.maxLength === undefined && "maxLength",
    schema.type === "array" && schema.maxItems === undefined && "maxItems",
    schema.type === "array" && schema["x-kubernetes-list-type"] === undefined && "x-kubernetes-list-type",
    schema.additionalProperties !== undefined && schema.maxProperties === undefined && "maxProperties",
  ].filter((name) => name !== false);
  if (missing.length > 0) throw new Error(`schema ${path || "/"}: lacks ${missing.join(", ")}`);
}

function isOfAnyType(schema: StructuralSchema): boolean {
  return schema["x-kubernetes-preserve-unknown-fields"] === true || schema["x-kubernetes-int-or-string"] === true;
}

function isKeyword(key: string): boolean {
  return keywords.some((keyword) => keyword === key);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
