import type { Step } from "../../core/model/index.ts";

/** Steps that may run now, those with the lowest index first: a binary heap. */
export class ReadySteps {
  readonly #heap: Step[] = [];

  add(step: Step): void {
    const heap = this.#heap;
    let at = heap.push(step) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (this.#indexAt(above) <= step.index) break;
      this.#move(above, at);
      at = above;
    }
    heap[at] = step;
  }

  /** The first of them, which leaves; `undefined` where there is none. */
  take(): Step | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (let below = 1; below < heap.length; below = 2 * at + 1) {
      const least = this.#indexAt(below + 1) < this.#indexAt(below) ? below + 1 : below;
      if (last.index <= this.#indexAt(least)) break;
      this.#move(least, at);
      at = least;
    }
    heap[at] = last;
    return first;
  }

  #indexAt(place: number): number {
    return this.#heap[place]?.index ?? Number.POSITIVE_INFINITY;
  }

  #move(from: number, to: number): void {
    const step = this.#heap[from];
    if (step !== undefined) this.#heap[to] = step;
  }
}
