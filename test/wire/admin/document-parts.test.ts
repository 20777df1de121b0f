import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type GatewayDocument, documentLists, documentOf } from "../../../src/core/model/index.ts";
import { documentParts } from "../../../src/wire/admin/index.ts";

const documents: fc.Arbitrary<GatewayDocument> = fc
  .dictionary(
    fc.constantFrom("routes", "upstreams", "services"),
    fc.array(fc.string({ unit: "grapheme", maxLength: 60 }), { maxLength: 12 }),
    { noNullPrototype: true },
  )
  .map((lists) =>
    documentOf((list) => ({ version: 1, items: (lists[list] ?? []).map((desc, at) => ({ id: `${at}`, desc })) })),
  );

interface Sent {
  readonly [list: string]: readonly object[];
}

describe("documentParts", () => {
  const limits = fc.integer({ min: 60, max: 900 });

  test("every item is in one part, at the place that its offset says", () => {
    fc.assert(
      fc.property(documents, limits, (document, most) => {
        const found = new Map<string, (readonly [number, object])[]>();
        for (const { text, offsets } of documentParts(document, most)) {
          const lists = JSON.parse(text) as Sent; // what was just made
          expect(Object.keys(lists).toSorted()).toEqual([...offsets.keys()].toSorted());
          for (const [list, items] of Object.entries(lists)) {
            const placed = items.map((item, at) => [(offsets.get(list) ?? NaN) + at, item] as const);
            found.set(list, [...(found.get(list) ?? []), ...placed]);
          }
        }
        for (const list of documentLists) expect(found.get(list) ?? []).toEqual([...document[list].items.entries()]);
      }),
    );
  });

  test("no part is longer than it may be, but for an item that is so by itself, which goes alone", () => {
    fc.assert(
      fc.property(documents, limits, (document, most) => {
        for (const { text } of documentParts(document, most)) {
          const items = Object.values(JSON.parse(text) as Sent).flat(); // what was just made
          if (items.length > 1) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(most);
        }
      }),
    );
  });

  test("what fits goes out at once", () => {
    fc.assert(
      fc.property(documents, (document) => {
        expect(documentParts(document, 1_000_000).length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
