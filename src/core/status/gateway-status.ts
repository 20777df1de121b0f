import { type GatewayManifest, type InvalidManifest, type JsonObject } from "../model/index.ts";
import { type ConditionType, settle } from "./condition.ts";
import { type Came, type ConditionVerdict, failedVerdict } from "./verdict.ts";

/** What is known of a gateway after a pass. */
export interface GatewayHealth {
  readonly came: Came;
  readonly version: string | undefined;
  readonly instance: string;
  /** Objects that the operator keeps on the gateway, by their names in the status. */
  readonly counts: JsonObject;
  /** Something about the whole gateway kept part of the work back, such as the deletion guard. */
  readonly warning: ConditionVerdict | undefined;
}

/** The status of an ApisixGateway; `changedAt` moves only when something was written to the gateway. */
export function gatewayStatusOf(gateway: GatewayManifest, health: GatewayHealth, now: string): JsonObject {
  const reachable: ConditionVerdict =
    health.came.kind === "unavailable"
      ? { ...failedVerdict(health.came.failure, health.came.message), status: "False", isStalled: false }
      : { status: "True", reason: "Connected", message: "The Admin API answers and takes our key." };
  const barred: ConditionVerdict | undefined =
    health.came.kind === "barred"
      ? { status: "False", reason: health.came.reason, message: health.came.message, isStalled: true }
      : undefined;
  const programmed = reachable.status === "True" ? (barred ?? health.warning ?? reachable) : reachable;
  const wrote = health.came.kind === "applied" && health.came.outcome.steps.some(({ state }) => state === "done");
  const before = gateway.status?.["lastChangeTime"];
  return {
    ...(gateway.meta.generation !== undefined && { observedGeneration: gateway.meta.generation }),
    conditions: conditions(gateway, now, [
      ["Accepted", { status: "True", reason: "Accepted", message: "The spec is valid." }],
      ["Programmed", programmed],
      ["Ready", programmed.status === "True" ? { ...programmed, reason: "Ready" } : programmed],
    ]),
    ...(health.version === undefined ? keepVersion(gateway.status) : { version: health.version }),
    instance: health.instance,
    counts: health.counts,
    ...(wrote ? { lastChangeTime: now } : typeof before === "string" ? { lastChangeTime: before } : {}),
  };
}

/** The status of a gateway whose spec could not be read, or whose Secret is missing. */
export function brokenGatewayStatusOf(
  gateway: GatewayManifest | InvalidManifest,
  verdict: ConditionVerdict,
  now: string,
): JsonObject {
  return {
    ...(gateway.meta.generation !== undefined && { observedGeneration: gateway.meta.generation }),
    conditions: conditions(gateway, now, [
      ["Accepted", verdict],
      ["Ready", verdict],
      ...(verdict.isStalled === true ? ([["Stalled", { ...verdict, status: "True" }]] as const) : []),
    ]),
    ...keepVersion(gateway.status),
  };
}

function conditions(
  gateway: GatewayManifest | InvalidManifest,
  now: string,
  list: readonly (readonly [ConditionType, ConditionVerdict])[],
): readonly JsonObject[] {
  return list.map(([type, { status, reason, message }]) =>
    settle(
      {
        type,
        status,
        reason,
        message,
        ...(gateway.meta.generation !== undefined && { observedGeneration: gateway.meta.generation }),
      },
      gateway.status,
      now,
    ),
  );
}

function keepVersion(previous: JsonObject | undefined): JsonObject {
  const version = previous?.["version"];
  return typeof version === "string" ? { version } : {};
}
