import { Backoff, type BackoffTimings, reflectorBackoff } from "./backoff.ts";
import type { KubeClient, Selection } from "./client.ts";
import { type Clock, sleep, systemClock } from "./clock.ts";
import { KubeError, type KubeFailure } from "./errors.ts";
import { type Phase, recoveryFrom } from "./recovery.ts";
import type { KubeObject, ResourceType } from "./resource.ts";
import { type Change, type Store, type Stored, WritableStore, storedOf } from "./store.ts";

/**
 * `failing` before the first list: nothing is known. Later: the store is what was there once, and the last list failed,
 * so what it lacks may exist. In both it keeps trying.
 */
export type SyncState =
  | { readonly kind: "starting" }
  | { readonly kind: "synced" }
  | { readonly kind: "failing"; readonly failure: KubeFailure | "unexpected"; readonly message: string };

/** For metrics and logs. `watchEnded.outcome` is `ended` for a clean end, else the failure. */
export type ReflectorReport =
  | { readonly kind: "listed"; readonly reason: ListReason; readonly items: number; readonly durationMs: number }
  | { readonly kind: "watchEnded"; readonly outcome: "ended" | KubeFailure | "unexpected"; readonly message: string }
  | { readonly kind: "event"; readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" }
  | { readonly kind: "handlerFailed"; readonly error: unknown };

export type ListReason = "start" | "expired" | "failed";

export interface ReflectorTimings {
  readonly backoff: BackoffTimings;
  /** How long a watch may last; each picks a length from here to twice that, so that they don't end together. */
  readonly watchSeconds: number;
  /** Bookmarks come about once a minute; a watch silent for this long is dead. */
  readonly idleMs: number;
  /** How long after its agreed end a watch is given up by us. */
  readonly overdueMs: number;
}

export const reflectorTimings: ReflectorTimings = {
  backoff: reflectorBackoff,
  watchSeconds: 300,
  idleMs: 150_000,
  overdueMs: 15_000,
};

export interface ReflectorOptions<Value> extends Selection {
  readonly client: Pick<KubeClient, "listPages" | "watch">;
  readonly type: ResourceType;
  /** What the store keeps of an object. Pure, must not throw: what cannot be read is a value too. */
  readonly transform: (object: KubeObject) => Value;
  /** Called in order, after the store has changed; to enqueue a key, nothing longer. */
  readonly onChange?: (change: Change<Value>) => void;
  /** Called when the state changes, the first list included even if it was empty. */
  readonly onState?: (state: SyncState) => void;
  readonly observe?: (report: ReflectorReport) => void;
  readonly timings?: Partial<ReflectorTimings>;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/**
 * Keeps a store equal to what the API server holds of one type: a list in pages, then a watch that resumes where it
 * broke off, and another list only when the server has forgotten that place. Runs from `start` to `stop`.
 */
export class Reflector<Value> {
  readonly #options: ReflectorOptions<Value>;
  readonly #timings: ReflectorTimings;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #store = new WritableStore<Value>();
  readonly #abort = new AbortController();
  #state: SyncState = { kind: "starting" };
  #running: Promise<void> | undefined;
  /** Where to resume; `undefined` asks for a list. */
  #resourceVersion: string | undefined;
  #listReason: ListReason = "start";

  constructor(options: ReflectorOptions<Value>) {
    this.#options = options;
    this.#timings = { ...reflectorTimings, ...options.timings };
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
  }

  get store(): Store<Value> {
    return this.#store;
  }

  get state(): SyncState {
    return this.#state;
  }

  start(): void {
    this.#running ??= this.#run(this.#abort.signal);
  }

  /** Resolves when nothing of it runs any more: no timer, no connection, no call of a handler. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(this.#timings.backoff, this.#clock.elapsed, this.#random);
    let failingSince: number | undefined;
    while (!signal.aborted) {
      const phase: Phase = this.#resourceVersion === undefined ? "list" : "watch";
      try {
        if (phase === "list") await this.#list(signal);
        else await this.#watch(signal, () => (failingSince = undefined));
        failingSince = undefined;
      } catch (error) {
        if (signal.aborted) return;
        failingSince ??= this.#clock.elapsed();
        this.#recover(error, phase, this.#clock.elapsed() - failingSince);
        const asked = error instanceof KubeError ? error.retryAfterMs : undefined;
        await sleep(this.#clock, Math.max(backoff.nextMs(), asked ?? 0), signal);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, type, transform } = this.#options;
    const started = this.#clock.elapsed();
    const entries = new Map<string, Stored<Value>>();
    let resourceVersion: string | undefined;
    for await (const page of client.listPages(type, this.#options, signal)) {
      for (const item of page.items) {
        const entry = storedOf(item, transform);
        entries.set(entry.key, entry);
      }
      resourceVersion = page.resourceVersion;
    }
    if (signal.aborted) return;
    this.#resourceVersion = resourceVersion;
    const durationMs = this.#clock.elapsed() - started;
    this.#report({ kind: "listed", reason: this.#listReason, items: entries.size, durationMs });
    this.#announce(this.#store.replace(entries));
    this.#enter({ kind: "synced" });
  }

  /** One watch, to its end. Throws what ended it, unless that was its time. */
  async #watch(signal: AbortSignal, onProgress: () => void): Promise<void> {
    const timeoutSeconds = Math.round(this.#timings.watchSeconds * (1 + this.#random()));
    const started = this.#clock.elapsed();
    let isFruitful = false;
    const events = this.#events(timeoutSeconds, signal);
    for await (const event of events) {
      if (signal.aborted) return; // what came in the same chunk is nobody's business any more
      isFruitful = true;
      onProgress();
      this.#resourceVersion = event.resourceVersion;
      this.#report({ kind: "event", type: event.type });
      if (event.type === "BOOKMARK") continue;
      const entry = storedOf(event.object, this.#options.transform);
      this.#announce(event.type === "DELETED" ? this.#store.remove(entry.key, entry.value) : this.#store.put(entry));
    }
    if (!isFruitful && this.#clock.elapsed() - started < 1000)
      throw new KubeError("the watch ended at once and brought nothing", { failure: "unreachable" });
    this.#report({ kind: "watchEnded", outcome: "ended", message: "" });
  }

  /** The events of one watch, given up `overdueMs` after its agreed end. */
  async *#events(timeoutSeconds: number, signal: AbortSignal) {
    const { client, type } = this.#options;
    const watch = new AbortController();
    const stop = () => watch.abort(signal.reason);
    const giveUp = () => watch.abort(new KubeError("the watch outlived its time", { failure: "timeout" }));
    const cancel = this.#clock.after(timeoutSeconds * 1000 + this.#timings.overdueMs, giveUp);
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    try {
      yield* client.watch(type, {
        ...this.#options,
        resourceVersion: this.#resourceVersion ?? "",
        timeoutSeconds,
        idleMs: this.#timings.idleMs,
        signal: watch.signal,
      });
    } finally {
      cancel();
      signal.removeEventListener("abort", stop);
    }
  }

  #recover(error: unknown, phase: Phase, failingForMs: number): void {
    const failure = error instanceof KubeError ? error.failure : "unexpected";
    const message = error instanceof Error ? error.message : String(error);
    if (phase === "watch") this.#report({ kind: "watchEnded", outcome: failure, message });
    const recovery = recoveryFrom(error, phase, failingForMs);
    if (recovery.next === "resume") return;
    this.#resourceVersion = undefined;
    if (phase === "watch") this.#listReason = failure === "gone" ? "expired" : "failed";
    if (!recovery.isSynced) this.#enter({ kind: "failing", failure, message });
  }

  #announce(changes: readonly Change<Value>[]): void {
    for (const change of changes) this.#guarded(() => this.#options.onChange?.(change));
  }

  #enter(state: SyncState): void {
    const before = this.#state;
    this.#state = state;
    if (JSON.stringify(before) !== JSON.stringify(state)) this.#guarded(() => this.#options.onState?.(state));
  }

  #report(report: ReflectorReport): void {
    this.#options.observe?.(report);
  }

  /** A handler that throws must not end the reflector. */
  #guarded(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#report({ kind: "handlerFailed", error });
    }
  }
}
