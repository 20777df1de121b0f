/** How long to wait after trouble. */
export interface BackoffTimings {
  readonly firstMs: number;
  readonly longestMs: number;
  /** Without trouble for this long, the next wait is the first again. */
  readonly resetAfterMs: number;
}

// Source: kubernetes/client-go, tools/cache/reflector.go, NewReflectorWithOptions().
export const reflectorBackoff: BackoffTimings = { firstMs: 800, longestMs: 30_000, resetAfterMs: 120_000 };

/** Waits that double up to a cap, each stretched at random to at most twice its length, so that clients spread out. */
export class Backoff {
  readonly #timings: BackoffTimings;
  readonly #elapsed: () => number;
  readonly #random: () => number;
  #waits = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(timings: BackoffTimings, elapsed: () => number, random: () => number) {
    this.#timings = timings;
    this.#elapsed = elapsed;
    this.#random = random;
  }

  nextMs(): number {
    const { firstMs, longestMs, resetAfterMs } = this.#timings;
    const now = this.#elapsed();
    if (now - this.#lastMs > resetAfterMs) this.#waits = 0;
    const base = Math.min(firstMs * 2 ** this.#waits, longestMs);
    this.#waits++;
    const wait = base * (1 + this.#random());
    this.#lastMs = now + wait; // the wait itself is no time without trouble
    return wait;
  }
}
