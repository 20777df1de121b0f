import { type Clock, systemClock } from "../../edges/kubernetes/index.ts";

export interface WorkQueueOptions<Key> {
  /** One run for `key`. A run that throws is retried after a growing wait; one that returns is forgotten or not by itself. */
  readonly work: (key: Key) => Promise<void>;
  readonly onError: (key: Key, error: unknown) => void;
  /** How many keys may be worked on at once; one key never is twice. */
  readonly workers?: number;
  /** How long `add` waits for company, so that a burst of changes becomes one run. */
  readonly coalesceMs?: number;
  readonly retry?: RetryTimings;
  readonly observe?: WorkQueueObserver;
  readonly clock?: Clock;
  readonly random?: () => number;
}

export interface RetryTimings {
  readonly firstMs: number;
  readonly longestMs: number;
  /** 0.2 is 20 % more or less, at random. */
  readonly jitter: number;
}

export const retryTimings: RetryTimings = { firstMs: 500, longestMs: 300_000, jitter: 0.2 };

/** For controller-runtime's `workqueue_*` metrics: counters and histograms as they happen, gauges by `measure`. */
export interface WorkQueueObserver {
  readonly onAdd?: () => void;
  readonly onRetry?: () => void;
  /** Seconds from being due to being worked on. */
  readonly onStart?: (queuedSeconds: number) => void;
  readonly onDone?: (workedSeconds: number) => void;
}

export interface WorkQueueMeasure {
  /** Keys that are due and wait for a worker. */
  readonly depth: number;
  /** For how long each key that is being worked on has been. */
  readonly runningMs: readonly number[];
}

/**
 * Keys that want work. A key waits once however often it is added, and is never worked on twice at a time: added while
 * it is, it runs once more afterwards. A waiting key runs at the earliest time anybody asked for. Made for as many keys
 * as there are gateways: it looks through all of them whenever one falls due or is done.
 */
export class WorkQueue<Key extends string> {
  readonly #options: WorkQueueOptions<Key>;
  readonly #clock: Clock;
  readonly #random: () => number;
  /** When each waiting key is due, by the clock's `elapsed`; in the order of their first add. */
  readonly #waiting = new Map<Key, number>();
  /** Since when each key is worked on. */
  readonly #running = new Map<Key, number>();
  readonly #failures = new Map<Key, number>();
  #isStopped = false;
  #wakeUp: { readonly atMs: number; readonly cancel: () => void } | undefined;
  #onIdle: (() => void) | undefined;

  constructor(options: WorkQueueOptions<Key>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
  }

  /** Something about `key` changed: it runs soon. */
  add(key: Key): void {
    this.addAfter(key, this.#options.coalesceMs ?? 150);
  }

  /** `key` runs in `ms`, or earlier if somebody asks for that. */
  addAfter(key: Key, ms: number): void {
    if (this.#isStopped) return;
    const dueMs = this.#clock.elapsed() + ms;
    const known = this.#waiting.get(key);
    if (known !== undefined && known <= dueMs) return;
    if (known === undefined) this.#options.observe?.onAdd?.();
    this.#waiting.set(key, dueMs);
    if (!this.#running.has(key) && dueMs < (this.#wakeUp?.atMs ?? Number.POSITIVE_INFINITY)) this.#sleepUntil(dueMs);
  }

  /** `key` runs again after a wait that doubles with each failure since `forget`, and is at least as long as was asked. */
  addAfterFailure(key: Key, atLeastMs = 0): void {
    const { firstMs, longestMs, jitter } = this.#options.retry ?? retryTimings;
    const failures = this.failuresOf(key);
    this.#failures.set(key, failures + 1);
    this.#options.observe?.onRetry?.();
    const waitMs = Math.min(firstMs * 2 ** failures, longestMs);
    this.addAfter(key, Math.max(atLeastMs, waitMs * (1 + jitter * (2 * this.#random() - 1))));
  }

  /** `key` is well again: its next failure waits the shortest time. */
  forget(key: Key): void {
    this.#failures.delete(key);
  }

  failuresOf(key: Key): number {
    return this.#failures.get(key) ?? 0;
  }

  measure(): WorkQueueMeasure {
    const now = this.#clock.elapsed();
    return {
      depth: [...this.#waiting.values()].filter((dueMs) => dueMs <= now).length,
      runningMs: Array.from(this.#running.values(), (sinceMs) => now - sinceMs),
    };
  }

  /**
   * Takes no more, drops what waits, and lets what runs come to its end. True when it did within `deadlineMs`; what runs
   * on after that is for its own signal to end.
   */
  async stop(deadlineMs: number): Promise<boolean> {
    this.#isStopped = true;
    this.#waiting.clear();
    this.#sleepUntil(undefined);
    if (this.#running.size === 0) return true;
    return new Promise((done) => {
      const cancel = this.#clock.after(deadlineMs, () => done(false));
      this.#onIdle = () => {
        cancel();
        done(true);
      };
    });
  }

  #startWhatIsDue(): void {
    const now = this.#clock.elapsed();
    const due = this.#startable().filter(([, dueMs]) => dueMs <= now);
    const free = (this.#options.workers ?? 1) - this.#running.size;
    for (const [key, dueMs] of due.slice(0, free)) void this.#run(key, now - dueMs);
    // Those that are due and found no worker are looked at again when one is free.
    this.#sleepUntil(this.#startable().find(([, dueMs]) => dueMs > now)?.[1]);
  }

  /** Keys that wait and are not being worked on, earliest first. */
  #startable(): readonly (readonly [Key, number])[] {
    return [...this.#waiting].filter(([key]) => !this.#running.has(key)).sort(([, a], [, b]) => a - b);
  }

  async #run(key: Key, queuedMs: number): Promise<void> {
    const startedMs = this.#clock.elapsed();
    this.#waiting.delete(key);
    this.#running.set(key, startedMs);
    this.#options.observe?.onStart?.(queuedMs / 1000);
    try {
      await this.#options.work(key);
    } catch (error) {
      this.#options.onError(key, error);
      this.addAfterFailure(key);
    } finally {
      this.#running.delete(key);
      this.#options.observe?.onDone?.((this.#clock.elapsed() - startedMs) / 1000);
      if (this.#isStopped && this.#running.size === 0) this.#onIdle?.();
      this.#startWhatIsDue();
    }
  }

  #sleepUntil(atMs: number | undefined): void {
    if (this.#wakeUp?.atMs === atMs) return;
    this.#wakeUp?.cancel();
    this.#wakeUp = undefined;
    if (atMs === undefined) return;
    const cancel = this.#clock.after(Math.max(0, atMs - this.#clock.elapsed()), () => {
      this.#wakeUp = undefined;
      this.#startWhatIsDue();
    });
    this.#wakeUp = { atMs, cancel };
  }
}
