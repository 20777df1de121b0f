import { type Learned, type Lessons, type Subsystem, subsystems } from "../../core/model/index.ts";
import type { GatewayClient } from "./gateway-client.ts";

/**
 * What one gateway has told about itself, for as long as its version stays the same. Asks again for a list of plugins only
 * when an object names one that was not in it, and then once: a plugin may have been switched on since.
 */
export class Learning {
  readonly #client: Pick<GatewayClient, "learn">;
  #learned: Learned | undefined;
  /** What the gateway said it is when it told. */
  #toldBy: string | undefined;
  /** Asked for again and still not there, by subsystem. */
  #missing: Readonly<Record<Subsystem, ReadonlySet<string>>> = noneMissing;

  constructor(client: Pick<GatewayClient, "learn">) {
    this.#client = client;
  }

  /** Everything that the lessons name, of the gateway that says it is of this version. */
  async learn(version: string | undefined, lessons: Lessons, signal: AbortSignal): Promise<Learned> {
    if (this.#toldBy !== version) this.#forget();
    const known = this.#learned && this.#withoutDoubtful(this.#learned, lessons);
    const learned = await this.#client.learn(version, { lessons, known }, signal);
    this.#learned = learned;
    this.#toldBy = version;
    this.#missing = missingIn(learned, lessons);
    return learned;
  }

  /** The gateway is looked at anew: it may know other plugins, and one that hides its version may be another. */
  doubt(): void {
    this.#missing = noneMissing;
    if (this.#learned?.isVersionHidden === true) this.#forget();
  }

  #forget(): void {
    this.#learned = undefined;
    this.#missing = noneMissing;
  }

  #withoutDoubtful(learned: Learned, lessons: Lessons): Learned {
    const missing = missingIn(learned, lessons);
    const sure = subsystems.filter((subsystem) => missing[subsystem].isSubsetOf(this.#missing[subsystem]));
    if (sure.length === subsystems.length) return learned;
    const plugins = Object.entries(learned.plugins).filter(([subsystem]) => sure.some((name) => name === subsystem));
    return { ...learned, plugins: Object.fromEntries(plugins) };
  }
}

const noneMissing: Readonly<Record<Subsystem, ReadonlySet<string>>> = { http: new Set(), stream: new Set() };

function missingIn({ plugins }: Learned, lessons: Lessons): Readonly<Record<Subsystem, ReadonlySet<string>>> {
  const missing = (subsystem: Subsystem) => {
    const names = plugins[subsystem]?.names;
    return names === undefined ? new Set<string>() : lessons.plugins[subsystem].difference(names);
  };
  return { http: missing("http"), stream: missing("stream") };
}
