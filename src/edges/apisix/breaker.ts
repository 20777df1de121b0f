type State =
  | { readonly name: "closed" }
  | { readonly name: "open"; readonly untilMs: number; readonly wasAsked: boolean }
  | { readonly name: "probing"; readonly settled: Promise<void>; readonly settle: () => void };

/**
 * Leaves a gateway alone that does not answer: after five failures in a row nothing is sent for five seconds, then one
 * call alone tries again while the others wait for what it comes to.
 */
export class CircuitBreaker {
  readonly #clock: () => number;
  readonly #threshold = 5;
  readonly #coolDownMs = 5_000;
  #state: State = { name: "closed" };
  #failuresInARow = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** `undefined`: go ahead, and report what it came to. A number: don't, for so many milliseconds. */
  async admit(): Promise<number | undefined> {
    while (this.#state.name === "probing") await this.#state.settled; // oxlint-disable-line no-await-in-loop -- it waits its turn
    if (this.#state.name === "closed") return undefined;
    const waitMs = this.#state.untilMs - this.#clock();
    if (waitMs > 0) return waitMs;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#state = { name: "probing", settled: promise, settle: resolve };
    return undefined;
  }

  /** It answered. Calls that were under way when it asked for a pause take nothing back of that. */
  succeed(): void {
    this.#failuresInARow = 0;
    if (this.#state.name === "open" && this.#state.wasAsked) return;
    this.#become({ name: "closed" });
  }

  /** It did not, or said that it can't; `pauseMs` is how long it asked to be left alone. */
  fail(pauseMs?: number): void {
    this.#failuresInARow += 1;
    const isEnough = this.#failuresInARow >= this.#threshold || this.#state.name === "probing";
    if (!isEnough && pauseMs === undefined) return;
    const coolDownMs = Math.max(pauseMs ?? 0, isEnough ? this.#coolDownMs : 0);
    const untilMs = this.#clock() + coolDownMs;
    const asked = this.#state.name === "open" && this.#state.wasAsked ? this.#state.untilMs : 0;
    const wasAsked = pauseMs !== undefined || asked > 0;
    this.#become({ name: "open", untilMs: Math.max(untilMs, asked), wasAsked });
  }

  /** Nothing was learned: the next one may try. */
  abstain(): void {
    if (this.#state.name === "probing") this.#become({ name: "open", untilMs: this.#clock(), wasAsked: false });
  }

  #become(next: State): void {
    const before = this.#state;
    this.#state = next;
    if (before.name === "probing") before.settle();
  }
}
