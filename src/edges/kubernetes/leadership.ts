import type { KubeClient } from "./client.ts";
import { type Clock, sleep } from "./clock.ts";
import { isKubeError } from "./errors.ts";
import { type LeaseRecord, leaseOf, leaseRecordOf } from "./lease-record.ts";
import { leases } from "./resource.ts";

interface LeadershipOptions {
  readonly client: Pick<KubeClient, "get" | "replace">;
  readonly namespace: string;
  readonly name: string;
  readonly identity: string;
  readonly clock: Clock;
  readonly timings: {
    readonly leaseMs: number;
    readonly renewDeadlineMs: number;
    readonly retryMs: number;
    readonly marginMs: number;
  };
  readonly onError?: (error: unknown) => void;
}

/** A lease once held is never got back: the process that lost it must end. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

/** The Lease is ours, and is renewed until `release`, or until that fails for too long. */
export class Leadership {
  readonly #options: LeadershipOptions;
  readonly #lost = new AbortController();
  readonly #renewing = new AbortController();
  readonly #done: Promise<void>;
  #record: LeaseRecord;
  #renewedAtMs: number;
  #isReleased = false;

  constructor(options: LeadershipOptions, record: LeaseRecord, renewedAtMs: number) {
    this.#options = options;
    this.#record = record;
    this.#renewedAtMs = renewedAtMs;
    this.#done = this.#renewUntilStopped();
  }

  /** Aborts, with a `LeaseLost`, when another may take over soon: stop writing at once. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** By the clock's `elapsed`: until then nobody else holds the Lease, a margin for a request under way taken off. */
  get mayWriteUntil(): number {
    const { leaseMs, marginMs } = this.#options.timings;
    return this.#renewedAtMs + leaseMs - marginMs;
  }

  /** Ask before every write: a process that was stopped for a while has not heard of its loss yet. */
  mayWrite(): boolean {
    return !this.#isReleased && !this.#lost.signal.aborted && this.#options.clock.elapsed() < this.mayWriteUntil;
  }

  /**
   * Hands the Lease on, so that the next one starts within seconds. Only after every writer has stopped. Never rejects:
   * a Lease that could not be released runs out by itself.
   */
  async release(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#renewing.abort();
    await this.#done;
    if (this.#lost.signal.aborted) return;
    try {
      await this.#write("", 1000);
    } catch (error) {
      this.#options.onError?.(error);
    }
  }

  async #renewUntilStopped(): Promise<void> {
    const { clock, timings } = this.#options;
    const stopped = this.#renewing.signal;
    for (;;) {
      await sleep(clock, timings.retryMs, stopped);
      if (stopped.aborted) return;
      await this.#renewInTime();
      if (this.#lost.signal.aborted) return;
    }
  }

  /** Tries until it is renewed, released or too late. A request that hangs is cut off when it is too late. */
  async #renewInTime(): Promise<void> {
    const { clock, timings, identity, onError } = this.#options;
    const leftMs = () => this.#renewedAtMs + timings.renewDeadlineMs - clock.elapsed();
    const tooLate = () => this.#lose("the Lease could not be renewed in time");
    const cancel = clock.after(Math.max(0, leftMs()), tooLate);
    try {
      for (;;) {
        if (leftMs() <= 0) return tooLate();
        try {
          return await this.#write(identity, timings.leaseMs);
        } catch (error) {
          if (this.#lost.signal.aborted) return;
          if (error instanceof LeaseLost || isKubeError(error, "notFound")) return this.#lose("another took the Lease");
          onError?.(error);
        }
        await sleep(clock, timings.retryMs, this.#renewing.signal);
        if (this.#renewing.signal.aborted) return;
      }
    } finally {
      cancel();
    }
  }

  /** Writes over the version we hold; somebody else's edit in between is looked at, and is no loss while we are the holder. */
  async #write(holder: string, durationMs: number): Promise<void> {
    try {
      await this.#writeOnce(holder, durationMs);
    } catch (error) {
      if (!isKubeError(error, "conflict")) throw error;
      const { client, namespace, name, identity } = this.#options;
      const record = leaseRecordOf(await client.get(leases, { namespace, name }, this.#call()));
      if (record.holder !== identity) throw new LeaseLost(`the Lease is held by "${record.holder}"`);
      this.#record = record;
      await this.#writeOnce(holder, durationMs);
    }
  }

  async #writeOnce(holder: string, durationMs: number): Promise<void> {
    const { client, namespace, name, clock } = this.#options;
    const startedMs = clock.elapsed();
    const lease = leaseOf(name, holder, durationMs, clock.now(), this.#record);
    this.#record = leaseRecordOf(await client.replace(leases, { namespace, name }, lease, this.#call()));
    this.#renewedAtMs = startedMs;
  }

  #call() {
    return { signal: this.#lost.signal, lane: "lease" } as const;
  }

  #lose(why: string): void {
    if (!this.#lost.signal.aborted) this.#lost.abort(new LeaseLost(why));
  }
}
