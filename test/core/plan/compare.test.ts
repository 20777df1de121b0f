import { describe, expect, test } from "vitest";
import {
  type AdminBodies,
  type AdminKind,
  type AdminRoute,
  type AdminUpstream,
  type Learned,
  nothingLearned,
} from "../../../src/core/model/index.ts";
import { changesOn } from "../../../src/core/plan/index.ts";
import { kindSchemas } from "../../../src/shells/sandbox/schema/kinds.ts";
import { decodeDefaults } from "../../../src/wire/admin/index.ts";
import { desiredObject, observedObject } from "./objects.ts";

const newer: Learned = { ...nothingLearned, version: "3.14.0" };
/** A gateway that stores the defaults of its schemas. */
const older: Learned = {
  ...nothingLearned,
  version: "3.13.0",
  kindDefaults: {
    routes: decodeDefaults(kindSchemas.route) ?? {},
    services: decodeDefaults(kindSchemas.service) ?? {},
    upstreams: decodeDefaults(kindSchemas.upstream) ?? {},
  },
  plugins: {
    http: {
      defaults: new Map([
        ["cors", { config: decodeDefaults({ properties: { max_age: { type: "integer", default: 5 } } }) ?? {} }],
        ["limit-count", { config: decodeDefaults(limitCount()) ?? {} }],
      ]),
    },
  },
};

function limitCount() {
  const redis = { properties: { redis_port: { default: 6379 }, redis_timeout: { default: 1000 } } };
  return {
    properties: {
      policy: { enum: ["local", "redis"], default: "local" },
      allow_degradation: { type: "boolean", default: false },
      hosts: { type: "array", items: { properties: { weight: { default: 1 } } } },
      named: { additionalProperties: { properties: { size: { default: 10 } } } },
      range: { default: { from: 1 }, properties: { from: { default: 1 }, to: { default: 9 } } },
    },
    if: { properties: { policy: { enum: ["redis"] } } },
    // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema calls it so
    then: redis,
    oneOf: [{ properties: { mode: { default: "a" } } }, { properties: { mode: { default: "b" } } }],
    dependencies: { group: { properties: { shared: { default: true } } }, key: ["group"] },
  };
}

function changedPaths<Kind extends AdminKind>(
  kind: Kind,
  desired: AdminBodies[Kind],
  observed: AdminBodies[Kind],
  learned: Learned,
): readonly string[] {
  // Without the labels that the helper adds.
  return changesOn(learned)(
    { ...desiredObject(kind, "x", desired), body: desired },
    observedObject(kind, "x", observed),
  );
}

describe("changesOn", () => {
  test.each<[string, AdminRoute, AdminRoute | Record<string, unknown>, readonly string[]]>([
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
    ["what an upstream's key became is not to be seen", upstreamKey("-----BEGIN"), upstreamKey("c2VjcmV0"), []],
    ["but its certificate is", upstreamKey("a", "b"), upstreamKey("a", "c"), ["upstream.tls.client_cert"]],
  ])("%s", (_sentence, desired, observed, changed) => {
    expect(changedPaths("routes", desired, observed, newer)).toEqual(changed);
    expect(changedPaths("routes", desired, observed, older)).toEqual(changed);
    expect(changedPaths("routes", desired, observed, nothingLearned)).toEqual(changed);
  });

  test.each<[string, AdminRoute, AdminRoute | Record<string, unknown>, readonly string[]]>([
    ["a default", { uri: "/a" }, { uri: "/a", priority: 0, status: 1 }, ["priority", "status"]],
    ["a default inside a plugin", withPlugin("cors", {}), withPlugin("cors", { max_age: 5 }), ["plugins.cors.max_age"]],
  ])("a newer gateway adds nothing, so what appears there is an edit: %s", (_sentence, desired, observed, changed) => {
    expect(changedPaths("routes", desired, observed, newer)).toEqual(changed);
    expect(changedPaths("routes", desired, observed, older)).toEqual([]);
  });

  test.each<[string, AdminRoute, AdminRoute | Record<string, unknown>, readonly string[]]>([
    ["another value than the default", { uri: "/a" }, { uri: "/a", priority: 7, status: 0 }, ["priority", "status"]],
    ["a default that we sent and that is gone", { uri: "/a", priority: 0 }, { uri: "/a" }, ["priority"]],
    ["a field without default", withPlugin("cors", {}), withPlugin("cors", { a: 5 }), ["plugins.cors.a"]],
    ["a plugin that somebody added", { uri: "/a" }, withPlugin("cors", { max_age: 5 }), ["plugins"]],
    ["and beside another", withPlugin("key-auth", {}), withPlugins({ "key-auth": {}, cors: {} }), ["plugins.cors"]],
    [
      "a value that we sent, set to the default",
      withPlugin("cors", { max_age: 6 }),
      withPlugin("cors", { max_age: 5 }),
      ["plugins.cors.max_age"],
    ],
    ["an item more", limited({ hosts: [{ a: 1 }] }), limited({ hosts: [{ a: 1 }, { weight: 1 }] }), [at("hosts")]],
    ["another value in an item", limited({ hosts: [{}] }), limited({ hosts: [{ weight: 2 }] }), [at("hosts")]],
    ["a default that was filled up and edited", limited({}), limited({ range: { from: 1, to: 8 } }), [at("range")]],
  ])("an edit on an older gateway: %s", (_sentence, desired, observed, changed) => {
    expect(changedPaths("routes", desired, observed, older)).toEqual(changed);
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["false", {}, { allow_degradation: false }],
    ["in each item of a list", { hosts: [{ a: 1 }, {}] }, { hosts: [{ a: 1, weight: 1 }, { weight: 1 }] }],
    ["in fields of any name", { named: { x: {} } }, { named: { x: { size: 10 } } }],
    ["a whole object", {}, { range: { from: 1 } }],
    ["a whole object, filled up", {}, { range: { from: 1, to: 9 } }],
    ["of a branch that was taken", { policy: "redis" }, { policy: "redis", redis_port: 6379, redis_timeout: 1000 }],
    ["of one of two alternatives", {}, { mode: "a" }],
    ["of the other one", {}, { mode: "b" }],
    ["of a dependency", { group: "g" }, { group: "g", shared: true }],
    ["in an object that was sent as an empty list", { range: [] }, { range: { from: 1, to: 9 } }],
  ])("an older gateway fills in what its schemas say: %s", (_sentence, sent, stored) => {
    const json = (config: Record<string, unknown>) => limited(config);
    expect(changedPaths("routes", json(sent), json(stored), older)).toEqual([]);
  });

  test("a session that openid-connect made up is none of ours, unless we sent one", () => {
    const session = (secret: string) => withPlugin("openid-connect", { session: { secret } });
    const none = withPlugin("openid-connect", {});
    expect(changedPaths("routes", none, session("a"), older)).toEqual([]);
    expect(changedPaths("routes", session("a"), session("b"), older)).toEqual([
      "plugins.openid-connect.session.secret",
    ]);
    expect(changedPaths("routes", none, session("a"), newer)).toEqual(["plugins.openid-connect.session"]);
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
    expect(changedPaths("upstreams", desired, observed, older)).toEqual(changed);
    expect(changedPaths("routes", { uri: "/", upstream: desired }, { uri: "/", upstream: observed }, older)).toEqual(
      changed.map((path) => `upstream.${path}`),
    );
  });
});

function withPlugins(plugins: Record<string, Record<string, unknown>>): AdminRoute {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- rows hold JSON
  return { uri: "/a", plugins } as AdminRoute;
}

function withPlugin(name: string, config: Record<string, unknown>): AdminRoute {
  return withPlugins({ [name]: config });
}

function limited(config: Record<string, unknown>): AdminRoute {
  return withPlugin("limit-count", config);
}

function at(field: string): string {
  return `plugins.limit-count.${field}`;
}

function upstreamKey(client_key: string, client_cert = "cert"): AdminRoute {
  return { uri: "/a", upstream: { tls: { client_cert, client_key } } };
}
