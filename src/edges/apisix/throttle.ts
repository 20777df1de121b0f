import { setTimeout as delay } from "node:timers/promises";

export interface ThrottleOptions {
  /** `undefined`: there is no limit. */
  readonly perSecond: number | undefined;
  /** Milliseconds that only ever grow; default `performance.now`. */
  readonly elapsed?: () => number;
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

/**
 * A token bucket that holds one token: turns are spread evenly, in the order in which they were asked for. Saving
 * tokens up would allow bursts, and it is bursts that a limit shall spare a gateway: it rebuilds its router after each
 * route write.
 */
export class Throttle {
  #perSecond: number | undefined;
  readonly #elapsed: () => number;
  readonly #sleep: NonNullable<ThrottleOptions["sleep"]>;
  /** When the next token is there. */
  #nextMs = Number.NEGATIVE_INFINITY;

  constructor({ perSecond, elapsed = () => performance.now(), sleep = sleepFor }: ThrottleOptions) {
    this.#perSecond = perSecond;
    this.#elapsed = elapsed;
    this.#sleep = sleep;
  }

  /** From the next turn on. Turns that were given out already keep their time. */
  setRate(perSecond: number | undefined): void {
    this.#perSecond = perSecond;
  }

  /** Resolves when it is the caller's turn, or the signal is aborted. */
  async turn(signal?: AbortSignal): Promise<void> {
    if (this.#perSecond === undefined) return;
    const now = this.#elapsed();
    const at = Math.max(now, this.#nextMs);
    this.#nextMs = at + 1000 / this.#perSecond;
    for (;;) {
      const leftMs = at - this.#elapsed(); // a timer may fire a moment early
      if (leftMs <= 0 || signal?.aborted === true) return;
      // oxlint-disable-next-line no-await-in-loop -- it waits its turn
      await this.#sleep(leftMs, signal);
    }
  }
}

async function sleepFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await delay(Math.ceil(ms), undefined, { signal }).catch(() => undefined);
}
