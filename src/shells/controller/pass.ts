import { lessonsOf } from "../../core/desired/index.ts";
import { type Came } from "../../core/status/index.ts";
import { type Decision, decide } from "../../core/pipeline.ts";
import { type ApisixFailure, type Snapshot, emptyObserved } from "../../core/model/index.ts";
import { AdminApiError } from "../../edges/apisix/index.ts";
import type { GatewaySession } from "./gateway-session.ts";

export interface PassResult {
  /** With an empty plan where the gateway could not be read. */
  readonly decision: Decision;
  readonly came: Came;
  /** `undefined` where the gateway could not be read. */
  readonly version: string | undefined;
  /** What the gateway holds is uncertain by now, so that there is reason to look again. */
  readonly isInDoubt: boolean;
}

export interface PassOptions {
  readonly signal: AbortSignal;
  /** Asked before each write: false once the lease may have passed to another. */
  readonly mayWrite: () => boolean;
  /** How many deletions a person has approved, should the guard stop them. */
  readonly approvedDeletions?: number | undefined;
}

/** One pass over one gateway: observe, decide, apply. Every door that writes goes through here. */
export async function runPass(session: GatewaySession, snapshot: Snapshot, options: PassOptions): Promise<PassResult> {
  const settings = options.approvedDeletions === undefined ? {} : { approvedDeletions: options.approvedDeletions };
  try {
    const observed = await session.observe(options.signal, lessonsOf(snapshot));
    const decision = decide(snapshot, observed, settings);
    const outcome = await session.apply(decision.plan, options);
    return { decision, came: { kind: "applied", outcome }, version: observed.version, isInDoubt: session.isInDoubt };
  } catch (error) {
    if (!(error instanceof AdminApiError)) throw error;
    return blindPass(snapshot, error.failure, error.message);
  }
}

/** A pass that could not look at the gateway: all that can be said without it, and no plan. */
export function blindPass(snapshot: Snapshot, failure: ApisixFailure, message: string): PassResult {
  const decision = { ...decide(snapshot, emptyObserved, {}), plan: { steps: [], refusals: [] } };
  return { decision, came: { kind: "unavailable", failure, message }, version: undefined, isInDoubt: false };
}
