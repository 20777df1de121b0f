import { stringify } from "safe-stable-stringify";
import type { AdminBodies, AdminKind } from "../../core/model/index.ts";

/**
 * The body of a PUT: keys in order, so that equal objects are equal texts; absent fields and fields that are `null`
 * left out, for the Admin API takes a `null` for a wrong type.
 */
export function encodeBody(body: AdminBodies[AdminKind]): string {
  const text = textOf(body);
  // The careful way costs a copy, and hardly any object needs it.
  return text.includes(":null") ? JSON.stringify(JSON.parse(text), withoutNull) : text;
}

function textOf(value: unknown): string {
  return stringify(value) ?? "{}";
}

function withoutNull(this: unknown, _name: string, value: unknown): unknown {
  return value === null && !Array.isArray(this) ? undefined : value;
}
