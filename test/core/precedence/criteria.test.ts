import { describe, expect, test } from "vitest";
import type { RouterFlavor } from "../../../src/core/model/index.ts";
import type { Draft } from "./build.ts";
import { fill } from "./fill.ts";

// Each criterion decides against all that come after it.
const host = "radixtree_host_uri";
const uri = "radixtree_uri";
const param = "radixtree_uri_with_parameter";

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
      "beside the same methods, too",
      host,
      { uri: "/x", methods: ["GET"], filter_func: "function() return true end" },
      { uri: "/x", methods: ["GET"] },
      "filter function",
    ],
    [
      "beside the same conditions, too",
      host,
      { uri: "/x", vars: [["arg_x", "==", "1"]], filter_func: "function() return true end" },
      { uri: "/x", vars: [["arg_x", "==", "1"]] },
      "filter function",
    ],
    [
      "by host, where host and path both decide",
      uri,
      { uri: "/x/*/y", hosts: ["a.com", "b.com"] },
      { uri: "/x/*", hosts: ["a.com", "*.com"] },
      "exact host",
    ],
    [
      "by host, where hosts are equal elsewhere and methods decide",
      uri,
      { uri: "/x", hosts: ["a.com", "b.com"], methods: ["GET"] },
      { uri: "/x", hosts: ["a.com", "*.com"] },
      "exact host",
    ],
    [
      "by path, where paths are equal elsewhere and methods decide",
      uri,
      { uris: ["/x/*", "/y/*/z"], methods: ["GET"] },
      { uris: ["/x/*", "/y/*"] },
      "more literal path",
    ],
    [
      "an equality over an older condition that takes more",
      host,
      { uri: "/x", vars: [["arg_x", "==", "1"]] },
      { uri: "/x", vars: [["arg_x", "~~", "."]], born: 0 },
      "more equalities",
    ],
    [
      "a host with port over a wildcard",
      uri,
      { uri: "/x", hosts: ["a.com:80"] },
      { uri: "/x", hosts: ["*.com"], methods: ["GET"] },
      "exact host with port",
    ],
    [
      "an exact host over a wildcard with port",
      uri,
      { uri: "/x", hosts: ["a.com"] },
      { uri: "/x", hosts: ["*.com:80"], methods: ["GET"] },
      "exact host",
    ],
    [
      "by the path of one bucket, whatever another bucket holds that takes more",
      uri,
      { uri: "/x/*/yyyy" },
      { uris: ["/x/*", "/*/yyyy"], methods: ["GET"] },
      "more literal path",
    ],
    [
      "two paths that take the same are as one",
      uri,
      { uris: ["/x*", "/x*y"], methods: ["GET"] },
      { uris: ["/x*"], born: 0 },
      "named methods",
    ],
    ["an exact host over none", uri, { uri: "/x", hosts: ["a.com"] }, { uri: "/x", methods: ["GET"] }, "exact host"],
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
    const [high = 0, low = 0] = drafts.map(({ id, explicit }) => byId.get(id)?.value ?? explicit);
    expect(high).toBeGreaterThan(low);
    expect(byId.get("above")?.outranks[0]?.criterion).toBe(criterion);
    expect(findings.map(({ code }) => code)).toEqual(["older", "name"].includes(criterion) ? ["AmbiguousMatch"] : []);
  });
});
