import { type GatewayDocument, documentLists } from "../../core/model/index.ts";

/** A piece of a document that is small enough to be sent, and where its items stand in the whole. */
export interface DocumentPart {
  readonly text: string;
  /** By list: the place of its first item. */
  readonly offsets: ReadonlyMap<string, number>;
}

interface Piece {
  readonly offset: number;
  readonly items: string[];
}

/**
 * A document in parts of so many bytes, list by list and in their order, for a validation: that looks at each item by
 * itself. An item that is longer goes alone. No parts where there is nothing in it.
 */
export function documentParts(document: GatewayDocument, mostBytes: number): readonly DocumentPart[] {
  const parts: DocumentPart[] = [];
  let pieces = new Map<string, Piece>();
  let bytes = 0;
  for (const list of documentLists) {
    for (const [index, item] of document[list].items.entries()) {
      const text = JSON.stringify(item);
      // With the name of the list, its brackets and commas.
      const more = Buffer.byteLength(text) + 1 + (pieces.has(list) ? 0 : list.length + 6);
      if (pieces.size > 0 && bytes + more + 2 > mostBytes) {
        parts.push(partOf(pieces));
        pieces = new Map();
        bytes = list.length + 6;
      }
      const piece = pieces.get(list) ?? { offset: index, items: [] };
      pieces.set(list, piece);
      piece.items.push(text);
      bytes += more;
    }
  }
  return pieces.size > 0 ? [...parts, partOf(pieces)] : parts;
}

function partOf(pieces: ReadonlyMap<string, Piece>): DocumentPart {
  const fields = [...pieces].map(([list, { items }]) => `"${list}":[${items.join(",")}]`);
  return { text: `{${fields.join(",")}}`, offsets: new Map([...pieces].map(([list, { offset }]) => [list, offset])) };
}
