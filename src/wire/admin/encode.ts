import type { AdminBodies, AdminKind } from "../../core/model/index.ts";

/** The body of a PUT: absent fields and fields that are `null` left out, for the Admin API takes a `null` for a wrong type. */
export function encodeBody(body: AdminBodies[AdminKind]): string {
  const text = JSON.stringify(body);
  // Asked of each value it would cost several times as much, and hardly any object needs it.
  return text.includes(":null") ? JSON.stringify(body, withoutNull) : text;
}

function withoutNull(this: unknown, _name: string, value: unknown): unknown {
  return value === null && !Array.isArray(this) ? undefined : value;
}
