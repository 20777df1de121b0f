import {
  type AdminKind,
  type Desired,
  type GatewayMode,
  type Lessons,
  type MissingObject,
  type Observed,
  type ObservedObject,
  type Outcome,
  type Owner,
  type Plan,
  type Step,
  type StepOutcome,
  compareIds,
  hash16,
  revealed,
  withUnmoved,
} from "../../core/model/index.ts";
import { Memory } from "../../core/pipeline.ts";
import { type Agreement, agreementAfter } from "../../core/plan/index.ts";
import { Forcing } from "./forcing.ts";
import type { GatewayClient } from "./gateway-client.ts";
import { Learning } from "./learning.ts";

export interface SessionOptions {
  readonly client: GatewayClient;
  readonly onStep?: (step: Step, outcome: StepOutcome) => void;
  /** Something that the gateway took before is refused by now; told once. */
  readonly onRefused?: (
    object: MissingObject & { readonly outcome: StepOutcome & { readonly state: "failed" } },
  ) => void;
}

/**
 * What the operator remembers of one gateway between passes: a picture of what it holds, kept true by our own writes
 * and read anew when in doubt, and what it refused. A cache only: a new process starts without it and loses nothing.
 */
export class GatewaySession {
  readonly client: GatewayClient;
  /** What was decided before, so that a small change is decided fast. */
  readonly memory = new Memory();
  readonly forcing = new Forcing();
  readonly #onStep: SessionOptions["onStep"];
  readonly #onRefused: SessionOptions["onRefused"];
  /** What was told to be refused though it was taken before, with the gateway's words. */
  #told: ReadonlySet<string> = new Set();
  #observed: Observed | undefined;
  /** The last picture, doubtful or not: what did not move since is not looked at again. */
  #last: Observed | undefined;
  #agreement: { readonly reached: Agreement; readonly mode: GatewayMode | undefined } | undefined;
  readonly #learning: Learning;
  /** By `kind/id`: a fingerprint of the body that was refused and the gateway's words. Not sent again until one of them changes. */
  readonly #refused = new Map<string, { readonly body: string; readonly outcome: StepOutcome }>();

  constructor({ client, onStep, onRefused }: SessionOptions) {
    this.client = client;
    this.#onStep = onStep;
    this.#onRefused = onRefused;
    this.#learning = new Learning(client);
  }

  /**
   * What the gateway holds, and what it told about itself as far as the lessons go. Reads what it holds (a request per
   * kind) only when the picture is missing or in doubt, and asks nothing that it has answered for this version.
   */
  async observe(signal: AbortSignal, lessons: Lessons): Promise<Observed> {
    this.#observed ??= await this.#read(signal);
    return { ...this.#observed, learned: await this.#learning.learn(this.#observed.version, lessons, signal) };
  }

  async #read(signal: AbortSignal): Promise<Observed> {
    const read = await this.client.observe(signal);
    this.#last = this.#last === undefined ? read : withUnmoved(this.#last, read);
    return this.#last;
  }

  /** What we and the gateway agreed on last. */
  get agreement(): Agreement | undefined {
    return this.#agreement?.mode === this.client.standing?.().mode ? this.#agreement?.reached : undefined;
  }

  /** A plan was carried out, be there nothing to do. */
  agree(desired: Desired, plan: Plan, outcome: Outcome): void {
    this.#agreement = {
      reached: agreementAfter(desired, plan, outcome, this.client.version),
      mode: this.client.standing?.().mode,
    };
  }

  /** It may be another gateway: nothing was agreed on with it. */
  forget(): void {
    this.invalidate();
    this.#agreement = undefined;
    this.#last = undefined;
  }

  /** Forget the picture: the next pass reads the gateway and gives refused objects another try. */
  invalidate(): void {
    this.#observed = undefined;
    this.#learning.doubt();
    this.#refused.clear();
    this.client.reconsider?.();
  }

  async apply(
    plan: Plan,
    options: { readonly signal: AbortSignal; readonly mayWrite: () => boolean; readonly owner?: Owner },
  ): Promise<Outcome> {
    const outcome = await this.client.apply(plan, {
      ...options,
      foretell: (step) => this.#knownRefusal(step),
      // A refusal that is only remembered is no news.
      onStep: (step, result) => {
        if (this.#refused.get(keyOf(step))?.outcome !== result) this.#onStep?.(step, result);
      },
    });
    this.#remember(plan, outcome);
    this.#tell(outcome);
    // Another version answered: what it stores, and whether it has all that the old one had, is to be seen.
    if (plan.steps.length > 0 && this.client.version !== this.#observed?.version) this.#observed = undefined;
    return outcome;
  }

  /** The next pass reads the gateway anew. */
  get isInDoubt(): boolean {
    return this.#observed === undefined;
  }

  #knownRefusal(step: Step): StepOutcome | undefined {
    const known = this.#refused.get(keyOf(step));
    return known !== undefined && known.body === printOf(step) ? known.outcome : undefined;
  }

  #tell({ missing = [] }: Outcome): void {
    const told = new Set<string>();
    for (const { kind, id, outcome } of missing) {
      if (outcome.state !== "failed") continue;
      const words = `${kind}/${id} ${outcome.message}`;
      told.add(words);
      if (!this.#told.has(words)) this.#onRefused?.({ kind, id, outcome });
    }
    this.#told = told;
  }

  #remember(plan: Plan, outcome: Outcome): void {
    const changes = new Changes(this.#observed);
    for (const step of plan.steps) {
      const result = outcome.steps[step.index];
      if (result?.state === "done") {
        changes.add(step);
        this.#refused.delete(keyOf(step));
      } else if (result?.state === "failed" && result.failure === "rejected") {
        this.#refused.set(keyOf(step), { body: printOf(step), outcome: result });
      } else if (result?.state === "failed") {
        changes.doubt(); // it may have been taken in all the same
      }
    }
    this.#observed = changes.result();
    if (this.#observed !== undefined) this.#last = this.#observed;
  }
}

/** Says whether two bodies are equal, secrets included, and nothing else. */
function printOf({ body, secrets }: Step): string {
  return hash16(JSON.stringify(body && revealed(body, secrets)) ?? "");
}

function keyOf({ kind, id }: Pick<Step, "kind" | "id">): string {
  return `${kind}/${id}`;
}

/** The picture of a gateway with our own writes painted in. */
class Changes {
  readonly #before: Observed | undefined;
  readonly #byKind = new Map<AdminKind, Map<string, ObservedObject | undefined>>();
  #isInDoubt = false;

  constructor(before: Observed | undefined) {
    this.#before = before;
  }

  add({ kind, id, verb, body, secrets }: Step): void {
    const ofKind = this.#byKind.get(kind) ?? new Map<string, ObservedObject | undefined>();
    this.#byKind.set(kind, ofKind);
    ofKind.set(
      id,
      verb === "delete" || body === undefined
        ? undefined
        : { kind, id, value: revealed(body, secrets), createdIndex: 0, modifiedIndex: 0 },
    );
  }

  doubt(): void {
    this.#isInDoubt = true;
  }

  result(): Observed | undefined {
    const before = this.#before;
    if (this.#isInDoubt || before === undefined) return undefined;
    const merged = [...this.#byKind].map(([kind, changed]) => [kind, merge<ObservedObject>(before[kind], changed)]);
    return { ...before, ...Object.fromEntries(merged) };
  }
}

/** A list with some objects replaced, gone (`undefined`) or new, in the order of the ids. */
function merge<Item extends Pick<ObservedObject, "id">>(
  before: readonly Item[],
  changed: ReadonlyMap<string, Item | undefined>,
): readonly Item[] {
  const kept = before.filter(({ id }) => !changed.has(id));
  const written = [...changed.values()].filter((object) => object !== undefined);
  return [...kept, ...written].sort(compareIds);
}
