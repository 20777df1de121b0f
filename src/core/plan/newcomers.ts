import { type DocumentList, type GatewayDocument, type JsonObject, documentLists, documentOf } from "../model/index.ts";
import { nextVersion } from "./document.ts";
import { lookIn, standsIn } from "./left-out.ts";

/** An item of a document that an instance does not hold as it stands there. */
export interface Newcomer {
  readonly list: DocumentList;
  readonly item: JsonObject;
}

/** In the order of the document. */
export function newcomersIn(document: GatewayDocument, held: GatewayDocument): readonly Newcomer[] {
  const isHeld = standsIn(held);
  return documentLists.flatMap((list): readonly Newcomer[] => {
    if (document[list].items === held[list].items) return [];
    return document[list].items.filter((item) => !isHeld(list, item)).map((item) => ({ list, item }));
  });
}

/** What an instance holds, with some of the newcomers of a document in their places there, so that it takes them in. */
export function documentPlus(
  held: GatewayDocument,
  document: GatewayDocument,
  { newcomers, nowMs }: { readonly newcomers: readonly Newcomer[]; readonly nowMs: number },
): GatewayDocument {
  const byList = Map.groupBy(newcomers, ({ list }) => list);
  const inHeld = lookIn(held);
  return documentOf((list) => {
    const added = new Set(byList.get(list)?.map(({ item }) => item));
    if (added.size === 0) return held[list];
    const { version, items } = document[list];
    return {
      version: Math.max(version, nextVersion([held[list].version], nowMs)),
      items: items.filter((item) => added.has(item) || inHeld(list, item) !== undefined),
    };
  });
}
