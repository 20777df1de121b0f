import { type Snapshot, annotations, everyAttached, keyOf, refOf } from "../../core/model/index.ts";

/** Who asks, by giving the annotation another value, to be looked at now and put right whatever the policy for drift. */
export class Forcing {
  #seen: ReadonlyMap<string, string> | undefined;
  #asked: ReadonlySet<string> = new Set();
  #gateway = "";

  /** Takes in what the annotations say now; true when somebody has asked since the last call. */
  take(snapshot: Snapshot): boolean {
    const now = new Map<string, string>();
    for (const object of [snapshot.gateway, ...everyAttached(snapshot)]) {
      const value = object.meta.annotations[annotations.force];
      if (value !== undefined) now.set(keyOf(refOf(object)), value);
    }
    // At first everything is looked at anyway, and a value may have been there for long.
    const seen = this.#seen ?? now;
    const asking = [...now].filter(([key, value]) => seen.get(key) !== value).map(([key]) => key);
    this.#seen = now;
    this.#gateway = keyOf(refOf(snapshot.gateway));
    if (asking.length > 0) this.#asked = new Set([...this.#asked, ...asking]);
    return asking.length > 0;
  }

  /** By `keyOf`; all of a gateway that asks itself. */
  readonly isForced = (resource: string): boolean => this.#asked.has(resource) || this.#asked.has(this.#gateway);

  /** The gateway was read and a plan carried out: they have what they asked for. */
  settle(): void {
    if (this.#asked.size > 0) this.#asked = new Set();
  }
}
