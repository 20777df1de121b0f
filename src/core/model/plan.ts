import type { AdminBodies, AdminKind } from "./admin.ts";
import type { Fault } from "./fault.ts";
import type { ResourceRef } from "./resources.ts";
import type { SecretPlace } from "./sources.ts";

/** One Admin request. */
export interface Step {
  /** Position in `Plan.steps`. */
  readonly index: number;
  readonly verb: "create" | "update" | "delete";
  readonly kind: AdminKind;
  readonly id: string;
  /** Absent for deletes. */
  readonly body?: AdminBodies[AdminKind];
  /** Values out of Secrets, which the body itself does not show. */
  readonly secrets?: readonly SecretPlace[];
  /** The resource this is for; absent for a leftover whose resource is gone. */
  readonly origin?: ResourceRef;
  /** Dotted paths of the fields that differ, for updates: `priority`, `upstream.nodes`. */
  readonly changed: readonly string[];
  /** Steps (by index, all smaller) that must be done first; if one of them fails this one is skipped. */
  readonly waitsFor: readonly number[];
}

/**
 * A guard or rule that kept something from being written. `StillInUse`: a leftover that a held or foreign object on the
 * gateway still refers to; it has no origin. `Withheld`: a step that `spec.policy` does not allow.
 * `Paused`: one that waits until the ApisixGateway is no longer paused. `Drifted`: one that would put right what somebody else
 * changed, where `spec.drift` leaves that as it is.
 */
export interface Refusal {
  readonly code: "AdminIdTaken" | "DeletionGuard" | "StillInUse" | "Withheld" | "Paused" | "Drifted";
  readonly message: string;
  readonly kind?: AdminKind;
  readonly id?: string;
  readonly origin?: ResourceRef;
}

/** Ordered work: a step stands after all it waits for. Steps that do not wait for each other may run together. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly refusals: readonly Refusal[];
}

/** Classes of failure of one Admin call; callers switch on these, never on text. */
export type ApisixFailure =
  | "rejected" // 400, or 500 with HTML: the gateway does not want this object
  | "unauthorized" // 401, 403
  | "notFound" // 404
  | "conflict" // 409, or 400 "still using it"
  | "overloaded" // 429, 503
  | "gatewayError" // other 5xx
  | "badAnswer" // not JSON, half a body, wrong shape
  | "timeout"
  | "unreachable"; // refused, reset, DNS, TLS

export type StepOutcome =
  | { readonly state: "done" }
  | {
      readonly state: "failed";
      readonly failure: ApisixFailure;
      readonly message: string;
      readonly retryAfterMs?: number;
      /** What is wrong with the object, where the gateway said so. */
      readonly fault?: Fault;
    }
  /** `isNext`: nothing stands in its way but time; the next pass goes on with it. */
  | { readonly state: "skipped"; readonly because: string; readonly isNext?: boolean };

/** What each step of a plan came to, by index. */
export interface Outcome {
  readonly steps: readonly StepOutcome[];
  /** In standalone mode: objects that need no step, and that an instance of the gateway does not take as they stand. */
  readonly missing?: readonly MissingObject[];
}

export interface MissingObject {
  readonly kind: AdminKind;
  readonly id: string;
  readonly outcome: StepOutcome;
}
