/** Time as an argument, so that tests can hold it still. */
export interface Clock {
  /** Milliseconds since 1970: for time stamps alone, for it may jump. */
  readonly now: () => number;
  /** Milliseconds that only grow: for every duration and deadline. */
  readonly elapsed: () => number;
  /** Runs `action` once after `ms`; the result cancels it. */
  readonly after: (ms: number, action: () => void) => () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after: (ms, action) => {
    // A longer delay would overflow to 1 ms. Source: nodejs/node, lib/internal/timers.js, TIMEOUT_MAX.
    const timer = setTimeout(action, Math.min(ms, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms`, or at once when `signal` aborts; never rejects, so callers look at the signal afterwards. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => {
    const wake = () => {
      cancel();
      signal.removeEventListener("abort", wake);
      done();
    };
    const cancel = clock.after(ms, wake);
    signal.addEventListener("abort", wake);
  });
}
