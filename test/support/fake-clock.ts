/** A clock that stands still until it is told to move: for everything that takes `now`, `elapsed` and `after`. */
export class FakeClock {
  #nowMs: number;
  #elapsedMs = 0;
  readonly #timers = new Set<{ readonly atMs: number; readonly action: () => void }>();

  constructor(nowMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = nowMs;
  }

  readonly now = (): number => this.#nowMs + this.#elapsedMs;

  readonly elapsed = (): number => this.#elapsedMs;

  readonly after = (ms: number, action: () => void): (() => void) => {
    const timer = { atMs: this.#elapsedMs + Math.max(0, ms), action };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  /** How many timers are set: 0 when nothing was left behind. */
  get pending(): number {
    return this.#timers.size;
  }

  /** How long until the next timer falls due; `undefined` where none is set. */
  get nextInMs(): number | undefined {
    const times = [...this.#timers].map(({ atMs }) => atMs - this.#elapsedMs);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Moves time on, runs what falls due in its order, and lets promises settle after each. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#elapsedMs + ms;
    await settle();
    for (;;) {
      const next = [...this.#timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#elapsedMs = Math.max(this.#elapsedMs, next.atMs);
      this.#timers.delete(next);
      next.action();
      await settle();
    }
    this.#elapsedMs = untilMs;
    await settle();
  }

  /** The wall clock jumps; what was measured by `elapsed` doesn't notice. */
  jump(ms: number): void {
    this.#nowMs += ms;
  }
}

/** Lets every promise that can settle without time or sockets do so. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((done) => setImmediate(done));
}
