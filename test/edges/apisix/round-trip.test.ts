import got from "got";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Desired, type Lessons, type Observed, Secret } from "../../../src/core/model/index.ts";
import { planChanges } from "../../../src/core/plan/index.ts";
import { ApisixClient } from "../../../src/edges/apisix/index.ts";
import { type Sandbox, defaultAdminKey, startSandbox } from "../../../src/shells/sandbox/index.ts";
import { desiredObject, desiredRoute, emptyDesired, stepsOf } from "../../core/plan/objects.ts";
import { words } from "./plans.ts";

// Against the sandbox: what is written is what is read, so that an untouched gateway needs nothing.
let sandbox: Sandbox;
let client: ApisixClient;
const options = { instance: "main", routeWaits: () => new Map<string, readonly string[]>(), maxDeletes: 100 };
const nodes = [{ host: "127.0.0.1", port: 8080, weight: 1 }];

beforeAll(async () => {
  sandbox = await startSandbox({ adminPort: 0, proxyPort: 0 });
  client = new ApisixClient({ urls: [sandbox.adminUrl], key: new Secret(defaultAdminKey) });
});
afterAll(async () => {
  client.close();
  await sandbox.stop();
});

describe("through the sandbox", () => {
  const desired: Desired = {
    ...emptyDesired,
    upstreams: [
      desiredObject("upstreams", "shop.web_upstream", {
        nodes,
        type: "roundrobin",
        timeout: { connect: 0.5, send: 6, read: 6 },
        checks: { active: { http_path: "/healthz", healthy: { interval: 2 } } },
      }),
    ],
    plugin_configs: [
      desiredObject("plugin_configs", "shop.limits_plugin-config", {
        plugins: { "limit-count": { count: 5, time_window: 60, key: "remote_addr" } },
      }),
    ],
    services: [
      desiredObject("services", "shop.web_service", {
        hosts: ["test1.com", "test2.com"],
        upstream_id: "shop.web_upstream",
      }),
    ],
    routes: [
      desiredRoute("shop.all_route", { uris: ["/test*"], service_id: "shop.web_service" }),
      desiredRoute("shop.one_route", {
        uris: ["/test*"],
        hosts: ["test2.com"],
        methods: ["GET"],
        priority: 100,
        vars: [["arg_x", "==", "1"]],
        service_id: "shop.web_service",
        plugin_config_id: "shop.limits_plugin-config",
        plugins: { "key-auth": {}, cors: { allow_origins: "https://a.com", allow_methods: "GET,POST" } },
      }),
      desiredRoute("shop.own_route", {
        uris: ["/own"],
        upstream: { nodes, type: "roundrobin", keepalive_pool: { size: 4 } },
        status: 0,
      }),
    ],
  };

  test("a plan is carried out whole, and then nothing is left to plan", async () => {
    const before = await client.observe();
    expect(before.routes).toEqual([]);
    const outcome = await client.apply(planChanges(desired, before, options));
    expect(words(outcome.steps)).toEqual(Array.from({ length: 6 }, () => "done"));
    expect(planChanges(desired, await client.observe(), options)).toEqual({ steps: [], refusals: [] });
  });

  test("one change is one step, and a hand edit is put right", async () => {
    const url = `${sandbox.adminUrl}/apisix/admin/routes/shop.one_route`;
    await got.patch(url, { json: { priority: 7, desc: "by hand" }, headers: { "x-api-key": defaultAdminKey } });
    const plan = planChanges(desired, await client.observe(), options);
    expect(plan.steps).toMatchObject([{ verb: "update", id: "shop.one_route", changed: ["desc", "priority"] }]);
    expect(words((await client.apply(plan)).steps)).toEqual(["done"]);
    expect(planChanges(desired, await client.observe(), options).steps).toEqual([]);
  });

  test("everything leaves in order, and what is foreign stays byte for byte", async () => {
    const url = `${sandbox.adminUrl}/apisix/admin/routes/foreign`;
    await got.put(url, {
      json: { uri: "/foreign", upstream: { nodes: { "a.com:80": 1 } } },
      headers: { "x-api-key": defaultAdminKey },
    });
    const foreign = (observed: Observed) => observed.routes.filter(({ id }) => id === "foreign");
    const before = await client.observe();
    const plan = planChanges(emptyDesired, before, options);
    expect(stepsOf(plan)).toHaveLength(6);
    expect(words((await client.apply(plan)).steps)).toEqual(Array.from({ length: 6 }, () => "done"));
    const after = await client.observe();
    expect(after).toEqual({ ...before, routes: foreign(before), services: [], upstreams: [], plugin_configs: [] });
  });

  test("a refused object says why in the gateway's words, without the value", async () => {
    const secret = "hunter2-canary";
    const bad = {
      ...emptyDesired,
      routes: [desiredRoute("shop.bad_route", { uris: ["/"], plugins: { "key-auth": { header: 5, query: secret } } })],
    };
    const { steps } = await client.apply(planChanges(bad, await client.observe(), options));
    expect(steps).toMatchObject([{ state: "failed", failure: "rejected" }]);
    expect(JSON.stringify(steps)).toContain("key-auth");
    expect(JSON.stringify(steps)).not.toContain(secret);
  });
});

describe.each(["3.3.0", "3.6.0", "3.10.0", "3.12.0", "3.13.0"])("APISIX %s, which stores every default", (version) => {
  const upstream = {
    nodes,
    checks: { active: { healthy: {}, unhealthy: {} }, passive: { healthy: {}, unhealthy: {} } },
    keepalive_pool: {},
    tls: {},
  };
  const plugins = {
    "limit-count": { count: 5, time_window: 60, key: "remote_addr" },
    "key-auth": {},
    cors: {},
    "request-id": {},
    "traffic-split": { rules: [{ weighted_upstreams: [{ upstream: { nodes } }, { weight: 2 }] }] },
  };
  const desired = {
    ...emptyDesired,
    upstreams: [desiredObject("upstreams", "u", upstream)],
    plugin_configs: [desiredObject("plugin_configs", "p", { plugins })],
    services: [desiredObject("services", "s", { upstream, plugins })],
    routes: [desiredRoute("r", { uris: ["/"], upstream, plugins })],
  };
  const lessons: Lessons = {
    kinds: new Set(["upstreams", "plugin_configs", "services", "routes"]),
    plugins: { http: new Set(Object.keys(plugins)), stream: new Set() },
  };
  let older: Sandbox;
  let olderClient: ApisixClient;
  const observe = async () => {
    const observed = await olderClient.observe();
    return { ...observed, learned: await olderClient.learn(observed.version, { lessons }) };
  };

  beforeAll(async () => {
    older = await startSandbox({ version });
    olderClient = new ApisixClient({ urls: [older.adminUrl], key: new Secret(defaultAdminKey) });
    const outcome = await olderClient.apply(planChanges(desired, await observe(), options));
    expect(words(outcome.steps)).toEqual(["done", "done", "done", "done"]);
  });
  afterAll(async () => {
    olderClient.close();
    await older.stop();
  });

  test("needs nothing as long as nobody touches it", async () => {
    const observed = await observe();
    expect(observed.routes[0]?.value).toMatchObject({ priority: 0, status: 1, upstream: { pass_host: "pass" } });
    expect(observed.routes[0]?.value.plugins?.["limit-count"]).toMatchObject({ policy: "local", rejected_code: 503 });
    expect(planChanges(desired, observed, options)).toEqual({ steps: [], refusals: [] });
  });

  test("an edit of a default inside a plugin is put right, and then nothing is left to do", async () => {
    const url = `${older.adminUrl}/apisix/admin/routes/r`;
    const json = { plugins: { "limit-count": { policy: "redis", redis_host: "127.0.0.1" }, cors: { max_age: 7 } } };
    await got.patch(url, { json, headers: { "x-api-key": defaultAdminKey } });
    const plan = planChanges(desired, await observe(), options);
    expect(plan.steps.map(({ id, changed }) => ({ id, changed }))).toEqual([
      {
        id: "r",
        changed: ["plugins.cors.max_age", "plugins.limit-count.policy", "plugins.limit-count.redis_host"],
      },
    ]);
    await olderClient.apply(plan);
    expect(planChanges(desired, await observe(), options).steps).toEqual([]);
  });
});
