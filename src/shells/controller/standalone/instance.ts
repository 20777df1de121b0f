import {
  type HeldByInstance,
  type LeftOut,
  type Ownership,
  type Share,
  strandedWords,
} from "../../../core/plan/index.ts";
import { AdminApiError, type DocumentApi, type HeldDocument } from "../../../edges/apisix/index.ts";
import { type Earlier, type GiveOptions, type Given, Giving, blockageOf } from "./giving.ts";
import { Holding, type Problem, type Sendable } from "./holding.ts";
import { type After, Lookout } from "./lookout.ts";
import { Refusals } from "./refusals.ts";

/** What every instance shall hold. */
export interface Target extends Sendable {
  /** By the clock of the gateways, in Unix seconds; 0 where that is not known. */
  readonly pushedAt: number;
}

export interface InstanceOptions {
  readonly url: string;
  readonly api: DocumentApi;
  /** `undefined` as long as it is not known what the gateway shall hold. */
  readonly target: () => Target | undefined;
  /** Whether what it holds came from us, be it long ago: then nobody else has said anything there. */
  readonly isOurs: (digest: string | undefined) => boolean;
  /** Whether it was sent there and never acknowledged: the next pass takes it into account. */
  readonly isInDoubt: (digest: string | undefined) => boolean;
  /** What may be left out where it is refused; another function where the answers may be others. */
  readonly ownership: () => Ownership;
  /** This will be sent. */
  readonly onSend: (digest: string) => void;
  readonly mayWrite: () => boolean;
  /**
   * It is ready now, or no longer, or refuses something else; `isNews`: it holds a configuration that somebody else pushed, or
   * there is no gateway without etcd at its address any more.
   */
  readonly onChange: (isNews: boolean) => void;
  readonly clock: () => number;
  readonly after?: After;
}

/** How one instance stands. */
export interface InstanceReport {
  readonly url: string;
  readonly isReady: boolean;
  readonly problem: Problem | undefined;
  /** What it is not given, since it refuses that and it is nobody's of ours. */
  readonly stranded: readonly string[];
}

/** One process of APISIX without etcd: what it holds, and the way to its share of what all shall hold, at its own pace. */
export class Instance {
  readonly url: string;
  readonly api: DocumentApi;
  readonly #options: InstanceOptions;
  readonly #holding: Holding;
  readonly #refusals = new Refusals();
  readonly #lookout: Lookout;
  readonly #giving: Giving;
  /** What was last told to others. */
  #told: { readonly isReady: boolean; readonly refused: Refusals["items"] };
  #turn: Promise<void> = Promise.resolve();
  #bringing: Promise<void> | undefined;

  constructor(options: InstanceOptions) {
    const { url, api, isOurs, mayWrite, after } = options;
    this.url = url;
    this.api = api;
    this.#options = options;
    this.#told = { isReady: false, refused: this.#refusals.items };
    this.#lookout = new Lookout(url, () => void this.bring(), after);
    this.#holding = new Holding({
      api,
      isOurs,
      mayWrite,
      onProblem: () => this.#lookout.hangUp(),
      onNewStart: () => this.#refusals.forget(),
    });
    this.#giving = new Giving({
      ...options,
      holding: this.#holding,
      refusals: this.#refusals,
      shareIn: (whole, held, earlier) => this.#shareIn(whole, held, earlier),
    });
  }

  get held(): HeldDocument | undefined {
    return this.#holding.held;
  }

  /** The digest of what it was to take last, where it may have taken that, though nobody knows. */
  get unanswered(): string | undefined {
    return this.#holding.unanswered;
  }

  get problem(): Problem | undefined {
    return this.#holding.problem ?? this.#blockage;
  }

  /** Holds all that it can be given of what it shall hold, as far as we know. */
  get isReady(): boolean {
    const target = this.#options.target();
    return this.problem === undefined && target !== undefined && this.holds(target);
  }

  /** The same, but for whether it answers. */
  holds(target: Target): boolean {
    const { held } = this.#holding;
    if (held === undefined) return false;
    if (this.#holding.isSurely(held, target)) return true;
    const { document, blocking } = this.#shareIn(target, held);
    return blocking.length === 0 && document === held.document;
  }

  /** Nothing is under way, and the last thing went well. */
  get isResponsive(): boolean {
    return this.#bringing === undefined && this.problem === undefined;
  }

  /** There is nothing to do for it. */
  get isSettled(): boolean {
    return this.isReady && !this.#refusals.isDoubted;
  }

  /** What it is not given of what it shall hold. */
  leftOut(): readonly LeftOut[] {
    const target = this.#options.target();
    const { held } = this.#holding;
    return target === undefined || held === undefined ? [] : this.#shareIn(target, held).leftOut;
  }

  /** How it stands, for people; it is told again when that changes. */
  report(): InstanceReport {
    const { url, isReady, problem } = this;
    this.#told = { isReady, refused: this.#refusals.items };
    const stranded = this.leftOut().flatMap(({ isOurs, refused }) =>
      isOurs || refused === undefined ? [] : [strandedWords(refused)],
    );
    return { url, isReady, problem, stranded };
  }

  /** What it holds now. @throws {AdminApiError} */
  look(signal?: AbortSignal): Promise<HeldDocument> {
    return this.#alone(() => this.#holding.look(signal));
  }

  /**
   * The same, and all of it is read: of two that push under one version the second is acknowledged, and its digest kept, but not
   * what it pushed. @throws {AdminApiError}
   */
  read(signal?: AbortSignal): Promise<HeldDocument> {
    return this.#alone(() => this.#holding.look(signal, { isWhole: true }));
  }

  /**
   * Gives it its share of a configuration, unless somebody else has pushed one in the meantime.
   * @throws {AdminApiError} `conflict` in that case; else as `DocumentApi.push`, but for what it refuses.
   */
  take(target: Target, options: GiveOptions = {}): Promise<Given> {
    return this.#alone(async () => {
      this.#holding.startAnew();
      const held = await this.#holding.look(options.signal, { isCheap: true });
      if (this.#holding.isNews(held))
        throw new AdminApiError("conflict", "PUT /configs", "somebody else has pushed a configuration");
      return this.#giving.give(target, held, options);
    });
  }

  /**
   * What it holds is taken into account from now on. What somebody else pushed is not what all shall hold, though it be all of that
   * that can be given to it: their own item may stand there in another form than the one that it refuses.
   */
  acknowledge(target: Target | undefined): HeldByInstance | undefined {
    const { held } = this.#holding;
    if (held === undefined) return undefined;
    const isNews = this.#holding.isNews(held);
    const isTarget = target !== undefined && (isNews ? this.#holding.isSurely(held, target) : this.holds(target));
    this.#holding.acknowledge();
    return { ...held, isTarget, isNews };
  }

  /** What it refused is asked again before long. */
  reconsider(): void {
    this.#refusals.doubt();
  }

  /** Makes it hold its share, if it can be reached; if not, it is tried again until it can. Never rejects. */
  bring(): Promise<void> {
    this.#bringing ??= this.#alone(() => this.#bringOnce()).finally(() => {
      this.#bringing = undefined;
      if (this.isReady !== this.#told.isReady || this.#refusals.items !== this.#told.refused)
        this.#options.onChange(false);
    });
    return this.#bringing;
  }

  /** From now on a restart is looked into at once. */
  listen(): void {
    this.#lookout.listen();
  }

  close(): void {
    this.#lookout.close();
    this.api.close();
  }

  async #bringOnce(): Promise<void> {
    this.#lookout.callOff();
    const target = this.#options.target();
    if (this.#lookout.isClosed || target === undefined || !this.#options.mayWrite()) return;
    const before = this.#holding.problem?.failure;
    try {
      const held = await this.#holding.look();
      if (!this.holds(target) && this.#options.isInDoubt(held.digest)) return;
      if (this.#holding.isNews(held) && !this.#holding.isSurely(held, target)) return this.#options.onChange(true);
      const given = await this.#giving.give(target, held);
      if (given.kind === "refused") return this.#lookout.failed();
      this.#lookout.well();
      if (given.kind === "blocked") this.#lookout.later();
    } catch (error) {
      if (!(error instanceof AdminApiError)) throw error;
      if (error.failure === "notFound" && before !== "notFound") this.#options.onChange(true);
      this.#lookout.failed();
    }
  }

  #shareIn(whole: Sendable, { document: held }: HeldDocument, earlier?: Earlier): Share {
    const { clock, ownership } = this.#options;
    const { staying = held, before = this.#holding.before } = earlier ?? {};
    return this.#refusals.shareOf(whole.document, { held, staying, before, isOurs: ownership(), clock });
  }

  get #blockage(): Problem | undefined {
    const target = this.#options.target();
    const { held } = this.#holding;
    if (target === undefined || held === undefined) return undefined;
    const { blocking } = this.#shareIn(target, held);
    return blocking.length === 0 ? undefined : { failure: "conflict", message: blockageOf(blocking) };
  }

  /** One thing after the other. */
  async #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    try {
      return await work();
    } finally {
      resolve();
    }
  }
}
