import type { z } from "zod";
import { isJsonObject, type FieldProblem, formatPath, type FieldPath, nearest } from "../../core/model/index.ts";
import type { StructuralSchema } from "./structural.ts";

/** zod's issues in words; `raw` is what was parsed, `root` the path at which it stands. */
export function problemsOf(
  issues: readonly z.core.$ZodIssue[],
  raw: unknown,
  schema: StructuralSchema,
  root: FieldPath,
): readonly FieldProblem[] {
  return issues.map((issue) => {
    // Symbols never occur as keys in JSON or YAML.
    const path = issue.path.filter((step) => typeof step !== "symbol");
    return {
      path: formatPath([...root, ...path]),
      message: messageOf(issue, valueAt(raw, path), schemaAt(schema, path)),
    };
  });
}

function messageOf(issue: z.core.$ZodIssue, value: unknown, schema: StructuralSchema | undefined): string {
  switch (issue.code) {
    case "invalid_type":
      return value === undefined
        ? missing(schema)
        : wrongType(schema?.type === "integer" ? "int" : issue.expected, value, schema);
    case "invalid_value":
      return value === undefined ? missing(schema) : notOneOf(issue.values.map(String), value);
    case "too_small":
      return issue.origin === "array"
        ? `is empty: name at least ${issue.minimum}, or leave the field out`
        : `must be ${issue.inclusive === false ? "greater than" : "at least"} ${issue.minimum}, but is ${shown(value)}`;
    case "too_big":
      return issue.origin === "array"
        ? `has ${Array.isArray(value) ? value.length : "too many"} entries; at most ${issue.maximum} are allowed`
        : `must be at most ${issue.maximum}, but is ${shown(value)}`;
    default:
      // Custom checks speak for themselves; no schema here raises the other codes.
      return value === undefined && issue.message === "is missing" ? missing(schema) : issue.message;
  }
}

function missing(schema: StructuralSchema | undefined): string {
  const hint = schema?.description?.split(/(?<=[.:])\s/)[0];
  return hint === undefined ? "is missing" : `is missing. ${hint.replace(/:$/, ".")}`;
}

const typeNames: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  string: "a text",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function wrongType(expected: string, value: unknown, schema: StructuralSchema | undefined): string {
  const isInsideOnly = expected === "object" || expected === "record" || expected === "array";
  const hint = howToFix(expected, value, schema);
  // A text in place of a block is not shown: it may be a secret.
  const was = isInsideOnly && typeof value === "string" ? "a text" : shown(value);
  return `must be ${typeNames[expected] ?? expected}, but is ${was}${hint === undefined ? "" : `: ${hint}`}`;
}

function howToFix(expected: string, value: unknown, schema: StructuralSchema | undefined): string | undefined {
  const fields = expected === "array" && isJsonObject(value) ? Object.keys(schema?.items?.properties ?? {}) : [];
  if (fields.length > 0) return `write a list of entries with ${fields.join(", ")}`;
  if (typeof value === "string") {
    if (expected === "array") return "write it as a list, even if there is only one entry";
    if (/^-?\d+(\.\d+)?$/.test(value) && (expected === "number" || (expected === "int" && !value.includes(".")))) {
      return "leave out the quotes";
    }
    if (expected === "boolean" && /^(true|false)$/.test(value)) return "leave out the quotes";
  }
  if (expected === "string" && (typeof value === "number" || typeof value === "boolean")) return "put it in quotes";
  return undefined;
}

function notOneOf(allowed: readonly string[], value: unknown): string {
  const meant = typeof value === "string" ? nearest(value, allowed) : undefined;
  const hint = meant === undefined ? "" : `: did you mean ${meant}?`;
  return `must be ${allowed.length === 1 ? "" : "one of "}${allowed.join(", ")}, but is ${shown(value)}${hint}`;
}

function shown(value: unknown): string {
  if (typeof value === "string")
    return `the text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value)}`;
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

function valueAt(raw: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return typeof step === "number" ? (value[step] as unknown) : undefined;
    return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, raw);
}

function schemaAt(schema: StructuralSchema, path: FieldPath): StructuralSchema | undefined {
  return path.reduce<StructuralSchema | undefined>((at, step) => {
    if (typeof step === "number") return at?.items;
    return at?.properties?.[step] ?? at?.additionalProperties;
  }, schema);
}
