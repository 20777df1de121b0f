import { describe, expect, test } from "vitest";
import type { AdminRoute, AdminUpstream } from "../../../src/core/model/index.ts";
import { type KindDefaults, builtInDefaults, changedPaths } from "../../../src/core/plan/index.ts";

describe("changedPaths", () => {
  test.each<[string, AdminRoute, Record<string, unknown>, readonly string[]]>([
    ["equal objects differ in nothing", { uris: ["/a"] }, { uris: ["/a"] }, []],
    ["the order of the keys is no difference", { uri: "/a", name: "a" }, { name: "a", uri: "/a" }, []],
    ["what the gateway sets itself is none", { uri: "/a" }, { uri: "/a", id: "x", create_time: 1, update_time: 2 }, []],
    ["a changed value is", { uri: "/a", priority: 1 }, { uri: "/a", priority: 2 }, ["priority"]],
    ["a field that is missing there is", { uri: "/a", hosts: ["a.com"] }, { uri: "/a" }, ["hosts"]],
    ["a field that somebody added is", { uri: "/a" }, { uri: "/a", methods: ["GET"] }, ["methods"]],
    ["a list is one field, and its order counts", { uris: ["/a", "/b"] }, { uris: ["/b", "/a"] }, ["uris"]],
    [
      "an object is looked into",
      { uri: "/a", timeout: { connect: 1, send: 2, read: 3 } },
      { uri: "/a", timeout: { connect: 1, send: 2, read: 4 } },
      ["timeout.read"],
    ],
    [
      "so is a plugin",
      { uri: "/a", plugins: { "limit-count": { count: 1, time_window: 60 } } },
      { uri: "/a", plugins: { "limit-count": { count: 2, time_window: 60 } } },
      ["plugins.limit-count.count"],
    ],
    [
      "a plugin that is gone is one path",
      { uri: "/a", plugins: {} },
      { uri: "/a", plugins: { cors: { a: 1 } } },
      ["plugins.cors"],
    ],
    [
      "several come in the order of their names",
      { uri: "/a", priority: 1, name: "n" },
      {},
      ["name", "priority", "uri"],
    ],
    ["an empty list may have become an object", { uri: "/a", vars: [] }, { uri: "/a", vars: {} }, []],
    ["and the other way round", { uri: "/a", plugins: { cors: {} } }, { uri: "/a", plugins: { cors: [] } }, []],
    ["null counts as absent", { uri: "/a", plugins: { cors: { a: null } } }, { uri: "/a", plugins: { cors: {} } }, []],
    ["false is not absent", { uri: "/a", enable_websocket: false }, { uri: "/a" }, ["enable_websocket"]],
    [
      "fourteen digits of a number are kept",
      { uri: "/a", plugins: { x: { n: 1234567890123456 } } },
      { uri: "/a", plugins: { x: { n: 1234567890123500 } } },
      [],
    ],
    [
      "and all of those count",
      { uri: "/a", plugins: { x: { n: 99999999999999 } } },
      { uri: "/a", plugins: { x: { n: 99999999999998 } } },
      ["plugins.x.n"],
    ],
    [
      "a number is not its text",
      { uri: "/a", plugins: { x: { n: 1 } } },
      { uri: "/a", plugins: { x: { n: "1" } } },
      ["plugins.x.n"],
    ],
    [
      "names from a prototype are fields like others",
      { uri: "/a", plugins: { x: { constructor: "a" } } },
      { uri: "/a", plugins: { x: {} } },
      ["plugins.x.constructor"],
    ],
    ["defaults that an older gateway stored are none", { uri: "/a" }, { uri: "/a", priority: 0, status: 1 }, []],
    ["but another value there is one", { uri: "/a" }, { uri: "/a", priority: 7, status: 0 }, ["priority", "status"]],
  ])("%s", (_sentence, desired, observed, changed) => {
    expect(changedPaths("routes", desired, observed)).toEqual(changed);
  });

  test.each<[string, AdminUpstream, Record<string, unknown>, readonly string[]]>([
    [
      "an upstream with every default of 3.13",
      {
        nodes: [{ host: "a", port: 80, weight: 1 }],
        checks: { active: { healthy: { interval: 5 } } },
        tls: {},
        keepalive_pool: {},
      },
      {
        nodes: [{ host: "a", port: 80, weight: 1, priority: 0 }],
        type: "roundrobin",
        hash_on: "vars",
        scheme: "http",
        pass_host: "pass",
        tls: { verify: false },
        keepalive_pool: { size: 320, idle_timeout: 60, requests: 1000 },
        checks: {
          active: {
            type: "http",
            timeout: 1,
            concurrency: 10,
            http_path: "/",
            https_verify_certificate: true,
            healthy: { interval: 5, http_statuses: [200, 302], successes: 2 },
          },
        },
      },
      [],
    ],
    ["a health check that somebody added", {}, { checks: { active: { type: "http" } } }, ["checks"]],
    ["nodes as a map and as a list", { nodes: [{ host: "a", port: 80, weight: 1 }] }, { nodes: { "a:80": 1 } }, []],
    [
      "a map has no order",
      {
        nodes: [
          { host: "b", weight: 2 },
          { host: "a", port: 80, weight: 1 },
        ],
      },
      { nodes: { "a:80": 1, b: 2 } },
      [],
    ],
    ["an address in brackets", { nodes: { "[::1]:80": 1 } }, { nodes: [{ host: "[::1]", port: 80, weight: 1 }] }, []],
    ["another weight", { nodes: [{ host: "a", port: 80, weight: 1 }] }, { nodes: { "a:80": 2 } }, ["nodes"]],
    ["a node more", { nodes: { "a:80": 1 } }, { nodes: { "a:80": 1, "b:80": 1 } }, ["nodes"]],
    ["no nodes, spelled twice", { nodes: [] }, { nodes: {} }, []],
  ])("upstreams: %s", (_sentence, desired, observed, changed) => {
    expect(changedPaths("upstreams", desired, observed)).toEqual(changed);
    expect(changedPaths("routes", { uri: "/", upstream: desired }, { uri: "/", upstream: observed })).toEqual(
      changed.map((path) => `upstream.${path}`),
    );
  });

  test("defaults of plugins can be learned", () => {
    const learned: KindDefaults = {
      ...builtInDefaults,
      plugin_configs: {
        fields: new Map([
          ["plugins", { fields: new Map([["cors", { fields: new Map([["max_age", { value: 5 }]]) }]]) }],
        ]),
      },
    };
    const stored = { plugins: { cors: { max_age: 5 } } };
    expect(changedPaths("plugin_configs", { plugins: { cors: {} } }, stored)).toEqual(["plugins.cors.max_age"]);
    expect(changedPaths("plugin_configs", { plugins: { cors: {} } }, stored, learned)).toEqual([]);
    expect(changedPaths("plugin_configs", { plugins: { cors: { max_age: 6 } } }, stored, learned)).toEqual([
      "plugins.cors.max_age",
    ]);
  });
});
