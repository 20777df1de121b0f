import { type Line, holdLine } from "../../../edges/apisix/index.ts";

/** Does something once some milliseconds have gone by, unless it is called off. */
export type After = (ms: number, action: () => void) => () => void;

const afterwards: After = (ms, action) => {
  const timer = setTimeout(action, ms).unref();
  return () => clearTimeout(timer);
};

const firstRetryMs = 500;
const longestRetryMs = 8_000;
/** Lines that end sooner, one after the other, say more about the way there than about the gateway. */
const shortestLineMs = 5_000;
const longestPauseMs = 60_000;

/** When an instance is looked after again: after a failure, each time later, and at once when its line ends. */
export class Lookout {
  readonly #url: string;
  readonly #action: () => void;
  readonly #after: After;
  #failures = 0;
  #shortLines = 0;
  #callOff: (() => void) | undefined;
  #line: Line | undefined;
  #isClosed = false;

  constructor(url: string, action: () => void, after: After = afterwards) {
    this.#url = url;
    this.#action = action;
    this.#after = after;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** From now on a restart is noticed at once. */
  listen(): void {
    if (this.#line !== undefined || this.#isClosed) return;
    const sinceMs = performance.now();
    this.#line = holdLine(this.#url, () => {
      this.#line = undefined;
      this.#shortLines = performance.now() - sinceMs < shortestLineMs ? this.#shortLines + 1 : 0;
      this.#again(this.#shortLines === 0 ? 0 : Math.min(longestPauseMs, firstRetryMs * 2 ** (this.#shortLines - 1)));
    });
  }

  /** There is nothing to listen to. */
  hangUp(): void {
    this.#line?.close();
    this.#line = undefined;
  }

  /** What was to come is done now. */
  callOff(): void {
    this.#callOff?.();
  }

  well(): void {
    this.#failures = 0;
    this.listen();
  }

  /** It answers, and may be of another mind some time. */
  later(): void {
    this.#again(longestRetryMs);
  }

  failed(): void {
    this.#failures += 1;
    this.#again(Math.min(longestRetryMs, firstRetryMs * 2 ** (this.#failures - 1)));
  }

  close(): void {
    this.#isClosed = true;
    this.#callOff?.();
    this.#line?.close();
  }

  #again(afterMs: number): void {
    if (this.#isClosed) return;
    this.#callOff?.();
    this.#callOff = this.#after(afterMs, this.#action);
  }
}
