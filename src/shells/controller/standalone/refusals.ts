import {
  type LeftOut,
  type Ownership,
  type RefusedItem,
  type Share,
  itemAtFault,
  refusalsAmong,
  refusedItemsIn,
  shareOf,
  standsIn,
} from "../../../core/plan/index.ts";
import { type DocumentFault, type GatewayDocument, itemIdOf } from "../../../core/model/index.ts";

/** Whether an item is only offered: where it is refused, it is for the caller to take it back. */
export type IsOffered = (list: string, id: string | undefined) => boolean;

export interface ShareTerms {
  readonly held: GatewayDocument;
  readonly staying: GatewayDocument;
  readonly before: GatewayDocument | undefined;
  readonly isOurs: Ownership;
  /** Unix milliseconds. */
  readonly clock: () => number;
}

/** What one instance has refused since it started, by content: so that nothing is asked twice. And what is left for it. */
export class Refusals {
  #items: readonly RefusedItem[] = [];
  #isDoubted = false;
  /** The share that was made last, and of what. */
  #last: { readonly of: readonly unknown[]; readonly share: Share } | undefined;

  /** Another list whenever there is something else in it. */
  get items(): readonly RefusedItem[] {
    return this.#items;
  }

  /** It is to be seen whether they still stand. */
  get isDoubted(): boolean {
    return this.#isDoubted;
  }

  doubt(): void {
    this.#isDoubted = this.#items.length > 0;
  }

  add(refused: RefusedItem): void {
    this.#items = [...this.#items, refused];
  }

  /** It still refuses something of what stands, and can't say what: as much of what was known as stands there. */
  restore(known: readonly RefusedItem[], document: GatewayDocument): void {
    const isStanding = standsIn(document);
    this.#items = known.filter(({ list, item }) => isStanding(list, item));
    this.#isDoubted = false;
  }

  forget(): void {
    if (this.#items.length > 0) this.#items = [];
    this.#isDoubted = false;
  }

  /** Of a whole document; the very object of before where nothing moved. */
  shareOf(whole: GatewayDocument, { held, staying, before, isOurs, clock }: ShareTerms): Share {
    const refused = this.#items;
    const of = [whole, held, staying, before, refused, isOurs];
    if (this.#last?.of.every((one, at) => one === of[at]) === true) return this.#last.share;
    const share = shareOf(whole, { held, staying, before, refused, isOurs, nowMs: clock() });
    this.#last = { of, share };
    return share;
  }

  /** What is at fault and not only offered is refused from now on. `isMore`: that was not known. */
  learn(
    faults: readonly DocumentFault[],
    document: GatewayDocument,
    isOffered: IsOffered,
  ): { readonly isMore: boolean; readonly isOfferAtFault: boolean } {
    const standing = faults.filter((fault) => {
      const item = itemAtFault(fault, document);
      return !isOffered(fault.list, (item && itemIdOf(item)) ?? fault.id);
    });
    const isKnown = refusalsAmong(this.#items);
    const more = refusedItemsIn(standing, document).filter(({ list, item }) => !isKnown(list, item));
    if (more.length > 0) this.#items = [...this.#items, ...more];
    return { isMore: more.length > 0, isOfferAtFault: standing.length < faults.length };
  }

  /** All of what stands was looked at: what is at fault there is refused, and nothing else is known to be. */
  settle(faults: readonly DocumentFault[], document: GatewayDocument): void {
    this.#isDoubted = false;
    const found = refusedItemsIn(faults, document);
    const isKnown = refusalsAmong(this.#items);
    const isSame = found.length === this.#items.length && found.every(({ list, item }) => isKnown(list, item));
    if (!isSame) this.#items = found;
  }
}

/** What is offered and known to be refused. */
export function offeredAmong(leftOut: readonly LeftOut[], isOffered: IsOffered): readonly DocumentFault[] {
  return leftOut.flatMap(({ refused }) => {
    if (refused === undefined || !isOffered(refused.list, itemIdOf(refused.item))) return [];
    const { list, item, message, fault } = refused;
    return [{ list, index: undefined, id: itemIdOf(item), error: message, ...(fault && { fault }) }];
  });
}
