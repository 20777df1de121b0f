import { afterEach, describe, expect, test } from "vitest";
import { type Lessons, Secret } from "../../../src/core/model/index.ts";
import { ApisixClient } from "../../../src/edges/apisix/index.ts";
import { type Sandbox, type SandboxOptions, defaultAdminKey, startSandbox } from "../../../src/shells/sandbox/index.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function gatewayOf(options: SandboxOptions): Promise<{ sandbox: Sandbox; client: ApisixClient }> {
  const sandbox = await startSandbox(options);
  const client = new ApisixClient({ urls: [sandbox.adminUrl], key: new Secret(defaultAdminKey) });
  cleanups.push(
    () => sandbox.stop(),
    () => client.close(),
  );
  return { sandbox, client };
}

const none = new Set<string>();
const lessons: Lessons = {
  kinds: new Set(["routes", "upstreams"]),
  plugins: { http: new Set(["cors"]), stream: none },
};

describe("learn", () => {
  test("a newer gateway is asked for the names of its plugins, and nothing else", async () => {
    const { sandbox, client } = await gatewayOf({});
    const learned = await client.learn("3.18.0", { lessons });
    expect(sandbox.calls().map(({ path }) => path)).toEqual(["/apisix/admin/plugins/list"]);
    expect(learned.plugins.http?.names?.has("cors")).toBe(true);
    expect(learned.plugins.http?.names?.has("cosr")).toBe(false);
    expect(learned.plugins.http?.defaults).toBeUndefined();
    expect(learned.kindDefaults).toEqual({});
  });

  test("one that stores defaults is asked for all schemas of plugins at once, and for those of the kinds in use", async () => {
    const { sandbox, client } = await gatewayOf({ version: "3.12.0" });
    const learned = await client.learn("3.12.0", { lessons });
    expect(
      sandbox
        .calls()
        .map(({ path }) => path)
        .sort(),
    ).toEqual(["/apisix/admin/plugins", "/apisix/admin/schema/route", "/apisix/admin/schema/upstream"]);
    expect(learned.kindDefaults.routes?.fields?.get("priority")).toEqual({ values: [0] });
    expect(learned.plugins.http?.defaults?.get("cors")?.config?.fields?.get("max_age")).toEqual({ values: [5] });
    expect(learned.plugins.http?.defaults?.get("jwt-auth")?.consumer?.fields?.get("exp")).toEqual({ values: [86_400] });
    const metadata = learned.plugins.http?.defaults?.get("limit-count")?.metadata;
    expect(metadata?.fields?.get("limit_header")).toEqual({ values: ["X-RateLimit-Limit"] });
  });

  test("what no object uses is not asked for", async () => {
    const { sandbox, client } = await gatewayOf({ version: "3.12.0" });
    await client.learn("3.12.0", { lessons: { kinds: new Set(), plugins: { http: none, stream: none } } });
    expect(sandbox.calls()).toEqual([]);
  });

  test("what is known is not asked for again; what came up since is", async () => {
    const { sandbox, client } = await gatewayOf({ version: "3.12.0" });
    const known = await client.learn("3.12.0", { lessons });
    sandbox.resetCounters();
    expect(await client.learn("3.12.0", { lessons, known })).toEqual(known);
    expect(sandbox.calls()).toEqual([]);
    const more: Lessons = {
      kinds: new Set(["routes", "services"]),
      plugins: { http: none, stream: new Set(["syslog"]) },
    };
    const learned = await client.learn("3.12.0", { lessons: more, known });
    expect(sandbox.counters().reads).toBe(2);
    expect(learned.kindDefaults).toHaveProperty("services");
    expect(learned.plugins.stream?.names).toEqual(new Set(["ip-restriction", "limit-conn", "mqtt-proxy", "syslog"]));
  });

  test.each([
    ["3.3.0", "3.3.0"],
    ["3.4.0", "3.5.0"],
    ["3.5.0", "3.5.0"],
    ["3.6.0", "3.6.0"],
    ["3.7.0", "3.7.0"],
    ["3.8.0", "3.9.0"],
    ["3.9.1", "3.9.0"],
    ["3.10.0", "3.10.0"],
    ["3.11.0", "3.12.0"],
    ["3.12.0", "3.12.0"],
    ["3.13.0", "3.13.0"],
    ["3.14.1", "3.14.0"],
    ["3.15.0", "3.16.0"],
    ["3.16.0", "3.16.0"],
    ["3.17.0", "3.17.0"],
    ["3.18.0", "3.18.0"],
  ])("%s that hides its version is known by its schemas, in two reads, as %s", async (version, shown) => {
    const { sandbox, client } = await gatewayOf({ version, hidesVersion: true });
    const observed = await client.observe();
    expect(observed).not.toHaveProperty("version");
    sandbox.resetCounters();
    const plain = { kinds: new Set<never>(), plugins: { http: none, stream: none } };
    const learned = await client.learn(observed.version, { lessons: plain });
    expect(learned).toMatchObject({ version: shown, isVersionHidden: true });
    expect(sandbox.counters().reads).toBe(2);
    await client.learn(observed.version, { lessons: plain, known: learned });
    expect(sandbox.counters().reads).toBe(2);
  });

  test("a gateway that can't be asked is an error, as for any other read", async () => {
    const { sandbox, client } = await gatewayOf({});
    await sandbox.stop();
    await expect(client.learn("3.18.0", { lessons })).rejects.toMatchObject({ failure: "unreachable" });
  });
});
