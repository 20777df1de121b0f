import type { KubeClient } from "./client.ts";
import { type Clock, sleep, systemClock } from "./clock.ts";
import { isKubeError } from "./errors.ts";
import { Leadership } from "./leadership.ts";
import { type LeaseRecord, leaseOf, leaseRecordOf } from "./lease-record.ts";
import { leases } from "./resource.ts";

/** `leaseMs` > `renewDeadlineMs` > `retryMs` × 1.2. `marginMs`: how long before its end a lease no longer counts for writes. */
export interface LeaseTimings {
  readonly leaseMs: number;
  readonly renewDeadlineMs: number;
  readonly retryMs: number;
  readonly marginMs: number;
}

// Source: kubernetes/component-base, config/v1alpha1/defaults.go, RecommendedDefaultLeaderElectionConfiguration().
export const leaseTimings: LeaseTimings = { leaseMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000, marginMs: 2_000 };
const jitter = 1.2;

export interface ElectorOptions {
  readonly client: Pick<KubeClient, "get" | "create" | "replace">;
  readonly namespace: string;
  readonly name: string;
  /** Of this process alone: `<pod>_<uuid>`. */
  readonly identity: string;
  readonly timings?: LeaseTimings;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** What went wrong while trying, for the log: trying goes on. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Waits until the Lease is ours. Whether another's has run out is counted from when we saw it change, by our own clock:
 * the times written in it come from clocks that may be wrong. Rejects with the signal's reason, and with nothing else.
 */
export async function acquireLease(options: ElectorOptions, signal: AbortSignal): Promise<Leadership> {
  const { clock = systemClock, random = Math.random, timings = leaseTimings } = options;
  checkTimings(timings);
  let seen: Sighting | undefined;
  for (;;) {
    signal.throwIfAborted();
    const attempt = await tryOnce(options, clock, timings, seen, signal);
    if (attempt.kind === "ours") return attempt.leadership;
    seen = attempt.seen;
    await sleep(clock, timings.retryMs * (1 + random() * (jitter - 1)), signal);
  }
}

/** A record, and when we first saw it as it is. */
interface Sighting {
  readonly record: LeaseRecord;
  readonly atMs: number;
}

type Attempt =
  | { readonly kind: "ours"; readonly leadership: Leadership }
  | { readonly kind: "notYet"; readonly seen: Sighting | undefined };

async function tryOnce(
  options: ElectorOptions,
  clock: Clock,
  timings: LeaseTimings,
  seenBefore: Sighting | undefined,
  signal: AbortSignal,
): Promise<Attempt> {
  const { client, namespace, name, identity, onError } = options;
  const call = { signal, timeoutMs: timings.renewDeadlineMs, lane: "lease" } as const;
  let seen = seenBefore;
  try {
    const found = await client.get(leases, { namespace, name }, call).catch(orUndefinedWhenMissing);
    seen = found === undefined ? undefined : sightingOf(leaseRecordOf(found), seen, clock);
    if (seen !== undefined && isHeldByAnother(seen, identity, clock)) return { kind: "notYet", seen };
    // Counted from before the request: whoever waits for our end starts counting later.
    const renewedAtMs = clock.elapsed();
    const lease = leaseOf(name, identity, timings.leaseMs, clock.now(), seen?.record);
    const written =
      seen === undefined
        ? await client.create(leases, namespace, lease, call)
        : await client.replace(leases, { namespace, name }, lease, call);
    const record = leaseRecordOf(written);
    return { kind: "ours", leadership: new Leadership({ ...options, clock, timings }, record, renewedAtMs) };
  } catch (error) {
    // A conflict only says that another was quicker.
    if (!signal.aborted && !isKubeError(error, "conflict", "alreadyExists")) onError?.(error);
    return { kind: "notYet", seen };
  }
}

function sightingOf(record: LeaseRecord, before: Sighting | undefined, clock: Clock): Sighting {
  return before?.record.resourceVersion === record.resourceVersion ? before : { record, atMs: clock.elapsed() };
}

function isHeldByAnother({ record, atMs }: Sighting, identity: string, clock: Clock): boolean {
  return record.holder !== "" && record.holder !== identity && clock.elapsed() < atMs + record.durationMs;
}

function orUndefinedWhenMissing(error: unknown): undefined {
  if (!isKubeError(error, "notFound")) throw error;
}

function checkTimings({ leaseMs, renewDeadlineMs, retryMs }: LeaseTimings): void {
  if (leaseMs > renewDeadlineMs && renewDeadlineMs > retryMs * jitter) return;
  throw new RangeError(
    "a lease must last longer than its renew deadline, and that longer than 1.2 times the retry interval",
  );
}
