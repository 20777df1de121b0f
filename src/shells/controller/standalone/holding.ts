import { dequal } from "dequal";
import {
  type ApisixFailure,
  type GatewayDocument,
  type JsonObject,
  documentLists,
  isEmptyDocument,
} from "../../../core/model/index.ts";
import { AdminApiError, type DocumentApi, type HeldDocument } from "../../../edges/apisix/index.ts";

/** A document as it is sent. */
export interface Sendable {
  readonly document: GatewayDocument;
  readonly digest: string;
  readonly text: string;
}

export interface Problem {
  readonly failure: ApisixFailure;
  readonly message: string;
}

export interface HoldingOptions {
  readonly api: DocumentApi;
  /** Whether what it holds came from us, be it long ago: then nobody else has said anything there. */
  readonly isOurs: (digest: string | undefined) => boolean;
  readonly mayWrite: () => boolean;
  /** It answered no longer as it should. */
  readonly onProblem: () => void;
  /** It has restarted, or is of another version. */
  readonly onNewStart: () => void;
}

export interface PushOptions {
  readonly signal?: AbortSignal | undefined;
  readonly suspect?: () => JsonObject | undefined;
  readonly isPart?: boolean;
}

/** A digest is a header: it takes no time to tell it. */
const probeMs = 2_000;

/** What one instance holds, as far as we know. */
export class Holding {
  readonly #options: HoldingOptions;
  #held: HeldDocument | undefined;
  /** What it held when that was last taken into account. */
  #known: HeldDocument | undefined;
  #before: GatewayDocument | undefined;
  #problem: Problem | undefined;
  #unanswered: string | undefined;
  /** It has the digest of one configuration and the lists of another: neither digest nor versions tell what it holds. */
  #isTorn = false;

  constructor(options: HoldingOptions) {
    this.#options = options;
  }

  get held(): HeldDocument | undefined {
    return this.#held;
  }

  /** What it held before it restarted, as long as it has nothing. */
  get before(): GatewayDocument | undefined {
    return this.#before;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Whether what it holds is this, as far as that can be told. */
  isSurely(held: HeldDocument, other: Pick<HeldDocument, "document" | "digest">): boolean {
    return !this.#isTorn && isSame(held, other);
  }

  /** The digest of what was sent there and may have been taken, though nobody knows. */
  get unanswered(): string | undefined {
    return this.#unanswered;
  }

  /** What it holds is taken into account from now on: it may be replaced. */
  acknowledge(): void {
    this.#known = this.#held;
  }

  /** It refused what it is not given any more: that was the last that was wrong. */
  pardon(): void {
    this.#problem = undefined;
  }

  /** Somebody but us has put it there, and it was not taken into account. */
  isNews(held: HeldDocument): boolean {
    if (isEmptyDocument(held.document) || this.#options.isOurs(held.digest)) return false;
    return this.#known === undefined || !isSame(held, this.#known);
  }

  /**
   * Its digest is asked, and all of it only if that is another one. `isWhole`: all of it in any case; `isCheap`: without a digest
   * what is known is believed. @throws {AdminApiError}
   */
  async look(signal?: AbortSignal, { isCheap = false, isWhole = false } = {}): Promise<HeldDocument> {
    try {
      const known = this.#held;
      if (!isWhole && known?.digest !== undefined && (await this.#digest(signal)) === known.digest)
        return this.#well(known);
      // Without a digest (3.13) there is no cheap way to know.
      if (isCheap && known !== undefined && known.digest === undefined && !isEmptyDocument(known.document))
        return known;
      const held = await this.#options.api.read({ signal });
      const isOther = known !== undefined && known.digest === held.digest && !dequal(known.document, held.document);
      this.#isTorn = isOther;
      return this.#well(isOther ? { ...held, digest: undefined } : held);
    } catch (error) {
      throw this.#ill(error);
    }
  }

  /** Nothing that was sent before is waited for any more. */
  startAnew(): void {
    this.#unanswered = undefined;
  }

  /** `isPart`: it is less than the instance shall hold. @throws {AdminApiError} as `DocumentApi.push`. */
  async push({ document, digest, text }: Sendable, { isPart = false, ...options }: PushOptions): Promise<HeldDocument> {
    try {
      const halted = () => (this.#options.mayWrite() ? undefined : "another instance may be in charge");
      if (!isPart) this.#unanswered = digest;
      const pushed = await this.#options.api.push(text, digest, { ...options, halted });
      this.#unanswered = undefined;
      this.#isTorn = false;
      this.#known = this.#well({ document, version: this.#held?.version, ...pushed });
      return this.#known;
    } catch (error) {
      if (error instanceof AdminApiError && (!error.wasSent || hasSaidNo(error))) this.#unanswered = undefined;
      throw this.#ill(error);
    }
  }

  /** A gateway that does not even say this at once says nothing: nobody waits for it. */
  async #digest(signal: AbortSignal | undefined): Promise<string | undefined> {
    const patience = AbortSignal.timeout(probeMs);
    try {
      return await this.#options.api.digest({
        signal: signal === undefined ? patience : AbortSignal.any([signal, patience]),
      });
    } catch (error) {
      if (!patience.aborted) throw error;
      throw new AdminApiError("timeout", "HEAD /configs", `no answer within ${probeMs / 1000} s`);
    }
  }

  #well(held: HeldDocument): HeldDocument {
    const last = this.#held;
    const isEmpty = isEmptyDocument(held.document);
    if (!isEmpty) this.#before = undefined;
    else if (last !== undefined && !isEmptyDocument(last.document)) this.#before = last.document;
    this.#held = held;
    this.#problem = undefined;
    if (last !== undefined && (held.version !== last.version || (isEmpty && !isEmptyDocument(last.document))))
      this.#options.onNewStart();
    return held;
  }

  #ill(error: unknown): unknown {
    if (!(error instanceof AdminApiError)) return error;
    if (error.wasSent) this.#problem = { failure: error.failure, message: error.message };
    this.#options.onProblem();
    return error;
  }
}

function hasSaidNo({ failure }: AdminApiError): boolean {
  return failure === "rejected" || failure === "conflict";
}

/** Without a digest the versions tell: no two of our configurations have the same. */
function isSame(held: HeldDocument, other: Pick<HeldDocument, "document" | "digest">): boolean {
  if (held.digest !== undefined) return held.digest === other.digest;
  return documentLists.every((list) => held.document[list].version === other.document[list].version);
}
