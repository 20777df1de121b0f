import { type Attachments, instanceOf } from "../../core/desired/index.ts";
import {
  type Diagnostic,
  type GatewayManifest,
  type InvalidManifest,
  type JsonObject,
  type Plan,
  type ResourceRef,
  type Snapshot,
  type Step,
  type SyncPolicy,
  adminKinds,
  annotations,
  countNameOf,
  isPaused,
  keyOf,
  refOf,
} from "../../core/model/index.ts";
import {
  type ConditionVerdict,
  type ObjectVerdict,
  brokenGatewayStatusOf,
  gatewayStatusOf,
  statusOf,
  verdictsOf,
} from "../../core/status/index.ts";
import { type PassResult, blindPass } from "./pass.ts";
import { leavingOf, releasable } from "./finalizing.ts";
import type { Held } from "./world.ts";

/** The status an object shall have. */
export interface Told {
  readonly object: Held;
  readonly status: JsonObject;
}

/** After a pass: the gateway's own status, and that of everything on it. */
export function statusesAfter(snapshot: Snapshot, result: PassResult, at: string): readonly Told[] {
  const { decision, came, version, standing } = result;
  const names = new Map<string, ResourceRef>(decision.desired.routes.map(({ id, origin }) => [id, origin]));
  const statuses = verdictsOf(decision, came).map((verdict) => {
    // Without a look at the gateway, the numbers that stand there are unknown: nothing new is said about them.
    const told = came.kind === "applied" ? verdict : withoutRoute(verdict);
    return { object: verdict.object, status: statusOf(told, (id) => names.get(id), at) };
  });
  const { desired, plan } = decision;
  const counts = Object.fromEntries(adminKinds.map((kind) => [countNameOf(kind), desired[kind].length]));
  const warning =
    pausedVerdict(snapshot.gateway, plan) ?? guardVerdict(plan) ?? policyVerdict(plan, snapshot.gateway.spec.policy);
  const health = { came, version, standing, instance: instanceOf(snapshot.gateway), counts, warning };
  return [
    { object: snapshot.gateway, status: gatewayStatusOf(snapshot.gateway, health, at) },
    ...statuses,
    ...statusesOfStuck(snapshot, result, at),
  ];
}

/** What the steps that are done mean for others, each with the object whose change it was. */
export function noticesAfter({ decision, came }: PassResult, told: readonly Told[]): readonly Notice[] {
  if (came.kind !== "applied" || decision.notices.length === 0) return [];
  const isDone = ({ index }: Step) => came.outcome.steps[index]?.state === "done";
  const done = new Set(decision.plan.steps.filter(isDone).flatMap(({ origin }) => (origin ? [keyOf(origin)] : [])));
  const objects = new Map(told.map(({ object }) => [keyOf(refOf(object)), object]));
  return decision.notices.flatMap((notice) => {
    const object = objects.get(keyOf(notice.object));
    return object !== undefined && done.has(keyOf(notice.object)) ? [{ object, notice }] : [];
  });
}

export interface Notice {
  readonly object: Held;
  readonly notice: Diagnostic;
}

function guardVerdict({ refusals }: Plan): ConditionVerdict | undefined {
  const guard = refusals.find(({ code }) => code === "DeletionGuard");
  return guard && { status: "False", reason: guard.code, message: guard.message, isStalled: true };
}

function pausedVerdict(gateway: GatewayManifest, { refusals }: Plan): ConditionVerdict | undefined {
  if (!isPaused(gateway)) return undefined;
  const count = refusals.filter(({ code }) => code === "Paused").length;
  const message = `Paused by the annotation ${annotations.pause}: nothing is written there. Changes that wait: ${count}.`;
  return { status: "True", reason: "Paused", message };
}

/** A policy that keeps something back is no fault of the gateway, but worth a word. */
function policyVerdict({ refusals }: Plan, policy: SyncPolicy | undefined): ConditionVerdict | undefined {
  const count = refusals.filter(({ code }) => code === "Withheld").length;
  if (count === 0 || policy === undefined) return undefined;
  const message = `The Admin API answers and takes our key. spec.policy ${policy} keeps ${count} changes back.`;
  return { status: "True", reason: "Withheld", message };
}

/** Objects whose deletion waits for something: they say for what, since a `kubectl delete` hangs on them. */
function statusesOfStuck(snapshot: Snapshot, result: PassResult, at: string): readonly Told[] {
  const { came, decision } = result;
  const guard = decision.plan.refusals.find(({ code }) => code === "DeletionGuard");
  const reason =
    came.kind !== "applied"
      ? came.message
      : (guard?.message ?? "the gateway did not take the deletion; it is tried again.");
  const waits: ConditionVerdict = {
    status: "False",
    reason: guard === undefined ? "DeletionPending" : guard.code,
    message: `Its deletion waits: ${reason}`,
  };
  const rests: ConditionVerdict = {
    status: "False",
    reason: "Paused",
    message: `Its deletion waits: it or its ApisixGateway is paused by the annotation ${annotations.pause}.`,
  };
  const fine: ConditionVerdict = { status: "True", reason: "Accepted", message: "It is being deleted." };
  const released = new Set(releasable(snapshot, result));
  const stuck = leavingOf(snapshot).filter((object) => !released.has(object));
  return stuck.map((object) => {
    const verdict: ObjectVerdict = {
      object,
      accepted: fine,
      resolvedRefs: fine,
      programmed: isPaused(object) || isPaused(snapshot.gateway) ? rests : waits,
      diagnostics: [],
    };
    return { object, status: statusOf({ ...verdict, gateway: snapshot.gateway.meta.name }, () => undefined, at) };
  });
}

/** Without the admin key or an address nothing can be read or written: the gateway says so, and so does what is new. */
export function statusesWithoutAccess(
  snapshot: Snapshot,
  failure: "unauthorized" | "unreachable",
  verdict: ConditionVerdict,
  at: string,
): readonly Told[] {
  const [, ...objects] = statusesAfter(snapshot, blindPass(snapshot, failure, verdict.message), at);
  return [{ object: snapshot.gateway, status: brokenGatewayStatusOf(snapshot.gateway, verdict, at) }, ...objects];
}

export function statusesOfUnattached({ unattached, invalidGateways }: Attachments, at: string): readonly Told[] {
  const objects = unattached
    .filter(({ object }) => !object.meta.isDeleting)
    .map(({ object, diagnostic }): Told => {
      const accepted: ConditionVerdict = {
        status: "False",
        reason: diagnostic.code,
        message: `${diagnostic.message} ${diagnostic.fix}`,
      };
      const unknown: ConditionVerdict = {
        status: "Unknown",
        reason: "NotAccepted",
        message: "It belongs to no gateway.",
      };
      const verdict: ObjectVerdict = {
        object,
        accepted,
        resolvedRefs: unknown,
        programmed: unknown,
        diagnostics: [diagnostic],
      };
      return { object, status: statusOf(verdict, () => undefined, at) };
    });
  const gateways = invalidGateways.map((object): Told => ({
    object,
    status: brokenGatewayStatusOf(object, invalidSpec(object), at),
  }));
  return [...gateways, ...objects];
}

function invalidSpec({ problems }: InvalidManifest): ConditionVerdict {
  const message = problems.map((problem) => `${problem.path}: ${problem.message}`).join("; ");
  return { status: "False", reason: "InvalidSpec", message, isStalled: true };
}

function withoutRoute({ route: _route, ...rest }: ObjectVerdict): ObjectVerdict {
  return rest;
}
