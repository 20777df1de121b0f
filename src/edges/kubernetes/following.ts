import type { Reflector } from "./reflector.ts";
import { type ObjectName, storeKeyOf } from "./resource.ts";

/** A watch of its own for each of the objects that are named, and for no other. */
export class Following<Item> {
  readonly #start: (name: ObjectName) => Reflector<Item>;
  readonly #followed = new Map<string, Reflector<Item>>();
  readonly #stopping = new Set<Promise<void>>();

  /** `start` makes the watch of one object and starts it. */
  constructor(start: (name: ObjectName) => Reflector<Item>) {
    this.#start = start;
  }

  /** From now on exactly these. */
  follow(names: readonly ObjectName[]): void {
    const wanted = new Map(names.map((name) => [storeKeyOf(name), name]));
    for (const [key, reflector] of this.#followed) {
      if (wanted.has(key)) continue;
      this.#followed.delete(key);
      const stopped = reflector.stop().finally(() => this.#stopping.delete(stopped));
      this.#stopping.add(stopped);
    }
    for (const [key, name] of wanted) if (!this.#followed.has(key)) this.#followed.set(key, this.#start(name));
  }

  of(name: ObjectName): Reflector<Item> | undefined {
    return this.#followed.get(storeKeyOf(name));
  }

  async stop(): Promise<void> {
    this.follow([]);
    await Promise.all(this.#stopping);
  }
}
