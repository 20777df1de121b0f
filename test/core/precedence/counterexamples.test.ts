import { describe, expect, test } from "vitest";
import { prioritize } from "../../../src/core/precedence/index.ts";
import { contestant, type Draft } from "./build.ts";
import { fill, standingAfter, valuesOf } from "./fill.ts";

// Each of these breaks a rule that looks right: about routes that beat each other, and about numbers.
const host = "radixtree_host_uri";
const uri = "radixtree_uri";
const param = "radixtree_uri_with_parameter";

describe("knots", () => {
  const c: Draft = { id: "c", uri: "/*", hosts: ["a.com", "www.a.com"] };
  const a: Draft = { id: "a", uri: "/*", hosts: ["a.com", "*.a.com"], methods: ["GET"] };

  test("contests that another router would have do not count", () => {
    const { byId, findings } = fill(host, [a, c]);
    expect([byId.get("a")?.value, byId.get("c")?.value]).toEqual([100, 0]);
    expect(findings).toEqual([]);
  });

  test("two routes that beat each other are named, and the better best host and path decides, then the rest", () => {
    const { byId, findings } = fill(uri, [a, c]);
    expect([byId.get("a")?.value, byId.get("c")?.value]).toEqual([100, 0]);
    expect(findings.map(({ code, id }) => [code, id])).toEqual([["ContradictoryOrder", "c"]]);
  });

  test("exact against wildcard is compared where they meet, so three routes make no cycle", () => {
    const { findings } = fill(uri, [
      { id: "1", uri: "/x", hosts: ["*.a.com"], methods: ["GET"] },
      { id: "2", uri: "/x", hosts: ["*.com", "a.com"] },
      { id: "3", uri: "/x", hosts: ["a.com"] },
    ]);
    expect(findings).toEqual([]);
  });

  test.each([uri, param] as const)("patterns are intersected exactly under %s", (flavor) => {
    const { findings } = fill(flavor, [
      { id: "1", uris: ["/:p", "/:p/*"], born: 1 },
      { id: "2", uris: ["/:p/*"], methods: ["GET"], born: 2 },
    ]);
    expect(findings).toEqual([]);
  });

  test("a route that takes in less and would be buried by a host named twice is told so", () => {
    const { byId, findings } = fill(uri, [
      { id: "less", uri: "/x", hosts: ["*.com"] },
      { id: "more", uris: ["/x", "/y"], hosts: ["*.com", "a.com"] },
    ]);
    expect([byId.get("less")?.value, byId.get("more")?.value]).toEqual([0, 100]);
    expect(findings.map(({ code, id }) => [code, id])).toEqual([["ContradictoryOrder", "less"]]);
  });

  test("what is equal in one place and wins in another stands above, and nothing is wrong", () => {
    const { findings } = fill(uri, [
      { id: "1", uri: "/x", hosts: ["*.com", "a.com"], methods: ["GET"] },
      { id: "2", uri: "/x", hosts: ["*.com"], methods: ["GET", "POST"] },
    ]);
    expect(findings).toEqual([]);
  });

  test("the youngest gives way, so that a stranger turns nobody", () => {
    const r2: Draft = { id: "r2", uri: "/x", hosts: ["*.com", "b.com"], born: 1, methods: ["GET"] };
    const r5: Draft = { id: "r5", uri: "/x", hosts: ["*.a.com"], born: 2 };
    const r7: Draft = { id: "r7", uri: "/x", hosts: ["a.com", "b.com", "x.a.com"], born: 3 };
    const before = fill(uri, [r2, r5]);
    const after = fill(uri, [r2, r5, r7], standingAfter([r2, r5], before));
    expect([after.byId.get("r2")?.value, after.byId.get("r5")?.value]).toEqual([
      before.byId.get("r2")?.value,
      before.byId.get("r5")?.value,
    ]);
  });

  test("in a cycle of three the last pair of the youngest is turned", () => {
    // 1 over 2 by /x/*/y, 2 over 3 by method, 3 over 1 by /x/*/z.
    const table: readonly Draft[] = [
      { id: "1", uris: ["/p/*", "/x/*/y"], hosts: ["a.com"], born: 1 },
      { id: "2", uris: ["/q/*", "/x/*"], hosts: ["a.com"], methods: ["GET"], born: 2 },
      { id: "3", uris: ["/q/*", "/p/*/z"], hosts: ["a.com"], born: 3 },
    ];
    const { byId, findings } = fill(uri, table);
    expect(findings.map(({ code, id }) => [code, id])).toEqual([["ContradictoryOrder", "2"]]);
    const [one = 0, two = 0, three = 0] = ["1", "2", "3"].map((id) => byId.get(id)?.value);
    expect(three > one && one > two).toBe(true);
  });

  test("equal explicit numbers are one place: what would have to stand on both sides stands below", () => {
    const table: readonly Draft[] = [
      {
        id: "z1",
        uri: "/x",
        vars: [
          ["arg_t", "==", "1"],
          ["arg_b", "==", "2"],
        ],
        explicit: 0,
      },
      { id: "u", uri: "/x", vars: [["arg_t", "==", "1"]] },
      { id: "z2", uri: "/x", explicit: 0 },
    ];
    const { byId, findings } = fill(host, table);
    expect(byId.get("u")?.value).toBe(-100);
    expect(findings).toContainEqual(
      expect.objectContaining({ code: "ContradictoryOrder", id: "u", others: ["z1", "z2"] }),
    );
  });
});

describe("numbers", () => {
  const chain = (count: number): readonly Draft[] =>
    Array.from({ length: count }, (_, at) => ({
      id: `u${at}`,
      uri: "/x",
      vars: Array.from({ length: count - at }, (_, condition) => [`arg_v${condition}`, "==", "1"]),
    }));

  test("hundreds upward from the broadest", () => {
    expect(valuesOf(fill(host, chain(3)))).toEqual([
      ["u0", 200],
      ["u1", 100],
      ["u2", 0],
    ]);
  });

  test("routes that do not fit between explicit numbers share the last free one", () => {
    const table = [{ id: "p", uri: "/x", explicit: 1 }, ...chain(2), { id: "n", uri: "/x", explicit: -1 }];
    const { byId, findings } = fill(host, table);
    expect([byId.get("u0")?.value, byId.get("u1")?.value]).toEqual([0, 0]);
    expect(findings.map(({ code, id }) => [code, id])).toEqual([
      ["PriorityRangeExhausted", "u0"],
      ["PriorityRangeExhausted", "u1"],
    ]);
    expect(findings[0]).toMatchObject({
      others: ["n", "p", "u1"],
      cure: "Make room between the explicit priorities: 1000 in place of 1, or -1000 in place of -1.",
    });
  });

  test("where some fit, only the rest shares", () => {
    const table = [{ id: "p", uri: "/x", explicit: 2 }, ...chain(3), { id: "n", uri: "/x", explicit: -1 }];
    const { byId } = fill(host, table);
    expect(["u0", "u1", "u2"].map((id) => byId.get(id)?.value)).toEqual([1, 1, 0]);
  });

  test("where none is free a route stands below what it should beat", () => {
    const table: readonly Draft[] = [
      { id: "p", uri: "/x", explicit: 1 },
      { id: "u", uri: "/x", methods: ["GET"] },
      { id: "z", uri: "/x", explicit: 0 },
    ];
    const { byId, findings } = fill(host, table);
    expect(byId.get("u")?.value).toBe(-100);
    expect(findings.map(({ code, id }) => [code, id])).toEqual([["PriorityRangeExhausted", "u"]]);
  });

  test("a run between explicit numbers is spread", () => {
    const table = [{ id: "p", uri: "/x", explicit: 50 }, ...chain(3), { id: "z", uri: "/x", explicit: 0 }];
    const { byId } = fill(host, table);
    expect(["u0", "u1", "u2"].map((id) => byId.get(id)?.value)).toEqual([40, 30, 20]);
  });

  test("between two routes that had nothing to do with each other one has to move", () => {
    const a: Draft = { id: "a", uri: "/x", methods: ["GET"], vars: [["arg_q", "==", "1"]], born: 1 };
    const b: Draft = { id: "b", uri: "/x", vars: [["arg_q", "==", "2"]], born: 1 };
    const n: Draft = { id: "n", uri: "/x", vars: [["http_h", "==", "1"]], born: 2 };
    const before = fill(host, [a, b]);
    expect(valuesOf(before)).toEqual([
      ["a", 0],
      ["b", 0],
    ]);
    const after = fill(host, [a, b, n], standingAfter([a, b], before));
    expect(["a", "n", "b"].map((id) => after.byId.get(id)?.value)).toEqual([200, 100, 0]);
  });

  test("a catch-all that comes last goes below 0 and nobody is rewritten", () => {
    const old = chain(4).slice(0, 3);
    const before = fill(host, old);
    const table = [...old, { id: "last", uri: "/x" }];
    const after = fill(host, table, standingAfter(old, before));
    expect(after.byId.get("last")?.value).toBe(-100);
    expect(["u0", "u1", "u2"].map((id) => after.byId.get(id)?.value)).toEqual([200, 100, 0]);
  });

  test("a number stays when the last rival is gone", () => {
    const [first, second] = chain(2);
    if (first === undefined || second === undefined) throw new Error("two routes");
    const standing = standingAfter([first, second], fill(host, [first, second]));
    const { byId } = fill(host, [first], standing);
    expect(byId.get("u0")).toMatchObject({
      value: 100,
      source: "Specificity",
      reason: "kept from an earlier contest; contests with no other route now",
    });
    expect(
      prioritize({ contestants: [contestant(first)], standing, flavor: host, renumber: true }).byId.get("u0")?.value,
    ).toBe(0);
  });

  test.each(["Explicit", undefined] as const)("a number whose source is %s is filled anew", (source) => {
    const route: Draft = { id: "u", uri: "/x" };
    const standing = new Map([["u", { route, priority: 5000, source }]]);
    expect(fill(host, [route], standing).byId.get("u")).toMatchObject({ value: 0, source: "Default" });
  });

  test("of twins the one that stands higher with this match stays above, however young it is", () => {
    const table: readonly Draft[] = [
      { id: "a", uri: "/x", born: 1 },
      { id: "b", uri: "/x", born: 2 },
    ];
    const standing = new Map(
      table.map((route) => [route.id, { route, priority: route.id === "b" ? 300 : 0, source: undefined }]),
    );
    const { byId, findings } = fill(host, table, standing);
    expect([byId.get("a")?.value, byId.get("b")?.value]).toEqual([0, 100]);
    expect(findings).toEqual([{ code: "AmbiguousMatch", id: "a", other: "b", decidedBy: "standing order" }]);
    const moved = new Map(standing).set("b", { route: { id: "b", uri: "/y" }, priority: 300, source: undefined });
    expect(fill(host, table, moved).byId.get("a")?.value).toBe(100);
  });

  test("equal explicit numbers are told on both", () => {
    const table: readonly Draft[] = [
      { id: "a", uri: "/x", explicit: 7 },
      { id: "b", uri: "/x", explicit: 7 },
    ];
    expect(fill(host, table).findings).toEqual([
      { code: "PriorityTie", id: "a", other: "b", priority: 7 },
      { code: "PriorityTie", id: "b", other: "a", priority: 7 },
    ]);
  });

  test("a foreign route is a fixed point without an entry", () => {
    const { byId } = fill(host, [
      { id: "f", uri: "/x", foreign: true, explicit: 70 },
      { id: "u", uri: "/x", methods: ["GET"] },
    ]);
    expect([...byId.keys()]).toEqual(["u"]);
    expect(byId.get("u")).toMatchObject({ value: 0, outrankedBy: [{ id: "f", criterion: "explicit number" }] });
  });
});
