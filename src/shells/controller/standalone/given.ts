import { type RefusedItem, strandedWords } from "../../../core/plan/index.ts";
import type { DocumentFault, Fault, GatewayDocument, JsonObject } from "../../../core/model/index.ts";
import type { HeldDocument } from "../../../edges/apisix/index.ts";
import type { IsOffered } from "./refusals.ts";

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
  /** The one item that is new. */
  readonly suspect?: JsonObject | undefined;
  /** Whether an item is only offered: where it is refused, it is for the caller to take it back. */
  readonly isOffered?: IsOffered;
}

/** Why nothing can be given. */
export function blockageOf([first, ...others]: readonly RefusedItem[]): string {
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  return (
    `nothing can be given to it: it holds, and no longer takes, ${first === undefined ? "something" : strandedWords(first)}${more}. ` +
    "Whoever made that has to mend it or to delete it there"
  );
}
