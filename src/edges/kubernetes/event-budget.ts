import type { InvolvedObject } from "./event-series.ts";

// Source: kubernetes/client-go, tools/record/events_cache.go, defaultSpamBurst, defaultSpamQPS, maxLruCacheEntries.
const burst = 25;
const refillMs = 5 * 60_000;
const objectsRemembered = 4096;

/** How many events one object may make: a burst, then one per five minutes. Forgets the objects it has not heard of for longest. */
export class EventBudget {
  readonly #elapsed: () => number;
  readonly #left = new Map<string, { readonly tokens: number; readonly atMs: number }>();

  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  /** False when the object has none left. */
  take({ kind, namespace, name }: InvolvedObject): boolean {
    const key = `${kind}/${namespace}/${name}`;
    const now = this.#elapsed();
    const { tokens, atMs } = this.#left.get(key) ?? { tokens: burst, atMs: now };
    const filled = Math.min(burst, tokens + (now - atMs) / refillMs);
    this.#left.delete(key); // a Map keeps the order of insertion: what was used last stands last
    this.#left.set(key, { tokens: filled >= 1 ? filled - 1 : filled, atMs: now });
    const oldest = this.#left.keys().next().value;
    if (this.#left.size > objectsRemembered && oldest !== undefined) this.#left.delete(oldest);
    return filled >= 1;
  }
}
