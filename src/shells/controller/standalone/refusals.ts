import {
  type LeftOut,
  type Newcomer,
  type Ownership,
  type RefusedItem,
  type Share,
  isSameItem,
  itemAtFault,
  itemsAmong,
  lookIn,
  refusedItemsIn,
  shareOf,
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

  /** Of these it is not known whether they are refused. */
  drop(some: readonly Newcomer[]): void {
    const isDropped = itemsAmong(some);
    const kept = this.#items.filter(({ list, item }) => !isDropped(list, item));
    if (kept.length < this.#items.length) this.#items = kept;
  }

  /** As they were before they were doubted. */
  restore(items: readonly RefusedItem[]): void {
    this.#items = items;
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
    const isKnown = itemsAmong(this.#items);
    const more = refusedItemsIn(standing, document).filter(({ list, item }) => !isKnown(list, item));
    if (more.length > 0) this.#items = [...this.#items, ...more];
    return { isMore: more.length > 0, isOfferAtFault: standing.length < faults.length };
  }

  /** All of a document was looked at: what is not at fault is refused no longer. What it was before may still be. */
  settle(faults: readonly DocumentFault[], document: GatewayDocument): void {
    this.#isDoubted = false;
    const found = refusedItemsIn(faults, document);
    const names = new Set(found.map(nameOf));
    const inDocument = lookIn(document);
    const isFound = itemsAmong(found);
    const kept = this.#items.filter((one) => {
      const { list, item } = one;
      const now = inDocument(list, item);
      return isFound(list, item) || (names.has(nameOf(one)) && (now === undefined || !isSameItem(now, item)));
    });
    const isKept = itemsAmong(kept);
    const more = found.filter(({ list, item }) => !isKept(list, item));
    if (kept.length < this.#items.length || more.length > 0) this.#items = [...kept, ...more];
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

function nameOf({ list, item }: RefusedItem): string {
  return `${list}/${itemIdOf(item) ?? ""}`;
}
