import { afterEach, describe, expect, test } from "vitest";
import { defaultAdminKey, type Sandbox, startSandbox } from "../../../src/shells/sandbox/index.ts";

// The sandbox as an older APISIX: what that lacked is refused, as its own schema refused it.
let sandbox: Sandbox | undefined;
afterEach(async () => {
  await sandbox?.stop();
  sandbox = undefined;
});

async function call(version: string, method: string, path: string, body?: object): Promise<Response> {
  sandbox = await startSandbox({ version, hasStreamProxy: true });
  return fetch(`${sandbox.adminUrl}/apisix/admin/${path}`, {
    method,
    headers: { "x-api-key": defaultAdminKey },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

const route = (more: object) => ({ uri: "/", plugins: {}, ...more });
const nodes = { nodes: { "127.0.0.1:80": 1 } };
const long = "x".repeat(101);

describe("a version", () => {
  test.each<[string, without: string, withIt: string, path: string, body: object]>([
    ["labels of more than 64 characters", "3.3.0", "3.4.0", "routes/r", route({ labels: { a: long } })],
    ["plugin configs with a name", "3.6.0", "3.7.0", "plugin_configs/p", { name: "a", plugins: {} }],
    ["stream routes of a service", "3.6.0", "3.8.0", "stream_routes/s", { upstream: nodes, labels: { a: "b" } }],
    ["nodes without a port", "3.7.0", "3.8.0", "upstreams/u", { nodes: [{ host: "a", weight: 1 }] }],
    ["protos with a name", "3.12.0", "3.13.0", "protos/p", { name: "a", content: 'syntax = "proto3";' }],
    ["consumer groups with a name", "3.12.0", "3.13.0", "consumer_groups/g", { name: "a", plugins: {} }],
    ["usernames with a hyphen", "3.12.0", "3.13.0", "consumers", { username: "a-b" }],
    ["names of more than 100 characters", "3.14.0", "3.15.0", "routes/r", route({ name: long })],
    ["the host *", "3.14.0", "3.15.0", "routes/r", route({ host: "*" })],
    ["a plugin that came later", "3.10.0", "3.11.0", "routes/r", route({ plugins: { "ai-proxy": {} } })],
  ])("takes %s: not %s, but %s", async (_sentence, without, withIt, path, body) => {
    expect((await call(without, "PUT", path, body)).status).toBe(400);
    await sandbox?.stop();
    expect((await call(withIt, "PUT", path, body)).status).toBe(201);
  });

  test("before 3.6 takes fields that nobody knows", async () => {
    expect((await call("3.5.0", "PUT", "routes/r", route({ unknown: 1 }))).status).toBe(201);
    await sandbox?.stop();
    expect((await call("3.6.0", "PUT", "routes/r", route({ unknown: 1 }))).status).toBe(400);
  });

  test.each<[string, without: string, withIt: string, method: string, path: string, answers: [number, number]]>([
    ["credentials", "3.10.0", "3.11.0", "GET", "schema/credential", [400, 200]],
    ["a whole configuration to look at", "3.16.0", "3.17.0", "POST", "configs/validate", [404, 200]],
    ["one kind to look at", "3.4.0", "3.5.0", "POST", "schema/validate/services", [404, 200]],
  ])("has %s: not %s, but %s", async (_sentence, without, withIt, method, path, answers) => {
    const body = method === "POST" ? {} : undefined;
    const before = (await call(without, method, path, body)).status;
    await sandbox?.stop();
    expect([before, (await call(withIt, method, path, body)).status]).toEqual(answers);
  });

  test("lists the plugins that it has", async () => {
    const old = (await (await call("3.3.0", "GET", "plugins/list")).json()) as string[]; // the names
    await sandbox?.stop();
    const now = (await (await call("3.18.0", "GET", "plugins/list")).json()) as string[]; // the names
    expect(old).toHaveLength(76);
    expect(now).toHaveLength(107);
    expect(old.filter((name) => !now.includes(name))).toEqual([]);
  });

  test("serves schemas that hold nothing of ours", async () => {
    for (const path of ["schema/route", "schema/credential", "schema/plugins/limit-count", "plugins?all=true"]) {
      const text = await (await call("3.18.0", "GET", path)).text();
      expect(text).not.toMatch(/"(since|was|until)":/);
      await sandbox?.stop();
    }
  });
});

describe("a list of plugins in its configuration", () => {
  const using = (...names: readonly string[]) =>
    route({ plugins: Object.fromEntries(names.map((name) => [name, {}])) });

  async function put(body: object): Promise<string> {
    const { adminUrl, adminKey } = sandbox ?? { adminUrl: "", adminKey: "" };
    const init = { method: "PUT", headers: { "x-api-key": adminKey }, body: JSON.stringify(body) };
    const answer = await fetch(`${adminUrl}/apisix/admin/routes/r`, init);
    return answer.ok ? "taken" : ((await answer.json()) as { readonly error_msg: string }).error_msg; // its own shape
  }

  test("takes the place of the default one, in the order of their priorities", async () => {
    sandbox = await startSandbox({ plugins: ["server-info", "gzip", "cors", "no-such-thing"] });
    const headers = { "x-api-key": defaultAdminKey };
    const list = await fetch(`${sandbox.adminUrl}/apisix/admin/plugins/list`, { headers });
    expect(await list.json()).toEqual(["cors", "gzip", "server-info"]);
    expect(await put(using("cors", "gzip"))).toBe("taken");
    expect(await put(using("cors", "redirect"))).toBe("unknown plugin [redirect]");
  });

  test("a plugin that came later is not there, be it listed", async () => {
    sandbox = await startSandbox({ plugins: ["cors", "ai-proxy"], version: "3.10.0" });
    expect(await put(using("ai-proxy"))).toBe("unknown plugin [ai-proxy]");
  });

  test("a reload brings another list, and takes nothing away that stands there", async () => {
    sandbox = await startSandbox({ plugins: ["cors"] });
    expect(await put(using("cors"))).toBe("taken");
    sandbox.reload(["gzip"]);
    expect(await put(using("cors"))).toBe("unknown plugin [cors]");
    const headers = { "x-api-key": defaultAdminKey };
    expect((await fetch(`${sandbox.adminUrl}/apisix/admin/routes/r`, { headers })).status).toBe(200);
    sandbox.reload(undefined);
    expect(await put(using("cors"))).toBe("taken");
  });
});
