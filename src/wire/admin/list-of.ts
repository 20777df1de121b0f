import { type Json, isJsonObject } from "../../core/model/index.ts";

/** The value as a list; the gateway writes an empty one as `{}` at times. */
export function listOf(value: Json | undefined): readonly Json[] | undefined {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) && Object.keys(value).length === 0 ? [] : undefined;
}
