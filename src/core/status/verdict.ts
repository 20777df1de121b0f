import {
  type AdminId,
  type ApisixFailure,
  type AttachedManifest,
  type Desired,
  type DesiredRoute,
  type Diagnostic,
  type DiagnosticCode,
  type FilledPriority,
  type InvalidManifest,
  type Json,
  type Outcome,
  type Plan,
  type Priorities,
  type Refusal,
  type ResourceRef,
  type Snapshot,
  type StepOutcome,
  annotations,
  everyAttached,
  everyDesired,
  idOfResource,
  isPaused,
  keyOf,
  pinnedAdminId,
  refOf,
} from "../model/index.ts";
import { conditionOf } from "./condition.ts";
import { type Refusee, rejectionOf, takenOf } from "./rejection.ts";

export interface ConditionVerdict {
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  /** Only the author can help: waiting changes nothing. */
  readonly isStalled?: boolean;
}

/** All that one pass found out about one object. */
export interface ObjectVerdict {
  readonly object: AttachedManifest | InvalidManifest;
  readonly accepted: ConditionVerdict;
  readonly resolvedRefs: ConditionVerdict;
  /** `undefined`: nothing new is known, what was said before still stands. */
  readonly programmed: ConditionVerdict | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly gateway?: string;
  readonly adminId?: AdminId;
  readonly route?: { readonly desired: DesiredRoute; readonly priority: FilledPriority | undefined };
}

/**
 * What came of a pass: the outcome of each step, why the gateway could not even be read, or why we may not write there at
 * all.
 */
export type Came =
  | { readonly kind: "applied"; readonly outcome: Outcome }
  | { readonly kind: "barred"; readonly reason: string; readonly message: string }
  | { readonly kind: "unavailable"; readonly failure: ApisixFailure; readonly message: string };

export interface Told {
  readonly snapshot: Snapshot;
  readonly desired: Desired;
  readonly priorities: Priorities;
  readonly diagnostics: readonly Diagnostic[];
  readonly plan: Plan;
  /** Of held resources (by `keyOf`), whether the gateway has an earlier version; absent where that is not known. */
  readonly kept: ReadonlyMap<string, boolean>;
}

/** The verdict on every live object of the snapshot, in the order of the snapshot's lists. */
export function verdictsOf(told: Told, came: Came): readonly ObjectVerdict[] {
  const { snapshot, desired, priorities } = told;
  const diagnosticsByObject = Map.groupBy(told.diagnostics, ({ object }) => keyOf(object));
  const results = resultsOf(told, came);
  const isLookedAt = came.kind === "applied";
  const routes = new Map(desired.routes.map((route) => [route.id as string, route]));
  const held = new Set(desired.held.map(({ origin }) => keyOf(origin)));
  const instance = snapshot.gateway.spec.instance ?? snapshot.gateway.meta.name;
  const objects: readonly (AttachedManifest | InvalidManifest)[] = [...everyAttached(snapshot), ...snapshot.invalid];
  return objects
    .filter(({ meta }) => !meta.isDeleting)
    .map((object) => {
      const ref = refOf(object);
      const found = results.get(keyOf(ref)) ?? [];
      const rejections = found.flatMap((result) => rejectionsOf(object, result));
      const diagnostics = [...rejections, ...(diagnosticsByObject.get(keyOf(ref)) ?? [])];
      const isLeftOut = found.some(({ about }) => about?.verb === "none");
      const adminId = "problems" in object ? lastIdOf(object) : idOfResource(object, instance);
      const route = object.kind === "GatewayRoute" ? routes.get(adminId ?? "") : undefined;
      return {
        object,
        accepted: acceptedOf(object),
        resolvedRefs: resolvedOf(diagnostics),
        programmed: isPaused(object)
          ? pausedVerdict(object)
          : held.has(keyOf(ref))
            ? heldVerdict(object, diagnostics, isLookedAt && !isLeftOut ? told.kept.get(keyOf(ref)) : undefined)
            : programmedOf(found, rejections, came),
        diagnostics,
        gateway: snapshot.gateway.meta.name,
        ...(adminId !== undefined && { adminId }),
        ...(route !== undefined && { route: { desired: route, priority: priorities.byId.get(route.id) } }),
      };
    });
}

/** Which id a spec asks for that can't be read, nobody knows. */
function lastIdOf({ status }: InvalidManifest): AdminId | undefined {
  const id = status?.["adminId"];
  return typeof id === "string" ? pinnedAdminId(id) : undefined;
}

const accepted: ConditionVerdict = { status: "True", reason: "Accepted", message: "The spec is valid." };

function acceptedOf(object: AttachedManifest | InvalidManifest): ConditionVerdict {
  if (!("problems" in object)) return accepted;
  const message = object.problems.map((problem) => `${problem.path}: ${problem.message}`).join("; ");
  return { status: "False", reason: "InvalidSpec", message, isStalled: true };
}

/** Codes that say that something which the spec names can't be had. */
const unresolved: ReadonlySet<DiagnosticCode> = new Set([
  "ReferenceNotFound",
  "ReferenceNotPermitted",
  "ReferenceCycle",
  "SecretKeyMissing",
  "CertificateInvalid",
]);

function resolvedOf(diagnostics: readonly Diagnostic[]): ConditionVerdict {
  const missing = diagnostics.filter(({ code }) => unresolved.has(code));
  const first = missing[0];
  if (first === undefined) return { status: "True", reason: "ResolvedRefs", message: "Every reference was found." };
  return {
    status: "False",
    reason: first.code,
    message: missing.map(({ field, message }) => `${field}: ${message}`).join(" "),
  };
}

function heldVerdict(
  object: AttachedManifest | InvalidManifest,
  diagnostics: readonly Diagnostic[],
  isKept: boolean | undefined,
): ConditionVerdict {
  const cause = diagnostics.find(({ code, severity }) => severity === "error" && !unresolved.has(code));
  const message = cause === undefined ? "Not written as it stands." : `${cause.message} ${cause.fix}`;
  return {
    status: "False",
    reason: cause?.code ?? "Held",
    message: withStanding(message, conditionOf(object.status, "Programmed")?.["message"], isKept),
    isStalled: cause !== undefined || "problems" in object,
  };
}

/** With what requests meet meanwhile. While the gateway can't be asked, what was said of that still stands. */
function withStanding(message: string, before: Json | undefined, isKept: boolean | undefined): string {
  if (isKept === true) return `${message} The gateway still has its last good version.`;
  if (isKept === false) return `${message} The gateway has no earlier version of it.`;
  if (typeof before === "string" && before.startsWith(message)) return before;
  return `${message} If an earlier version was good, the gateway still has that one.`;
}

/** What was acknowledged before the pause still stands, as far as anybody knows; what came since waits. */
function pausedVerdict({ status, meta: { generation } }: AttachedManifest | InvalidManifest): ConditionVerdict {
  const before = conditionOf(status, "Programmed");
  const isCurrent = before?.["status"] === "True" && before["observedGeneration"] === generation;
  return {
    status: isCurrent ? "True" : "False",
    reason: "Paused",
    message:
      `Paused by the annotation ${annotations.pause}: what the gateway has for it is neither written nor deleted` +
      (isCurrent ? "." : ", so that the gateway has not this version of it."),
    isStalled: !isCurrent,
  };
}

/** What came of the steps for one origin; one without a step needed none. */
type Results = ReadonlyMap<string, readonly Result[]>;

interface Result {
  readonly about?: Refusee;
  readonly result: StepOutcome | Refused;
}

interface Refused {
  readonly state: "refused";
  readonly code: Refusal["code"];
  readonly message: string;
}

function resultsOf({ plan, desired }: Told, came: Came): Results {
  const results = new Map<string, Result[]>();
  const add = (origin: ResourceRef, result: Result) => {
    const list = results.get(keyOf(origin));
    if (list === undefined) results.set(keyOf(origin), [result]);
    else list.push(result);
  };
  if (came.kind === "applied") {
    for (const step of plan.steps) {
      const result = came.outcome.steps[step.index];
      if (step.origin !== undefined && result !== undefined) add(step.origin, { about: step, result });
    }
    for (const { about, origin, result } of missingAmong(came.outcome, plan, desired)) add(origin, { about, result });
  }
  for (const { origin, code, message } of plan.refusals)
    if (origin !== undefined) add(origin, { result: { state: "refused", code, message } });
  return results;
}

/** What no step was for, or one that was taken by others; of a step that failed, that is what is to be said. */
function missingAmong(
  { steps, missing = [] }: Outcome,
  plan: Plan,
  desired: Desired,
): readonly (Required<Result> & { readonly origin: ResourceRef })[] {
  if (missing.length === 0) return [];
  const failed = new Set(
    plan.steps.filter(({ index }) => steps[index]?.state !== "done").map(({ kind, id }) => `${kind}/${id}`),
  );
  const objects = [...everyDesired(desired), ...desired.held];
  const origins = new Map(objects.map(({ kind, id, origin }) => [`${kind}/${id}`, origin]));
  return missing.flatMap(({ kind, id, outcome }) => {
    const origin = origins.get(`${kind}/${id}`);
    if (origin === undefined || failed.has(`${kind}/${id}`)) return [];
    return [{ about: { kind, id, verb: "none" as const }, origin, result: outcome }];
  });
}

function rejectionsOf(object: AttachedManifest | InvalidManifest, { about, result }: Result): readonly Diagnostic[] {
  if (result.state === "refused" && result.code === "AdminIdTaken") return [takenOf(refOf(object), result.message)];
  const isRejected = about !== undefined && result.state === "failed" && result.failure === "rejected";
  return isRejected ? [rejectionOf(object, about, result)] : [];
}

/** The worst first: of a consumer one credential may be refused, while another waits. */
const severities: readonly Result["result"]["state"][] = ["refused", "failed", "skipped", "done"];

function programmedOf(
  results: readonly Result[],
  [rejection]: readonly Diagnostic[],
  came: Came,
): ConditionVerdict | undefined {
  if (came.kind === "barred") return { status: "False", reason: came.reason, message: came.message, isStalled: true };
  const [worst] = results.toSorted((a, b) => severities.indexOf(a.result.state) - severities.indexOf(b.result.state));
  if (worst === undefined) {
    if (came.kind === "unavailable") return undefined;
    return { status: "True", reason: "Programmed", message: "The gateway has acknowledged it." };
  }
  const { result } = worst;
  switch (result.state) {
    case "done":
      return { status: "True", reason: "Programmed", message: "The gateway has acknowledged it." };
    case "refused":
      return { status: "False", reason: result.code, message: result.message, isStalled: true };
    case "skipped":
      return { status: "False", reason: "Pending", message: `Waits: ${result.because}` };
    case "failed":
      return rejection === undefined ? failedVerdict(result.failure, result.message) : rejectedVerdict(rejection);
  }
}

function rejectedVerdict({ code, field, message }: Diagnostic): ConditionVerdict {
  return {
    status: "False",
    reason: code,
    message: field === undefined ? message : `${field}: ${message}`,
    isStalled: true,
  };
}

/** What a failed write means for the object it was for. */
export function failedVerdict(failure: ApisixFailure, message: string): ConditionVerdict {
  switch (failure) {
    case "rejected":
      return { status: "False", reason: "Rejected", message: `The gateway refuses it: ${message}`, isStalled: true };
    case "conflict":
      return { status: "False", reason: "Conflict", message };
    case "unauthorized":
      return { status: "False", reason: "GatewayUnauthorized", message };
    case "notFound":
    case "overloaded":
    case "gatewayError":
    case "badAnswer":
    case "timeout":
    case "unreachable":
      return { status: "False", reason: "GatewayUnavailable", message };
  }
}
