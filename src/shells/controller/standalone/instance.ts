import { dequal } from "dequal";
import {
  type ApisixFailure,
  type GatewayDocument,
  type JsonObject,
  documentLists,
  isEmptyDocument,
} from "../../../core/model/index.ts";
import {
  AdminApiError,
  type DocumentApi,
  type HeldDocument,
  type Line,
  holdLine,
} from "../../../edges/apisix/index.ts";

/** What every instance shall hold. */
export interface Target {
  readonly document: GatewayDocument;
  readonly digest: string;
  readonly text: string;
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
  readonly mayWrite: () => boolean;
  /**
   * It is ready now, or no longer; `isNews`: it holds a configuration that somebody else pushed, or there is no gateway
   * without etcd at its address any more.
   */
  readonly onChange: (isNews: boolean) => void;
  readonly after?: After;
}

export type After = (ms: number, action: () => void) => () => void;

const afterwards: After = (ms, action) => {
  const timer = setTimeout(action, ms).unref();
  return () => clearTimeout(timer);
};

/** How one instance stands. */
export interface InstanceReport {
  readonly url: string;
  readonly isReady: boolean;
  readonly problem: Problem | undefined;
}

export interface Problem {
  readonly failure: ApisixFailure;
  readonly message: string;
}

/** A digest is a header: it takes no time to tell it. */
const probeMs = 2_000;
const firstRetryMs = 500;
const longestRetryMs = 8_000;
/** Lines that end sooner, one after the other, say more about the way there than about the gateway. */
const shortestLineMs = 5_000;
const longestPauseMs = 60_000;

/** One process of APISIX without etcd: what it holds, and the way to what it shall hold, at its own pace. */
export class Instance {
  readonly url: string;
  readonly #options: InstanceOptions;
  readonly api: DocumentApi;
  #held: HeldDocument | undefined;
  /** What it held when that was last taken into account. */
  #known: HeldDocument | undefined;
  #problem: Problem | undefined;
  /** What was last told to others. */
  #wasReady = false;
  #failures = 0;
  #shortLines = 0;
  #callOff: (() => void) | undefined;
  #line: Line | undefined;
  #turn: Promise<void> = Promise.resolve();
  #bringing: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: InstanceOptions) {
    this.url = options.url;
    this.api = options.api;
    this.#options = options;
  }

  get held(): HeldDocument | undefined {
    return this.#held;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Holds what it shall hold, as far as we know. */
  get isReady(): boolean {
    const target = this.#options.target();
    return this.#problem === undefined && target !== undefined && this.#holds(target);
  }

  /** How it stands, for people; it is told again when that changes. */
  report(): InstanceReport {
    const { url, isReady, problem } = this;
    this.#wasReady = isReady;
    return { url, isReady, problem };
  }

  /** Nothing is under way, and the last thing went well. */
  get isResponsive(): boolean {
    return this.#bringing === undefined && this.#problem === undefined;
  }

  /** What it holds now: its digest is asked, and all of it only if that is another one. @throws {AdminApiError} */
  look(signal?: AbortSignal): Promise<HeldDocument> {
    return this.#alone(() => this.#look(signal));
  }

  /**
   * The same, and all of it is read: of two that push under one version the second is acknowledged, and its digest kept, but not
   * what it pushed. @throws {AdminApiError}
   */
  read(signal?: AbortSignal): Promise<HeldDocument> {
    return this.#alone(() => this.#look(signal, { isWhole: true }));
  }

  /**
   * Puts a configuration there, unless somebody else did so in the meantime.
   * @throws {AdminApiError} `conflict` in that case; else as `DocumentApi.push`.
   */
  take(
    target: Target,
    options: { readonly signal?: AbortSignal | undefined; readonly suspect?: JsonObject | undefined } = {},
  ): Promise<HeldDocument> {
    return this.#alone(async () => {
      const held = await this.#look(options.signal, { isCheap: true });
      if (this.#isNews(held))
        throw new AdminApiError("conflict", "PUT /configs", "somebody else has pushed a configuration");
      return this.#push(target, held, options);
    });
  }

  /** What it holds is taken into account from now on: it may be replaced. */
  acknowledge(): HeldDocument | undefined {
    this.#known = this.#held;
    return this.#held;
  }

  /** Makes it hold the target, if it can be reached; if not, it is tried again until it can. Never rejects. */
  bring(): Promise<void> {
    this.#bringing ??= this.#alone(() => this.#bringOnce()).finally(() => {
      this.#bringing = undefined;
      if (this.isReady !== this.#wasReady) this.#options.onChange(false);
    });
    return this.#bringing;
  }

  /** From now on a restart is looked into at once. */
  listen(): void {
    if (this.#line !== undefined || this.#isClosed) return;
    const sinceMs = performance.now();
    this.#line = holdLine(this.url, () => {
      this.#line = undefined;
      this.#shortLines = performance.now() - sinceMs < shortestLineMs ? this.#shortLines + 1 : 0;
      this.#again(this.#shortLines === 0 ? 0 : Math.min(longestPauseMs, firstRetryMs * 2 ** (this.#shortLines - 1)));
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#callOff?.();
    this.#line?.close();
    this.api.close();
  }

  async #bringOnce(): Promise<void> {
    this.#callOff?.();
    const target = this.#options.target();
    if (this.#isClosed || target === undefined || !this.#options.mayWrite()) return;
    const before = this.#problem?.failure;
    try {
      const held = await this.#look();
      if (!this.#holds(target)) {
        if (this.#options.isInDoubt(held.digest)) return;
        if (this.#isNews(held)) return this.#options.onChange(true);
        await this.#push(target, held, {});
      }
      this.#failures = 0;
      this.listen();
    } catch (error) {
      if (!(error instanceof AdminApiError)) throw error;
      this.#failures += 1;
      if (error.failure === "notFound" && before !== "notFound") this.#options.onChange(true);
      this.#again(Math.min(longestRetryMs, firstRetryMs * 2 ** (this.#failures - 1)));
    }
  }

  async #look(signal?: AbortSignal, { isCheap = false, isWhole = false } = {}): Promise<HeldDocument> {
    try {
      const known = this.#held;
      if (!isWhole && known?.digest !== undefined && (await this.#digest(signal)) === known.digest)
        return this.#well(known);
      // Without a digest (3.13) there is no cheap way to know.
      if (isCheap && known !== undefined && known.digest === undefined && !isEmptyDocument(known.document))
        return known;
      const held = await this.api.read({ signal });
      const isOther = known !== undefined && known.digest === held.digest && !dequal(known.document, held.document);
      return this.#well(isOther ? { ...held, digest: undefined } : held);
    } catch (error) {
      throw this.#ill(error);
    }
  }

  /** A gateway that does not even say this at once says nothing: nobody waits for it. */
  async #digest(signal: AbortSignal | undefined): Promise<string | undefined> {
    const patience = AbortSignal.timeout(probeMs);
    try {
      return await this.api.digest({ signal: signal === undefined ? patience : AbortSignal.any([signal, patience]) });
    } catch (error) {
      if (!patience.aborted) throw error;
      throw new AdminApiError("timeout", "HEAD /configs", `no answer within ${probeMs / 1000} s`);
    }
  }

  async #push(
    { document, digest, text }: Target,
    { version }: HeldDocument,
    options: { readonly signal?: AbortSignal | undefined },
  ): Promise<HeldDocument> {
    try {
      const halted = () => (this.#options.mayWrite() ? undefined : "another instance may be in charge");
      const pushed = await this.api.push(text, digest, { ...options, halted });
      this.#known = this.#well({ document, version, ...pushed });
      return this.#known;
    } catch (error) {
      throw this.#ill(error);
    }
  }

  #well(held: HeldDocument): HeldDocument {
    this.#held = held;
    this.#problem = undefined;
    return held;
  }

  #ill(error: unknown): unknown {
    if (!(error instanceof AdminApiError)) return error;
    if (error.wasSent) this.#problem = { failure: error.failure, message: error.message };
    this.#line?.close();
    this.#line = undefined;
    return error;
  }

  #holds(target: Target): boolean {
    return this.#held !== undefined && isSame(this.#held, target);
  }

  /** Somebody but us has put it there, and it was not taken into account. */
  #isNews(held: HeldDocument): boolean {
    if (isEmptyDocument(held.document) || this.#options.isOurs(held.digest)) return false;
    return this.#known === undefined || !isSame(held, this.#known);
  }

  #again(afterMs: number): void {
    if (this.#isClosed) return;
    this.#callOff?.();
    this.#callOff = (this.#options.after ?? afterwards)(afterMs, () => void this.bring());
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

/** Without a digest the versions tell: no two of our configurations have the same. */
function isSame(held: HeldDocument, other: Pick<HeldDocument, "document" | "digest">): boolean {
  if (held.digest !== undefined) return held.digest === other.digest;
  return documentLists.every((list) => held.document[list].version === other.document[list].version);
}
