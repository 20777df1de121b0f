import { instanceOf, lessonsOf } from "../../core/desired/index.ts";
import type { Came, GatewayStanding } from "../../core/status/index.ts";
import { type Decision, type Settings, arrange, decide, diagnosed } from "../../core/pipeline.ts";
import {
  type ApisixFailure,
  type GatewayManifest,
  type Snapshot,
  annotations,
  emptyObserved,
  isPaused,
} from "../../core/model/index.ts";
import { AdminApiError } from "../../edges/apisix/index.ts";
import { type Claimed, makeClaim } from "./claiming.ts";
import { ModeMismatch } from "./gateway-client.ts";
import type { GatewaySession } from "./gateway-session.ts";

export interface PassResult {
  /** With an empty plan where the gateway could not be read. */
  readonly decision: Decision;
  readonly came: Came;
  /** `undefined` where the gateway could not be read. */
  readonly version: string | undefined;
  /** What the gateway holds is uncertain by now, so that there is reason to look again. */
  readonly isInDoubt: boolean;
  /** `undefined` where the client has nothing to say of it. */
  readonly standing: GatewayStanding | undefined;
}

export interface PassOptions {
  /** Who we are to other operators: the uid of the cluster's namespace kube-system, or `cli`. */
  readonly holder: string;
  /** Where the snapshot holds the objects of these namespaces only. */
  readonly namespaces?: ReadonlySet<string> | undefined;
  readonly signal: AbortSignal;
  /** Asked before each write: false once the lease may have passed to another. */
  readonly mayWrite: () => boolean;
  /** How many deletions a person has approved, should the guard stop them. */
  readonly approvedDeletions?: number | undefined;
}

/** One pass over one gateway: observe, claim, arrange, apply, diagnose. Every door that writes goes through here. */
export async function runPass(session: GatewaySession, snapshot: Snapshot, options: PassOptions): Promise<PassResult> {
  const { approvedDeletions, namespaces, signal } = options;
  const isHandsOff = snapshot.gateway.spec.policy === "observe" || isPaused(snapshot.gateway);
  const { forcing } = session;
  if (forcing.take(snapshot)) session.invalidate();
  try {
    const lessons = lessonsOf(snapshot);
    const { upstreams } = await session.observe(signal, lessons);
    // Who only looks needs no claim, and takes none.
    const claimed: Claimed = isHandsOff ? { kind: "held" } : await claim(session, snapshot, upstreams, options);
    if (claimed.kind === "failed") return blindPass(snapshot, claimed.failure, claimed.message);
    const observed = await session.observe(signal, lessons);
    if (claimed.kind === "taken")
      return barredPass(snapshot, takenBy(claimed.holder, instanceOf(snapshot.gateway)), observed.version);
    const settings: Settings = {
      namespaces,
      ...(approvedDeletions !== undefined && { approvedDeletions }),
      agreement: session.agreement,
      isForced: forcing.isForced,
    };
    const arrangement = arrange(snapshot, observed, settings, session.memory);
    const { desired, plan } = arrangement;
    // Without etcd, instances that lost their configuration would be filled even by a plan without steps.
    const owner = { instance: instanceOf(snapshot.gateway), namespaces };
    const mayWrite = isHandsOff ? () => false : options.mayWrite;
    const outcome = await session.apply(plan, { signal, mayWrite, owner });
    session.agree(desired, plan, outcome);
    forcing.settle();
    // Half of the thinking, which no route has to wait for.
    const decision = diagnosed(arrangement, observed, settings, session.memory);
    const { isInDoubt } = session;
    const standing = session.client.standing?.();
    return { decision, came: { kind: "applied", outcome }, version: observed.version, isInDoubt, standing };
  } catch (error) {
    if (error instanceof ModeMismatch) return barredPass(snapshot, { reason: error.name, message: error.message });
    if (!(error instanceof AdminApiError)) throw error;
    return { ...blindPass(snapshot, error.failure, error.message), standing: session.client.standing?.() };
  }
}

async function claim(
  session: GatewaySession,
  { gateway }: Snapshot,
  upstreams: Parameters<typeof makeClaim>[1],
  { holder, signal, mayWrite }: PassOptions,
): Promise<Claimed> {
  const named = gateway.meta.annotations[annotations.takeOver];
  // The annotation names the holder that a person saw, so that it opens the door to no other.
  const mayTakeFrom = (other: string | undefined) => gateway.spec.takeOver === true || named === (other ?? unknown);
  return makeClaim(session, upstreams, { instance: instanceOf(gateway), holder }, { signal, mayWrite, mayTakeFrom });
}

/** What the annotation calls a holder that did not leave its name. */
const unknown = "unknown";

export const instanceTaken = "InstanceTaken";

function takenBy(holder: string = unknown, instance: string): Bar {
  return {
    reason: instanceTaken,
    message:
      `Another operator writes to this gateway under the instance name "${instance}": its holder is ${holder} (the uid of ` +
      `a cluster's namespace kube-system). Nothing is written. If that one is gone or shall stop, put the annotation ` +
      `${annotations.takeOver}: "${holder}" on the ApisixGateway; its objects become ours. Else use another spec.instance.`,
  };
}

/** Why nothing is written for an ApisixGateway that has an older twin. */
export function besideTwin(twin: GatewayManifest, gateway: GatewayManifest): Bar {
  return {
    reason: instanceTaken,
    message:
      `ApisixGateway ${twin.meta.name} is older and writes to the same gateway under the same instance name, ` +
      `"${instanceOf(gateway)}": each would delete what the other writes. Nothing is written for this one. Give it another ` +
      `spec.instance, or delete one of the two.`,
  };
}

/** Why we may not write to a gateway. */
interface Bar {
  /** CamelCase, for conditions. */
  readonly reason: string;
  readonly message: string;
}

/** A pass that must not write: all that can be said without, and no plan. */
export function barredPass(snapshot: Snapshot, bar: Bar, version?: string): PassResult {
  return { ...withoutPlan(snapshot), version, came: { kind: "barred", ...bar } };
}

/** A pass that could not look at the gateway: all that can be said without it, and no plan. */
export function blindPass(snapshot: Snapshot, failure: ApisixFailure, message: string): PassResult {
  return { ...withoutPlan(snapshot), came: { kind: "unavailable", failure, message } };
}

function withoutPlan(snapshot: Snapshot): Omit<PassResult, "came"> {
  const decision = { ...decide(snapshot, emptyObserved, {}), plan: { steps: [], refusals: [] } };
  return { decision, version: undefined, isInDoubt: false, standing: undefined };
}
