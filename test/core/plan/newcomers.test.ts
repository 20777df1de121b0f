import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type GatewayDocument, type JsonObject, documentOf, emptyDocument } from "../../../src/core/model/index.ts";
import { documentPlus, newcomersIn } from "../../../src/core/plan/index.ts";

function documentOfRoutes(version: number, items: readonly JsonObject[]): GatewayDocument {
  return documentOf((list) => ({ version, items: list === "routes" ? items : [] }));
}

const ids = ({ routes }: GatewayDocument) => routes.items.map(({ id }) => id);

describe("newcomersIn", () => {
  test("what is not held as it stands in the document, in its order", () => {
    const held = documentOfRoutes(1, [{ id: "b", uri: "/1" }, { id: "c" }]);
    const document = documentOfRoutes(2, [{ id: "a" }, { id: "c", modifiedIndex: 7 }, { id: "b", uri: "/2" }]);
    expect(newcomersIn(document, held).map(({ item }) => item["id"])).toEqual(["a", "b"]);
    expect(newcomersIn(document, document)).toEqual([]);
  });
});

describe("documentPlus", () => {
  test("adds newcomers at their places, under a version that is taken in, and touches no other list", () => {
    const document = documentOfRoutes(9, [{ id: "a" }, { id: "b" }, { id: "c" }]);
    const held = documentOfRoutes(9, [{ id: "b" }]);
    const [newcomer] = newcomersIn(document, held);
    const next = documentPlus(held, document, { newcomers: newcomer === undefined ? [] : [newcomer], nowMs: 5 });
    expect(ids(next)).toEqual(["a", "b"]);
    expect(next.routes.version).toBe(10);
    expect(next.services).toBe(held.services);
  });

  test("part by part, in any parts, all of a document comes to stand", () => {
    const items = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e")).map((names) => names.map((id) => ({ id })));
    fc.assert(
      fc.property(items, fc.infiniteStream(fc.boolean()), (all, picks) => {
        const document = documentOfRoutes(3, all);
        let held: GatewayDocument = emptyDocument;
        for (let left = newcomersIn(document, held); left.length > 0; left = newcomersIn(document, held)) {
          const some = left.filter(() => picks.next().value === true);
          const next = documentPlus(held, document, { newcomers: some.length === 0 ? left : some, nowMs: 1 });
          expect(next.routes.version).toBeGreaterThan(held.routes.version);
          held = next;
        }
        expect(ids(held)).toEqual(ids(document));
      }),
    );
  });
});
