import { type Diagnostic, type Json, type JsonObject, type Outranking, refOf } from "../model/index.ts";
import { type Condition, type ConditionType, conditionOf, settle } from "./condition.ts";
import type { ConditionVerdict, ObjectVerdict } from "./verdict.ts";

const mostDiagnostics = 20;
const mostNames = 3;
const longestMessage = 1024;

/** Who a route's id stands for, where the reader may know it: a name of the object's own namespace. */
export type NameOfId = (id: string) => { readonly namespace: string; readonly name: string } | undefined;

/**
 * The status to write for one object. Equal input gives an equal status, so a caller that compares before it writes
 * is quiet at rest; times are `now` only for conditions whose status changed. Names of other namespaces stay out.
 */
export function statusOf(verdict: ObjectVerdict, nameOfId: NameOfId, now: string): JsonObject {
  const { object, route } = verdict;
  const previous = object.status;
  const generation = object.meta.generation;
  return {
    ...(generation !== undefined && { observedGeneration: generation }),
    conditions: conditionsOf(verdict, now),
    ...(verdict.gateway !== undefined && { gateway: verdict.gateway }),
    ...(verdict.adminId !== undefined && { adminId: verdict.adminId }),
    ...(route?.priority !== undefined && { priority: priorityStatus(verdict, nameOfId) }),
    ...(route === undefined
      ? keep(previous, "hosts", "priority")
      : { hosts: { effective: route.desired.body.hosts ?? ["*"], source: route.desired.hostsSource } }),
    warnings: verdict.diagnostics.filter(({ severity }) => severity !== "info").length,
    diagnostics: verdict.diagnostics
      .slice(0, mostDiagnostics)
      .map((diagnostic) => diagnosticStatus(diagnostic, object.meta.namespace)),
  };
}

/** A held object is still what it was on the gateway: its last known fields stay. */
function keep(previous: JsonObject | undefined, ...fields: readonly string[]): JsonObject {
  return Object.fromEntries(
    fields.flatMap((field): [string, Json][] => (previous?.[field] === undefined ? [] : [[field, previous[field]]])),
  );
}

function conditionsOf(verdict: ObjectVerdict, now: string): readonly JsonObject[] {
  const previous = verdict.object.status;
  const generation = verdict.object.meta.generation;
  const { accepted, resolvedRefs } = verdict;
  const programmed = verdict.programmed ?? standing(previous, generation);
  const ready = readyOf([accepted, resolvedRefs, programmed]);
  const all: readonly (readonly [ConditionType, ConditionVerdict])[] = [
    ["Accepted", accepted],
    ["ResolvedRefs", resolvedRefs],
    ["Programmed", programmed],
    ["Ready", ready],
    ...(ready.isStalled === true ? ([["Stalled", { ...ready, status: "True" }]] as const) : []),
  ];
  return all.map(([type, { status, reason, message }]) => {
    const fresh: Omit<Condition, "lastTransitionTime"> = {
      type,
      status,
      reason,
      message: clip(message),
      ...(generation !== undefined && { observedGeneration: generation }),
    };
    return settle(fresh, previous, now);
  });
}

/** The gateway could not be asked: what it acknowledged for this generation still stands, anything newer waits. */
function standing(previous: JsonObject | undefined, generation: number | undefined): ConditionVerdict {
  const before = conditionOf(previous, "Programmed");
  if (before?.["status"] === "True" && before["observedGeneration"] === generation) {
    return { status: "True", reason: "Programmed", message: "The gateway has acknowledged it." };
  }
  return {
    status: "False",
    reason: "GatewayUnavailable",
    message: "The gateway can't be reached; see the status of its ApisixGateway.",
  };
}

function readyOf(parts: readonly ConditionVerdict[]): ConditionVerdict {
  const isStalled = parts.some((part) => part.isStalled === true);
  const broken = parts.find(({ status }) => status !== "True");
  const paused = parts.find(({ reason }) => reason === "Paused");
  if (broken === undefined && paused !== undefined) return paused;
  if (broken === undefined)
    return { status: "True", reason: "Ready", message: "Accepted, resolved and acknowledged by the gateway." };
  return { ...broken, status: "False", isStalled };
}

function priorityStatus({ object, route }: ObjectVerdict, nameOfId: NameOfId): JsonObject {
  const priority = route?.priority;
  if (priority === undefined) return {};
  const readable = (list: readonly Outranking[]) =>
    list
      .map(({ id }) => nameOfId(id))
      .filter((found) => found?.namespace === object.meta.namespace)
      .map((found) => found?.name ?? "")
      .slice(0, mostNames);
  const outranks = readable(priority.outranks);
  const outrankedBy = readable(priority.outrankedBy);
  return {
    value: priority.value,
    source: priority.source,
    reason: clip(priority.reason),
    outranks,
    outranksMore: priority.outranksCount - outranks.length,
    outrankedBy,
    outrankedByMore: priority.outrankedByCount - outrankedBy.length,
  };
}

function diagnosticStatus(
  { code, severity, field, message, why, fix, related }: Diagnostic,
  namespace: string,
): JsonObject {
  const visible = related.filter(({ ref }) => ref.namespace === namespace || ref.namespace === "");
  return {
    code,
    severity,
    ...(field !== undefined && { field: clip(field) }),
    message: clip([message, why, fix].filter((words) => words !== "").join(" ")),
    ...(visible.length > 0 && { related: visible.slice(0, mostNames).map(({ ref }) => relatedStatus(ref)) }),
  };
}

function relatedStatus(ref: ReturnType<typeof refOf>): JsonObject {
  return { kind: ref.kind, ...(ref.namespace !== "" && { namespace: ref.namespace }), name: ref.name };
}

function clip(message: string): string {
  return message.length <= longestMessage ? message : `${message.slice(0, longestMessage - 1)}…`;
}
