import { type GatewayManifest, type GatewayMode, type InvalidManifest, type JsonObject } from "../model/index.ts";
import { type ConditionType, settle } from "./condition.ts";
import { type Came, type ConditionVerdict, failedVerdict } from "./verdict.ts";

/** Beside what a gateway holds: what it runs on, and its instances where each has a configuration of its own. */
export interface GatewayStanding {
  readonly mode: GatewayMode | undefined;
  readonly instances: readonly {
    readonly url: string;
    readonly isReady: boolean;
    readonly problem: { readonly message: string } | undefined;
    /** What it is not given, since it refuses that and it is not ours. */
    readonly stranded: readonly string[];
  }[];
}

/** What is known of a gateway after a pass. */
export interface GatewayHealth {
  readonly came: Came;
  readonly version: string | undefined;
  readonly instance: string;
  /** Objects that the operator keeps on the gateway, by their names in the status. */
  readonly counts: JsonObject;
  /** `undefined` where nothing is known of it. */
  readonly standing?: GatewayStanding | undefined;
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
  const programmed =
    reachable.status === "True"
      ? (barred ?? health.warning ?? laggingVerdict(health.standing) ?? strandedVerdict(health.standing) ?? reachable)
      : reachable;
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
    ...standingStatus(health.standing, gateway.status),
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

/** Instances without the whole configuration: requests that reach them may go astray. */
function laggingVerdict(standing: GatewayStanding | undefined): ConditionVerdict | undefined {
  const { instances = [] } = standing ?? {};
  const lagging = instances.filter(({ isReady }) => !isReady);
  if (lagging.length === 0) return undefined;
  const named = lagging.slice(0, mostNamed).map(({ url, problem }) => `${url}: ${problem?.message ?? "on its way"}`);
  const more = lagging.length > mostNamed ? `; and ${lagging.length - mostNamed} more` : "";
  const message = `${instances.length - lagging.length} of ${instances.length} instances hold the configuration; ${named.join("; ")}${more}`;
  return { status: "False", reason: "InstancesBehind", message };
}

const mostNamed = 3;

/** Nothing of ours, and nothing that we could put right, but its owner will want to know. */
function strandedVerdict(
  { instances }: GatewayStanding = { mode: undefined, instances: [] },
): ConditionVerdict | undefined {
  const all = instances.flatMap(({ url, stranded }) => stranded.map((words) => `${url} does not take ${words}`));
  if (all.length === 0) return undefined;
  const more = all.length > mostNamed ? `; and ${all.length - mostNamed} more` : "";
  const message = `The Admin API answers and takes our key. Left out, since it is refused: ${all.slice(0, mostNamed).join("; ")}${more}`;
  return { status: "True", reason: "ForeignRefused", message };
}

function standingStatus(standing: GatewayStanding | undefined, previous: JsonObject | undefined): JsonObject {
  if (standing?.mode === undefined) {
    const mode = previous?.["mode"];
    return typeof mode === "string" ? { mode } : {};
  }
  const { mode, instances } = standing;
  if (mode === "etcd") return { mode };
  return { mode, instances: { total: instances.length, ready: instances.filter(({ isReady }) => isReady).length } };
}
