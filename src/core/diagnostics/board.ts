import type { Changes } from "../changes/index.ts";
import type { Diagnostic } from "../model/index.ts";

/** What one rule has found so far, by what it was found on. */
export class Board<Unit> {
  readonly #found = new Map<Unit, readonly Diagnostic[]>();
  #gone: Diagnostic[] = [];
  #come: Diagnostic[] = [];

  /** What is found on this by now, in place of what was. */
  put(unit: Unit, found: readonly Diagnostic[]): void {
    // Most rules find nothing on most units.
    if (found.length === 0 && this.#found.size === 0) return;
    const before = this.#found.get(unit);
    if (before === undefined && found.length === 0) return;
    // One by one: there may be more than a call takes arguments.
    for (const one of before ?? []) this.#gone.push(one);
    for (const one of found) this.#come.push(one);
    if (found.length === 0) this.#found.delete(unit);
    else this.#found.set(unit, found);
  }

  remove(unit: Unit): void {
    this.put(unit, []);
  }

  /** What came and went since this was last asked. */
  changes(): Changes<Diagnostic> {
    const changes = { gone: this.#gone, come: this.#come };
    [this.#gone, this.#come] = [[], []];
    return changes;
  }
}
