import { type Json, type JsonObject, isJsonObject } from "../model/index.ts";

/** `Stalled` is abnormal-true: it stands there only while it is true, when only the author can help. */
export type ConditionType = "Accepted" | "ResolvedRefs" | "Programmed" | "Ready" | "Stalled";

/** A metav1.Condition. */
export interface Condition {
  readonly type: ConditionType;
  readonly status: "True" | "False" | "Unknown";
  /** CamelCase, for machines. */
  readonly reason: string;
  readonly message: string;
  /** RFC 3339; moves only when `status` does. */
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

/** The condition of one type in a status as the API server holds it. */
export function conditionOf(status: JsonObject | undefined, type: ConditionType): JsonObject | undefined {
  const conditions: Json | undefined = status?.["conditions"];
  if (!Array.isArray(conditions)) return undefined;
  return conditions.find((item): item is JsonObject => isJsonObject(item) && item["type"] === type);
}

export function isTrue(status: JsonObject | undefined, type: ConditionType): boolean {
  return conditionOf(status, type)?.["status"] === "True";
}

/** The condition as it is to be written: it keeps its time until its status changes. */
export function settle(
  fresh: Omit<Condition, "lastTransitionTime">,
  previous: JsonObject | undefined,
  now: string,
): JsonObject {
  const before = conditionOf(previous, fresh.type);
  const since = before?.["status"] === fresh.status ? before["lastTransitionTime"] : undefined;
  return {
    type: fresh.type,
    status: fresh.status,
    reason: fresh.reason,
    message: fresh.message,
    lastTransitionTime: typeof since === "string" ? since : now,
    ...(fresh.observedGeneration !== undefined && { observedGeneration: fresh.observedGeneration }),
  };
}
