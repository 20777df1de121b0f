import { dequal } from "dequal";
import {
  type DocumentList,
  type DocumentSection,
  type GatewayDocument,
  type JsonObject,
  documentLists,
  documentOf,
  isEmptyDocument,
} from "../model/index.ts";
import { nextVersion } from "./document.ts";
import { type LeftOut, type RefusedItem, type Replaced, type ReplaceOptions, replacementsIn } from "./left-out.ts";

/** What one instance gets of what all shall hold. */
export interface Share {
  /** The very object of the whole where nothing stands in its way, and of what it holds where that is it. */
  readonly document: GatewayDocument;
  readonly leftOut: readonly LeftOut[];
  /** It holds these, refuses them by now, and they are not ours: nothing can be given to it without taking them away. */
  readonly blocking: readonly RefusedItem[];
}

export interface ShareOptions extends ReplaceOptions {
  /** What may stay there of what it holds; absent: all of it. */
  readonly staying?: GatewayDocument | undefined;
  /** Unix milliseconds. */
  readonly nowMs: number;
}

/**
 * The whole, but for what the instance refuses. In the place of that stays what it has under the same id, or had before it
 * restarted; where there is no such thing, it is left out. What is ours and refers to it, however indirectly, waits: it
 * stays as the instance has it. What is not ours is never taken away from an instance that holds it.
 *
 * A list that the instance has in this form already is not sent anew; for another it gets a version that it can take in.
 */
export function shareOf(whole: GatewayDocument, options: ShareOptions): Share {
  const { held, staying = held } = options;
  const { places, leftOut, blocking } = replacementsIn(whole, { ...options, held: staying });
  if (blocking.length > 0) return { document: held, leftOut, blocking };
  const sections = documentOf((list) => {
    const replaced = places.get(list);
    const section = whole[list];
    const wanted = replaced === undefined ? section : { ...section, items: withReplaced(section.items, replaced) };
    return sectionFor(held, list, wanted, options.nowMs);
  });
  const same = [whole, held].find((one) => documentLists.every((list) => one[list] === sections[list]));
  return { document: same ?? sections, leftOut, blocking };
}

function withReplaced(items: readonly JsonObject[], replaced: Replaced): readonly JsonObject[] {
  return items.flatMap((item): readonly JsonObject[] => {
    if (!replaced.has(item)) return [item];
    const instead = replaced.get(item);
    return instead === undefined ? [] : [instead];
  });
}

function sectionFor(
  held: GatewayDocument,
  list: DocumentList,
  wanted: DocumentSection,
  nowMs: number,
): DocumentSection {
  // A gateway that was never written to is not ready, be there nothing to write.
  if (isEmptyDocument(held)) return wanted;
  const { version, items } = held[list];
  if (version === wanted.version && items === wanted.items) return held[list];
  if (dequal(items, wanted.items)) return held[list];
  return version < wanted.version ? wanted : { ...wanted, version: nextVersion([version], nowMs) };
}
