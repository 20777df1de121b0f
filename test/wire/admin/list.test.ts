import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOurs } from "../../../src/core/model/index.ts";
import { decodeList } from "../../../src/wire/admin/index.ts";

const numRuns = Number(process.env["FC_RUNS"] ?? 500);
const item = (id: string, value: unknown, more = {}) => ({
  key: `/apisix/routes/${id}`,
  value,
  createdIndex: 3,
  modifiedIndex: 5,
  ...more,
});

describe("decodeList", () => {
  test("gives the objects in the order of their ids, with their revisions", () => {
    const decoded = decodeList("routes", { total: 2, list: [item("b", { uri: "/b" }), item("a", { uri: "/a" })] });
    expect(decoded).toEqual({
      ok: true,
      value: [
        { kind: "routes", id: "a", value: { uri: "/a" }, createdIndex: 3, modifiedIndex: 5 },
        { kind: "routes", id: "b", value: { uri: "/b" }, createdIndex: 3, modifiedIndex: 5 },
      ],
    });
  });

  test("an empty list may be an object", () => {
    expect(decodeList("services", { total: 0, list: {} })).toEqual({ ok: true, value: [] });
  });

  test("the key decides the id, whatever the prefix and the value say", () => {
    const decoded = decodeList("routes", {
      total: 1,
      list: [{ key: "/other/prefix/routes/x", value: { id: "y", uri: "/" } }],
    });
    expect(decoded).toMatchObject({ value: [{ id: "x", createdIndex: 0, modifiedIndex: 0 }] });
  });

  test.each<[string, unknown, string]>([
    ["nothing", undefined, ""],
    ["a list without its envelope", [], ""],
    ["an envelope without a list", { total: 0 }, "list"],
    ["a list that is an object with something in it", { total: 1, list: { a: 1 } }, "list"],
    ["the answer to a single GET", { key: "/apisix/routes/a", value: {} }, "list"],
    ["fewer objects than promised", { total: 3, list: [item("a", {})] }, "total"],
    ["no number of objects", { list: [item("a", {})] }, "total"],
    ["objects of another kind", { total: 1, list: [{ key: "/apisix/services/a", value: {} }] }, "list[0].key"],
    ["an object without a key", { total: 1, list: [{ value: {} }] }, "list[0].key"],
    ["a text in place of an object", { total: 1, list: ["a"] }, "list[0].key"],
  ])("%s is a problem, not an empty gateway", (_what, answer, path) => {
    expect(decodeList("routes", answer)).toMatchObject({ ok: false, problems: [{ path }] });
  });

  describe("what a foreign object may hold", () => {
    const valueOf = (value: unknown) => {
      const decoded = decodeList("routes", { total: 1, list: [item("a", value)] });
      return decoded.ok ? decoded.value[0]?.value : undefined;
    };

    test.each<[string, unknown, unknown]>([
      ["fields that nobody knows pass as they are", { uri: "/", odd: { a: [null] } }, { uri: "/", odd: { a: [null] } }],
      ["an empty list may be an object", { uri: "/", vars: {}, methods: {} }, { uri: "/", vars: [], methods: [] }],
      ["a matching field of the wrong type leaves a route that takes nothing", { uri: 5 }, { status: 0 }],
      ["so does a list with something else in it", { uris: ["/a", 5], status: 1 }, { status: 0 }],
      ["so does null", { uri: "/", hosts: null }, { uri: "/", status: 0 }],
      ["another field of the wrong type is only left out", { uri: "/", plugins: [], name: 5 }, { uri: "/" }],
      ["numbers are ids too", { uri: "/", service_id: 5, id: 7 }, { uri: "/", service_id: 5, id: 7 }],
      [
        "labels that are no text are left out",
        { uri: "/", labels: { a: "x", b: 5 } },
        { uri: "/", labels: { a: "x" } },
      ],
      ["a value that is no object is a route that takes nothing", "init_dir", { status: 0 }],
      ["so is a missing one", undefined, { status: 0 }],
    ])("%s", (_sentence, raw, read) => {
      expect(valueOf(raw)).toEqual(read);
    });

    test("a name from a prototype is a field like others", () => {
      const raw: unknown = JSON.parse(
        '{"uri": "/", "__proto__": {"labels": {"managed-by": "apisix-route-operator"}}, "constructor": 1}',
      );
      const decoded = decodeList("routes", { total: 1, list: [item("a", raw)] });
      expect(decoded.ok && decoded.value[0] !== undefined && isOurs(decoded.value[0], { instance: "main" })).toBe(
        false,
      );
    });
  });

  test("any JSON gives objects or problems, never a crash", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (answer, value) => {
        expect(typeof decodeList("routes", answer).ok).toBe("boolean");
        const decoded = decodeList("routes", { total: 1, list: [item("a", value)] });
        if (!decoded.ok) throw new Error("an object with a key is an object");
        const [route] = decoded.value;
        expect(
          [...(route?.value.uris ?? []), ...(route?.value.hosts ?? [])].every((text) => typeof text === "string"),
        ).toBe(true);
      }),
      { numRuns },
    );
  });
});
