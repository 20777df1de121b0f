import {
  type Newcomer,
  type RefusedItem,
  type Share,
  digestOf,
  documentPlus,
  newcomersIn,
  strandedWords,
} from "../../../core/plan/index.ts";
import {
  type DocumentFault,
  type Fault,
  type GatewayDocument,
  type JsonObject,
  isEmptyDocument,
} from "../../../core/model/index.ts";
import { AdminApiError, type DocumentApi, type HeldDocument } from "../../../edges/apisix/index.ts";
import { encodeDocument } from "../../../wire/admin/index.ts";
import { type Holding, type PushOptions, type Sendable } from "./holding.ts";
import { type IsOffered, type Refusals, offeredAmong } from "./refusals.ts";

/** What came of giving an instance its share. */
export type Given =
  | { readonly kind: "taken"; readonly held: HeldDocument }
  /** `faults`: all that is wrong with the document; `undefined`: the instance can't say. */
  | {
      readonly kind: "refused";
      readonly message: string;
      readonly fault?: Fault | undefined;
      readonly document: GatewayDocument;
      readonly faults: readonly DocumentFault[] | undefined;
    }
  /** Nothing can be given to it without taking away what is not ours. */
  | { readonly kind: "blocked"; readonly message: string };

export interface GiveOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whether an item is only offered: where it is refused, it is for the caller to take it back. */
  readonly isOffered?: IsOffered;
}

/** What an instance held: what may stay there of that, and what it had before it restarted. */
export interface Earlier {
  readonly staying: GatewayDocument;
  readonly before: GatewayDocument | undefined;
}

export interface GivingOptions {
  readonly api: DocumentApi;
  readonly holding: Holding;
  readonly refusals: Refusals;
  /** What stands: all that was taken so far, without what is only offered. */
  readonly target: () => Sendable | undefined;
  /** The share of an instance that holds this in what all shall hold. */
  readonly shareIn: (whole: Sendable, held: HeldDocument, earlier?: Earlier) => Share;
  /** This will be sent. */
  readonly onSend: (digest: string) => void;
  readonly clock: () => number;
}

/** How an instance is given its share, and what it teaches meanwhile. */
export class Giving {
  readonly #options: GivingOptions;

  constructor(options: GivingOptions) {
    this.#options = options;
  }

  /** What is refused without being offered is left out from then on. @throws {AdminApiError} as `DocumentApi.push`, but for a refusal. */
  async give(target: Sendable, start: HeldDocument, options: GiveOptions = {}): Promise<Given> {
    const { isOffered = () => false, signal } = options;
    let held = start;
    let earlier: Earlier | undefined;
    // oxlint-disable no-await-in-loop -- each push hangs on what the one before it taught
    if (this.#options.refusals.isDoubted) held = await this.#reconsider(this.#options.target() ?? target, held);
    for (;;) {
      const { document, leftOut, blocking } = this.#options.shareIn(target, held, earlier);
      const offered = offeredAmong(leftOut, isOffered);
      if (offered.length > 0) return { kind: "refused", message: "", document, faults: offered };
      if (blocking.length > 0) return { kind: "blocked", message: blockageOf(blocking) };
      if (this.#options.holding.isSurely(held, target) || document === held.document) return { kind: "taken", held };
      const sendable = document === target.document ? target : sendableOf(document);
      const pushed = await this.#push(sendable, held, { signal });
      if (!(pushed instanceof AdminApiError)) return { kind: "taken", held: pushed };
      const faults = await this.#options.api.validate(document, { signal }).catch(noAnswerFor);
      const newcomers =
        faults === undefined && isEmptyDocument(held.document) ? newcomersIn(document, held.document) : [];
      if (newcomers.length > 0) {
        // What goes in by chance, before that is refused which it refers to, leaves again.
        earlier ??= { staying: held.document, before: this.#options.holding.before };
        held = await this.#fillByHalves(document, newcomers, { held, signal });
        continue;
      }
      const told = { kind: "refused", message: pushed.detail, fault: pushed.fault, document } as const;
      if (faults === undefined || faults === noAnswer) return { ...told, faults: undefined };
      const { isMore, isOfferAtFault } = this.#options.refusals.learn(faults, document, isOffered);
      if (!isMore || isOfferAtFault) return { ...told, faults };
      this.#options.holding.pardon();
    }
    // oxlint-enable no-await-in-loop
  }

  /** What it holds afterwards, or what it said where it refuses. */
  async #push(
    document: Sendable,
    { document: held }: HeldDocument,
    options: Pick<PushOptions, "signal" | "isPart">,
  ): Promise<HeldDocument | AdminApiError> {
    this.#options.onSend(document.digest);
    try {
      return await this.#options.holding.push(document, {
        ...options,
        suspect: () => onlyOne(newcomersIn(document.document, held)),
      });
    } catch (error) {
      if (error instanceof AdminApiError && error.failure === "rejected") return error;
      throw error;
    }
  }

  /**
   * An instance that holds nothing and can't say what is wrong: whatever it takes of a document takes nothing away. Gives what it
   * holds afterwards; k faults among n items cost O(k log n) pushes.
   */
  async #fillByHalves(
    document: GatewayDocument,
    newcomers: readonly Newcomer[],
    start: { readonly held: HeldDocument; readonly signal: AbortSignal | undefined },
  ): Promise<HeldDocument> {
    let { held } = start;
    const offer = async (some: readonly Newcomer[]): Promise<void> => {
      const nowMs = this.#options.clock();
      const next = documentPlus(held.document, document, { newcomers: some, nowMs });
      const pushed = await this.#push(sendableOf(next), held, { signal: start.signal, isPart: true });
      const [only, ...others] = some;
      if (!(pushed instanceof AdminApiError)) held = pushed;
      else if (only === undefined || others.length > 0) await halve(some);
      else this.#options.refusals.add({ ...only, message: pushed.detail, fault: pushed.fault });
    };
    const halve = async (some: readonly Newcomer[]): Promise<void> => {
      const middle = Math.ceil(some.length / 2);
      for (const half of [some.slice(0, middle), some.slice(middle)]) if (half.length > 0) await offer(half); // oxlint-disable-line no-await-in-loop -- one on top of the other
    };
    await halve(newcomers);
    this.#options.holding.pardon();
    return held;
  }

  /**
   * Whether it still refuses what stands: an offer in its place would answer nothing about that. One that can't say what is wrong
   * is given all of it once. Nothing else is known to be refused from then on: it is asked by being sent. Gives what it holds
   * afterwards.
   */
  async #reconsider(standing: Sendable, held: HeldDocument): Promise<HeldDocument> {
    const { api, holding, refusals } = this.#options;
    const faults = await api.validate(standing.document);
    if (faults !== undefined) {
      refusals.settle(faults, standing.document);
      return held;
    }
    const known = refusals.items;
    refusals.forget();
    const { document } = this.#options.shareIn(standing, held);
    if (document === held.document) return held;
    const pushed = await this.#push(sendableOf(document), held, { isPart: true });
    if (!(pushed instanceof AdminApiError)) return pushed;
    refusals.restore(known, standing.document);
    holding.pardon();
    return held;
  }
}

/** Why nothing can be given. */
export function blockageOf([first, ...others]: readonly RefusedItem[]): string {
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  return (
    `nothing can be given to it: it holds, and no longer takes, ${first === undefined ? "something" : strandedWords(first)}${more}. ` +
    "Whoever made that has to mend it or to delete it there"
  );
}

function sendableOf(document: GatewayDocument): Sendable {
  const text = encodeDocument(document);
  return { document, text, digest: digestOf(text) };
}

function onlyOne([first, ...others]: readonly Newcomer[]): JsonObject | undefined {
  return others.length === 0 ? first?.item : undefined;
}

/** It could not be asked. */
const noAnswer = Symbol("no answer");

function noAnswerFor(error: unknown): typeof noAnswer {
  if (!(error instanceof AdminApiError)) throw error;
  return noAnswer;
}
