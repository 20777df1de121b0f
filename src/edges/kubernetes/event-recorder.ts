import type { KubeClient } from "./client.ts";
import { type Clock, sleep, systemClock } from "./clock.ts";
import { EventBudget } from "./event-budget.ts";
import { type EventSeries, type KubeEvent, eventOf, seriesOf } from "./event-series.ts";
import { KubeError, isKubeError } from "./errors.ts";
import { events } from "./resource.ts";

export type { KubeEvent } from "./event-series.ts";

/** For metrics: `dropped` for want of room or because one object made too many, `failed` when the server would not take it. */
export type RecorderReport =
  { readonly kind: "written" } | { readonly kind: "dropped" } | { readonly kind: "failed"; readonly error: unknown };

export interface EventRecorderOptions {
  readonly client: Pick<KubeClient, "create" | "mergePatch">;
  /** Who reports, a qualified name: `apisix-operator.dev/apisix-route-operator`. */
  readonly reportingController: string;
  /** Which of them: the pod's name. */
  readonly reportingInstance: string;
  readonly observe?: (report: RecorderReport) => void;
  readonly clock?: Clock;
}

// Source: kubernetes/client-go, tools/events/event_broadcaster.go and event_recorder.go.
const longestQueue = 1000;
const tries = 12;
const retryMs = 10_000;
const seriesEndsAfterMs = 6 * 60_000;
const seriesRefreshMs = 30 * 60_000;

/**
 * Writes events in the background, one at a time. Never blocks and never throws: what can't be written is counted and
 * forgotten. The same event again within six minutes becomes a count on the first one.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #clock: Clock;
  readonly #budget: EventBudget;
  readonly #series = new Map<string, EventSeries>();
  readonly #queue = new Set<EventSeries>();
  readonly #abort = new AbortController();
  #cancelSweep: (() => void) | undefined;
  #writing: Promise<void> | undefined;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#budget = new EventBudget(this.#clock.elapsed);
  }

  record(event: KubeEvent): void {
    if (this.#abort.signal.aborted) return;
    const fresh = seriesOf(event, this.#clock);
    const known = this.#series.get(fresh.key);
    if (known !== undefined) return this.#repeat(known);
    if (this.#queue.size >= longestQueue || !this.#budget.take(event.regarding))
      return this.#report({ kind: "dropped" });
    this.#series.set(fresh.key, fresh);
    this.#enqueue(fresh);
    this.#cancelSweep ??= this.#clock.after(seriesEndsAfterMs, () => this.#sweep());
  }

  /** Takes no more, and writes what is waiting, for at most `deadlineMs`. */
  async stop(deadlineMs = 0): Promise<void> {
    this.#cancelSweep?.();
    const cancel = this.#clock.after(deadlineMs, () => this.#abort.abort());
    await this.#untilWritten();
    for (const series of this.#series.values()) if (series.count > series.writtenCount) this.#enqueue(series);
    await this.#untilWritten();
    cancel();
    this.#abort.abort();
  }

  async #untilWritten(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  /** The second time is written at once, as the sign that it goes on; later ones when the series ends or is refreshed. */
  #repeat(series: EventSeries): void {
    series.count++;
    series.lastAtMs = this.#clock.elapsed();
    series.lastTime = this.#clock.now();
    const isDue = series.count === 2 || series.lastAtMs - series.writtenAtMs > seriesRefreshMs;
    if (isDue && this.#queue.size < longestQueue) this.#enqueue(series);
  }

  #sweep(): void {
    const now = this.#clock.elapsed();
    for (const series of this.#series.values()) {
      if (now - series.lastAtMs < seriesEndsAfterMs) continue;
      this.#series.delete(series.key);
      if (series.count > series.writtenCount) this.#enqueue(series);
    }
    this.#cancelSweep = this.#series.size === 0 ? undefined : this.#clock.after(seriesEndsAfterMs, () => this.#sweep());
  }

  #enqueue(series: EventSeries): void {
    this.#queue.add(series);
    this.#startWriting();
  }

  #startWriting(): void {
    if (this.#queue.size === 0 || this.#abort.signal.aborted) return;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
      this.#startWriting(); // something may have come between the last look and now
    });
  }

  async #writeAll(): Promise<void> {
    for (const series of this.#queue) {
      if (this.#abort.signal.aborted) return;
      // Out of the queue first, so that a repetition meanwhile stands in line again.
      this.#queue.delete(series);
      await this.#writeWithPatience(series);
    }
  }

  async #writeWithPatience(series: EventSeries): Promise<void> {
    const { signal } = this.#abort;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#write(series);
        return this.#report({ kind: "written" });
      } catch (error) {
        if (signal.aborted || attempt >= tries || !isWorthRetrying(error)) return this.#giveUp(series, error);
      }
      await sleep(this.#clock, retryMs, signal);
      if (signal.aborted) return this.#report({ kind: "dropped" });
    }
  }

  #giveUp(series: EventSeries, error: unknown): void {
    this.#series.delete(series.key);
    this.#report({ kind: "failed", error });
  }

  async #write(series: EventSeries): Promise<void> {
    const { client, reportingController, reportingInstance } = this.#options;
    const { signal } = this.#abort;
    const { count } = series;
    const event = eventOf(series, reportingController, reportingInstance);
    const name = { namespace: event.metadata.namespace, name: event.metadata.name };
    const isThere =
      series.writtenCount > 0 &&
      (await client.mergePatch(events, name, { series: event.series }, { signal }).then(() => true, falseWhenMissing));
    if (!isThere) await client.create(events, name.namespace, event, { signal });
    series.writtenCount = count;
    series.writtenAtMs = this.#clock.elapsed();
  }

  #report(report: RecorderReport): void {
    this.#options.observe?.(report);
  }
}

/** The server keeps events for an hour; one that is gone is written anew. */
function falseWhenMissing(error: unknown): false {
  if (isKubeError(error, "notFound")) return false;
  throw error;
}

/** A namespace that is being deleted says 403; neither that nor a bad event gets better by waiting. */
function isWorthRetrying(error: unknown): boolean {
  return (
    !(error instanceof KubeError) ||
    isKubeError(error, "unreachable", "timeout", "overloaded", "serverError", "malformed")
  );
}
