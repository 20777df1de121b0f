import { describe, expect, test } from "vitest";
import type { Priorities, RouterFlavor, StandingPriority } from "../../../src/core/model/index.ts";
import { contests, prioritize } from "../../../src/core/precedence/index.ts";
import { contestant, type Draft } from "./build.ts";

// Each of these breaks a rule that looks right.
const host = "radixtree_host_uri";
const uri = "radixtree_uri";
const param = "radixtree_uri_with_parameter";

describe("who contests with whom", () => {
  test.each<[string, RouterFlavor, Omit<Draft, "id">, Omit<Draft, "id">, boolean]>([
    [
      "a host with port overlaps the host",
      uri,
      { uri: "/x", hosts: ["a.com"] },
      { uri: "/x", hosts: ["a.com:9080"] },
      true,
    ],
    [
      "but not the host with another port",
      uri,
      { uri: "/x", hosts: ["a.com:9081"] },
      { uri: "/x", hosts: ["a.com:9080"] },
      false,
    ],
    [
      "a wildcard with port overlaps a host without",
      uri,
      { uri: "/x", hosts: ["x.a.com"] },
      { uri: "/x", hosts: ["*.a.com:9080"] },
      true,
    ],
    [
      "an IPv6 host without port has none",
      uri,
      { uri: "/x", hosts: ["[::1]"] },
      { uri: "/x", hosts: ["[::1]:9080"] },
      false,
    ],
    [
      "the host router never sees a port",
      host,
      { uri: "/x", hosts: ["a.com:80"] },
      { uri: "/x", hosts: ["a.com:80"] },
      false,
    ],
    ["it takes an IPv6 host", host, { uri: "/x", hosts: ["[::1]"] }, { uri: "/x", hosts: ["[::1]"] }, true],
    ["hosts differ in case only", host, { uri: "/x", hosts: ["A.com"] }, { uri: "/x", hosts: ["a.com"] }, true],
    [
      "different hosts have different buckets under the host router",
      host,
      { uri: "/x", hosts: ["*.com"] },
      { uri: "/x", hosts: ["a.com"] },
      false,
    ],
    ["one bucket under the uri router", uri, { uri: "/x", hosts: ["*.com"] }, { uri: "/x", hosts: ["a.com"] }, true],
    [
      "an exact host outside the wildcard",
      uri,
      { uri: "/x", hosts: ["*.a.com"] },
      { uri: "/x", hosts: ["a.com"] },
      false,
    ],
    [
      "neither suffix ends in the other",
      uri,
      { uri: "/x", hosts: ["*.a.com"] },
      { uri: "/x", hosts: ["*.b.com"] },
      false,
    ],
    ["one suffix ends in the other", uri, { uri: "/x", hosts: ["*.a.com"] }, { uri: "/x", hosts: ["*.com"] }, true],
    ["no hosts means any", uri, { uri: "/x" }, { uri: "/x", hosts: ["*.com"] }, true],
    ["no hosts is a level of its own under the host router", host, { uri: "/x" }, { uri: "/x", hosts: ["*"] }, false],
    [
      '1 and "1" are both met by ?v=1',
      host,
      { uri: "/x", vars: [["arg_v", "==", 1]] },
      { uri: "/x", vars: [["arg_v", "==", "1"]] },
      true,
    ],
    [
      '1 and "01" are both met by ?v=01',
      host,
      { uri: "/x", vars: [["arg_v", "==", 1]] },
      { uri: "/x", vars: [["arg_v", "==", "01"]] },
      true,
    ],
    [
      '"1" and "01" are different texts',
      host,
      { uri: "/x", vars: [["arg_v", "==", "1"]] },
      { uri: "/x", vars: [["arg_v", "==", "01"]] },
      false,
    ],
    ["1 and 2", host, { uri: "/x", vars: [["arg_v", "==", 1]] }, { uri: "/x", vars: [["arg_v", "==", 2]] }, false],
    [
      'true is not the text "true"',
      host,
      { uri: "/x", vars: [["arg_v", "==", true]] },
      { uri: "/x", vars: [["arg_v", "==", "true"]] },
      false,
    ],
    [
      "absent is not empty",
      host,
      { uri: "/x", vars: [["arg_v", "==", null]] },
      { uri: "/x", vars: [["arg_v", "==", ""]] },
      false,
    ],
    [
      "different variables",
      host,
      { uri: "/x", vars: [["arg_v", "==", "1"]] },
      { uri: "/x", vars: [["arg_w", "==", "2"]] },
      true,
    ],
    [
      "http_X-A and http_x_a are one header",
      host,
      { uri: "/x", vars: [["http_X-A", "==", "1"]] },
      { uri: "/x", vars: [["http_x_a", "==", "2"]] },
      false,
    ],
    [
      "the old form compares lower-cased text",
      host,
      { uri: "/x", vars: [["arg_v", "A"]] },
      { uri: "/x", vars: [["arg_v", "==", "a"]] },
      true,
    ],
    [
      "which is not the text as written",
      host,
      { uri: "/x", vars: [["arg_v", "A"]] },
      { uri: "/x", vars: [["arg_v", "==", "A"]] },
      false,
    ],
    [
      "constants within an OR decide nothing",
      host,
      { uri: "/x", vars: ["OR", ["arg_v", "==", "1"], ["arg_w", "==", "1"]] },
      { uri: "/x", vars: [["arg_v", "==", "2"]] },
      true,
    ],
    [
      "constants within a nested AND do",
      host,
      { uri: "/x", vars: [["AND", ["arg_v", "==", "1"], ["arg_w", "==", "1"]]] },
      { uri: "/x", vars: [["arg_v", "==", "2"]] },
      false,
    ],
    [
      "a doubly negated constant is one",
      host,
      { uri: "/x", vars: ["!OR", ["arg_v", "~=", "1"], ["arg_w", "==", "1"]] },
      { uri: "/x", vars: [["arg_v", "==", "2"]] },
      false,
    ],
    [
      "a negated constant is none",
      host,
      { uri: "/x", vars: [["arg_v", "!", "==", "1"]] },
      { uri: "/x", vars: [["arg_v", "==", "2"]] },
      true,
    ],
    [
      "what can't match contests with nobody",
      host,
      {
        uri: "/x",
        vars: [
          ["arg_v", "==", "1"],
          ["arg_v", "==", "2"],
        ],
      },
      { uri: "/x" },
      false,
    ],
    ["a disabled route contests with nobody", host, { uri: "/x", status: 0 }, { uri: "/x" }, false],
    ["methods without a common member", host, { uri: "/x", methods: ["GET"] }, { uri: "/x", methods: ["POST"] }, false],
    ["an empty list of methods is any", host, { uri: "/x", methods: [] }, { uri: "/x", methods: ["POST"] }, true],
    [
      "client addresses without a common member",
      host,
      { uri: "/x", remote_addrs: ["10.0.0.0/25"] },
      { uri: "/x", remote_addr: "10.0.0.128" },
      false,
    ],
    [
      "client addresses with one",
      host,
      { uri: "/x", remote_addrs: ["10.0.0.0/24"] },
      { uri: "/x", remote_addr: "10.0.0.128" },
      true,
    ],
    [
      "IPv4 and IPv6 have none in common",
      host,
      { uri: "/x", remote_addrs: ["0.0.0.0/0"] },
      { uri: "/x", remote_addr: "::/0" },
      false,
    ],
    ["segments that cannot agree", param, { uri: "/u/:id/posts" }, { uri: "/u/:id/likes" }, false],
    ["segments that can", param, { uri: "/u/:id/posts" }, { uri: "/u/:name/*" }, true],
    ["numbers of segments that cannot agree", param, { uri: "/x/:id" }, { uri: "/x/*/y" }, false],
    [
      "they are text under the other routers, in buckets of their own",
      uri,
      { uri: "/u/:id/posts" },
      { uri: "/u/:name/*" },
      false,
    ],
    ["a literal path and a prefix have different buckets", uri, { uri: "/x/a" }, { uri: "/x/*" }, false],
    ["the longer prefix is another bucket", uri, { uri: "/x/a/*" }, { uri: "/x/*" }, false],
    [
      "a star within a segment is a prefix, what follows is not looked at",
      uri,
      { uri: "/foo*bar" },
      { uri: "/foo*" },
      true,
    ],
    ["`*` and `/*` are different buckets", uri, { uri: "*" }, { uri: "/*" }, false],
    ["a trailing slash is demanded", param, { uri: "/p/:id/" }, { uri: "/p/:id" }, false],
    ["a path that no request has contests with nobody", uri, { uri: "/a//b" }, { uri: "/a//b" }, false],
  ])("%s", (_sentence, flavor, a, b, expected) => {
    expect(contests(a, b, flavor)).toBe(expected);
    expect(contests(b, a, flavor)).toBe(expected);
    const { byId } = fill(flavor, [
      { ...a, id: "a" },
      { ...b, id: "b" },
    ]);
    expect((byId.get("a")?.outranksCount ?? 0) + (byId.get("a")?.outrankedByCount ?? 0) > 0).toBe(expected);
  });
});

describe("who stands above", () => {
  test.each<[string, RouterFlavor, Omit<Draft, "id">, Omit<Draft, "id">, string]>([
    [
      "exact host with port over exact",
      uri,
      { uri: "/x", hosts: ["a.com:80"] },
      { uri: "/x", hosts: ["a.com"], methods: ["GET"] },
      "exact host with port",
    ],
    [
      "exact over wildcard",
      uri,
      { uri: "/x", hosts: ["x.a.com"] },
      { uri: "/x", hosts: ["*.a.com"], methods: ["GET"] },
      "exact host",
    ],
    ["wildcard over none", uri, { uri: "/x", hosts: ["*"] }, { uri: "/x", methods: ["GET"] }, "named host"],
    [
      "longer suffix",
      uri,
      { uri: "/x", hosts: ["*.a.com"] },
      { uri: "/x", hosts: ["*.com"], methods: ["GET"] },
      "longer host suffix",
    ],
    ["parameter over wildcard", param, { uri: "/x/:id" }, { uri: "/x/*", methods: ["GET"] }, "parameter over wildcard"],
    ["more literal characters", uri, { uri: "/x/*/y" }, { uri: "/x/*", methods: ["GET"] }, "more literal path"],
    [
      "names of parameters and stars do not count",
      param,
      { uri: "/x/:i/y" },
      { uri: "/x/:averylongname/*", methods: ["GET"] },
      "parameter over wildcard",
    ],
    [
      "methods named over any",
      host,
      { uri: "/x", methods: ["GET", "POST"] },
      { uri: "/x", vars: [["http_a", "==", "1"]] },
      "named methods",
    ],
    [
      "fewer methods over more",
      host,
      { uri: "/x", methods: ["GET"] },
      { uri: "/x", methods: ["GET", "POST"], vars: [["http_a", "==", "1"]] },
      "fewer methods",
    ],
    [
      "more headers",
      host,
      { uri: "/x", vars: [["http_a", "~~", "."]] },
      {
        uri: "/x",
        vars: [
          ["arg_a", "==", "1"],
          ["arg_b", "==", "1"],
        ],
      },
      "more headers",
    ],
    [
      "more query parameters",
      host,
      { uri: "/x", vars: [["arg_a", "~~", "."]] },
      {
        uri: "/x",
        vars: [
          ["cookie_a", "==", "1"],
          ["uri", "==", "1"],
        ],
      },
      "more query parameters",
    ],
    [
      "more other variables",
      host,
      {
        uri: "/x",
        vars: [
          ["cookie_a", "~~", "."],
          ["scheme", "~~", "."],
        ],
      },
      { uri: "/x", vars: [["cookie_a", "==", "1"]] },
      "more other variables",
    ],
    [
      "more equalities",
      host,
      { uri: "/x", vars: [["arg_x", "==", "1"]] },
      {
        uri: "/x",
        vars: [
          ["arg_x", "~~", "."],
          ["arg_x", "~=", "9"],
        ],
      },
      "more equalities",
    ],
    [
      "more conditions",
      host,
      {
        uri: "/x",
        vars: [
          ["arg_x", "~~", "."],
          ["arg_x", "~=", "9"],
        ],
      },
      { uri: "/x", vars: [["arg_x", "~~", "."]], remote_addrs: ["10.0.0.1"] },
      "more conditions",
    ],
    [
      "a condition written twice is one",
      host,
      { uri: "/x", vars: [["arg_x", "~~", "."]], remote_addrs: ["10.0.0.1"] },
      {
        uri: "/x",
        vars: [
          ["arg_x", "~~", "."],
          ["arg_x", "~~", "."],
        ],
      },
      "fewer client addresses",
    ],
    [
      "fewer client addresses",
      host,
      { uri: "/x", remote_addrs: ["10.0.0.1", "10.0.0.2"] },
      { uri: "/x", remote_addrs: ["10.0.0.0/8"], filter_func: "function() return true end" },
      "fewer client addresses",
    ],
    [
      "filter function present",
      host,
      { uri: "/x", filter_func: "function() return true end" },
      { uri: "/x" },
      "filter function",
    ],
    [
      "one constant over an OR of two",
      host,
      { uri: "/x", vars: [["http_a", "==", "1"]] },
      { uri: "/x", vars: ["OR", ["http_a", "==", "1"], ["http_b", "==", "1"]] },
      "more equalities",
    ],
    [
      "fewer hosts",
      host,
      { uri: "/x", hosts: ["a.com"] },
      { uri: "/x", hosts: ["a.com", "b.com"], born: 0 },
      "fewer hosts",
    ],
    ["fewer paths", host, { uris: ["/x"] }, { uris: ["/x", "/y"], born: 0 }, "fewer paths"],
    [
      "a covered host does not count",
      host,
      { uri: "/x", hosts: ["*.com", "a.com"] },
      { uris: ["/x", "/y"], hosts: ["*.com"], born: 0 },
      "fewer paths",
    ],
    [
      "a covered path does not count",
      host,
      { uris: ["/x/*", "/x/a"] },
      { uris: ["/x/*", "/y"], born: 0 },
      "fewer paths",
    ],
    [
      "hosts within a wildcard of the other are narrower",
      host,
      { uri: "/x", hosts: ["a.com", "b.com"] },
      { uri: "/x", hosts: ["*.com", "a.com"], born: 0 },
      "narrower hosts",
    ],
    [
      "a path within a prefix of the other is narrower",
      host,
      { uris: ["/x/a", "/x/b"] },
      { uris: ["/x/*", "/x/a"], born: 0 },
      "narrower paths",
    ],
    [
      "own hosts over inherited",
      host,
      { uri: "/x", hosts: ["a.com"] },
      { uri: "/x", hosts: ["a.com"], from: "Service", born: 0 },
      "own hosts",
    ],
    [
      "a header route that inherits is not buried by one that names the host",
      host,
      { uri: "/x", hosts: ["a.com"], from: "Service", vars: [["http_beta", "==", "1"]] },
      { uri: "/x", hosts: ["a.com"], born: 0 },
      "more headers",
    ],
    ["older", host, { uri: "/x", born: 1 }, { uri: "/x", born: 2 }, "older"],
    ["name", host, { uri: "/x" }, { uri: "/x" }, "name"],
    [
      "an explicit number above 0 stands above what names none",
      host,
      { uri: "/x", explicit: 1 },
      { uri: "/x", methods: ["GET"] },
      "explicit number",
    ],
    [
      "an explicit number below 0 stands below",
      host,
      { uri: "/x" },
      { uri: "/x", methods: ["GET"], explicit: -1 },
      "explicit number",
    ],
    [
      "with an explicit 0 specificity decides",
      host,
      { uri: "/x", methods: ["GET"] },
      { uri: "/x", explicit: 0 },
      "named methods",
    ],
    ["both ways", host, { uri: "/x", methods: ["GET"], explicit: 0 }, { uri: "/x" }, "named methods"],
    [
      "a foreign route without number has 0",
      host,
      { uri: "/x", methods: ["GET"] },
      { uri: "/x", foreign: true },
      "named methods",
    ],
    [
      "an older twin path does not win the other's extra path",
      uri,
      { uris: ["/x/*", "/x/*/y"] },
      { uris: ["/x/*"], born: 0 },
      "more literal path",
    ],
  ])("%s", (_sentence, flavor, above, below, criterion) => {
    const drafts = [
      { born: 5, ...above, id: "above" },
      { born: 5, ...below, id: "below" },
    ];
    const { byId, findings } = fill(flavor, drafts);
    const [high, low] = [numberIn(byId, drafts[0]), numberIn(byId, drafts[1])];
    expect(high).toBeGreaterThan(low);
    expect(byId.get("above")?.outranks[0]?.criterion).toBe(criterion);
    expect(findings.map(({ code }) => code)).toEqual(["older", "name"].includes(criterion) ? ["AmbiguousMatch"] : []);
  });
});

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
    const after = fill(uri, [r2, r5, r7], standingOf([r2, r5], before));
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
    expect(valuesOf(fill(host, chain(3)))).toEqual([200, 100, 0]);
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
    expect(valuesOf(before)).toEqual([0, 0]);
    const after = fill(host, [a, b, n], standingOf([a, b], before));
    expect(["a", "n", "b"].map((id) => after.byId.get(id)?.value)).toEqual([200, 100, 0]);
  });

  test("a catch-all that comes last goes below 0 and nobody is rewritten", () => {
    const old = chain(4).slice(0, 3);
    const before = fill(host, old);
    const table = [...old, { id: "last", uri: "/x" }];
    const after = fill(host, table, standingOf(old, before));
    expect(after.byId.get("last")?.value).toBe(-100);
    expect(["u0", "u1", "u2"].map((id) => after.byId.get(id)?.value)).toEqual([200, 100, 0]);
  });

  test("a number stays when the last rival is gone", () => {
    const [first, second] = chain(2);
    if (first === undefined || second === undefined) throw new Error("two routes");
    const standing = standingOf([first, second], fill(host, [first, second]));
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

function fill(
  flavor: RouterFlavor,
  drafts: readonly Draft[],
  standing: ReadonlyMap<string, StandingPriority> = new Map(),
): Priorities {
  return prioritize({ contestants: drafts.map(contestant), standing, flavor });
}

function standingOf(drafts: readonly Draft[], { byId }: Priorities): ReadonlyMap<string, StandingPriority> {
  return new Map(
    drafts.map((route) => [
      route.id,
      { route, priority: byId.get(route.id)?.value ?? 0, source: byId.get(route.id)?.source },
    ]),
  );
}

function numberIn(byId: Priorities["byId"], draft: Draft | undefined): number {
  return byId.get(draft?.id ?? "")?.value ?? draft?.explicit ?? 0;
}

function valuesOf({ byId }: Priorities): readonly number[] {
  return [...byId.values()].map(({ value }) => value);
}
