import { Agent, request as sendRequest } from "node:http";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { admin, pause, put, sandboxFor } from "./support.ts";

const numRuns = Number(process.env["FC_RUNS"] ?? 150);

describe("defaults", () => {
  const sent = {
    uri: "/x",
    upstream: { nodes: { "a:1": 1 } },
    plugins: { "limit-count": { count: 1, time_window: 60 } },
  };

  test("since 3.14 what was sent is stored, and nothing else", async () => {
    const sandbox = await sandboxFor();
    const { body } = await admin(sandbox, "PUT", "/routes/r", sent);
    expect(body).toEqual({
      key: "/apisix/routes/r",
      value: { ...sent, id: "r", create_time: expect.any(Number), update_time: expect.any(Number) },
    });
  });

  test("until 3.13 the defaults of every schema are stored too", async () => {
    const sandbox = await sandboxFor({ version: "3.13.0" });
    const { body, headers } = await admin(sandbox, "PUT", "/routes/r", sent);
    expect(headers.get("server")).toBe("APISIX/3.13.0");
    expect(body).toMatchObject({
      value: {
        priority: 0,
        status: 1,
        upstream: { type: "roundrobin", scheme: "http", pass_host: "pass", hash_on: "vars" },
        plugins: { "limit-count": { key: "remote_addr", policy: "local", rejected_code: 503 } },
      },
    });
  });
});

test("numbers keep fourteen digits", async () => {
  const sandbox = await sandboxFor();
  await put(sandbox, { "/routes/r": { uri: "/x", plugins: {}, priority: 123_456_789_012_347 } });
  expect((await admin(sandbox, "GET", "/routes/r")).body).toMatchObject({ value: { priority: 123_456_789_012_350 } });
});

describe("secrets", () => {
  test("a PUT answer shows ciphertext, the same for the same text; a GET and a list show the text", async () => {
    const sandbox = await sandboxFor();
    const body = { username: "jack", plugins: { "jwt-auth": { key: "k", secret: "canary-1234" } } };
    const first = await admin(sandbox, "PUT", "/consumers", body);
    const second = await admin(sandbox, "PUT", "/consumers/jack", body);
    expect(second.body).toEqual(first.body);
    expect(JSON.stringify(first.body)).not.toContain("canary-1234");
    for (const path of ["/consumers/jack", "/consumers"])
      expect(JSON.stringify((await admin(sandbox, "GET", path)).body)).toContain("canary-1234");
  });

  test("PATCH does not encrypt twice", async () => {
    const sandbox = await sandboxFor();
    await put(sandbox, { "/plugin_configs/p": { plugins: { csrf: { key: "canary-1234" } } } });
    await admin(sandbox, "PATCH", "/plugin_configs/p", { desc: "changed" });
    expect((await admin(sandbox, "GET", "/plugin_configs/p")).body).toMatchObject({
      value: { desc: "changed", plugins: { csrf: { key: "canary-1234" } } },
    });
  });

  test("nothing of a body or a key is told on the side", async () => {
    const told: unknown[] = [];
    const sandbox = await sandboxFor({ adminKey: "canary-key", onError: (error) => told.push(error) });
    await put(sandbox, { "/consumers": { username: "jack", plugins: { "key-auth": { key: "canary-1234" } } } });
    await admin(sandbox, "PUT", "/routes/r", '{"broken');
    expect(JSON.stringify([told, sandbox.calls(), sandbox.counters()])).not.toMatch(/canary/);
  });
});

describe("lists", () => {
  test("pages are in the order of creation, and past the end there is an empty object", async () => {
    const sandbox = await sandboxFor();
    for (let id = 25; id > 0; id--)
      await put(sandbox, { [`/upstreams/u${String(id).padStart(2, "0")}`]: { nodes: {} } });
    const idsOf = async (query: string) => {
      const { text } = await admin(sandbox, "GET", `/upstreams?${query}`);
      const { list }: { list: readonly { value: { id: string } }[] } = JSON.parse(text);
      return Array.isArray(list) ? list.map(({ value }) => value.id) : list;
    };
    expect((await idsOf("")).slice(0, 2)).toEqual(["u01", "u02"]);
    expect((await idsOf("page=1&page_size=10")).slice(0, 2)).toEqual(["u25", "u24"]);
    expect(await idsOf("page=3&page_size=10")).toHaveLength(5);
    expect(await idsOf("page=0&page_size=10")).toHaveLength(10);
    expect(await idsOf("page=4&page_size=10")).toEqual({});
  });

  test("by uri, one or any of several", async () => {
    const sandbox = await sandboxFor();
    await put(sandbox, {
      "/routes/a": { uri: "/shop/cart", plugins: {} },
      "/routes/b": { uris: ["/x", "/shop/*"], plugins: {} },
      "/routes/c": { uri: "/y", plugins: {} },
    });
    expect((await admin(sandbox, "GET", "/routes?uri=%5E/shop")).body).toMatchObject({ total: 2 });
  });
});

describe("leases", () => {
  test("an object with a ttl goes when it ends, unless it is written again without", async () => {
    const sandbox = await sandboxFor();
    await put(sandbox, {
      "/upstreams/short?ttl=1": { nodes: {} },
      "/upstreams/saved?ttl=1": { nodes: {} },
      "/upstreams/saved": { nodes: {} },
    });
    expect((await admin(sandbox, "GET", "/upstreams/short")).status).toBe(200);
    await pause(1_200);
    expect((await admin(sandbox, "GET", "/upstreams/short")).status).toBe(404);
    expect((await admin(sandbox, "GET", "/upstreams/saved")).status).toBe(200);
    expect((await admin(sandbox, "PUT", "/upstreams/u?ttl=soon", { nodes: {} })).status).toBe(400);
  });
});

describe("what is checked beyond the schema", () => {
  test.each<[string, string, object, number]>([
    [
      "a filter function that is no Lua",
      "/routes/r",
      { uri: "/x", plugins: {}, filter_func: "function() return 1 +" },
      400,
    ],
    [
      "a filter function",
      "/routes/r",
      {
        uri: "/x",
        plugins: {},
        filter_func: 'function(vars) if vars.arg_x == "1" then return true end return false end',
      },
      201,
    ],
    [
      "a filter function with loops, tables and strings",
      "/routes/r",
      {
        uri: "/x",
        plugins: {},
        filter_func:
          "function(v) local t = {a=1, [2]='b', 3;} for i, x in ipairs(t) do while x do break end end for i=1,#t,2 do end return not (t.a ~= 1 and v[[uri]]) end",
      },
      201,
    ],
    [
      "a script that gives an object",
      "/routes/r",
      { uri: "/x", script: "local M = {}\nfunction M.access(ctx) ngx.exit(403) end\nreturn M" },
      201,
    ],
    ["a script that gives a number", "/routes/r", { uri: "/x", script: "local x = 1 return x + 1" }, 400],
    ["a script that gives nothing", "/routes/r", { uri: "/x", script: "local nothing = {}" }, 400],
    ["script and plugins", "/routes/r", { uri: "/x", plugins: {}, script: "local M = {} return M" }, 400],
    [
      "a proto with imports, options and services",
      "/protos/p",
      {
        content:
          'syntax = "proto3";\nimport "a.proto";\noption java_package = "x";\n// comment\nmessage A { repeated string n = 1 [deprecated = true]; map<string, int32> m = 2; oneof x { int32 a = 3; } }\nenum E { Z = 0; }\nservice S { rpc M (A) returns (stream A) {} }',
      },
      201,
    ],
    [
      "a proto whose bracket never closes",
      "/protos/p",
      { content: 'syntax = "proto3"; message A { string n = 1;' },
      400,
    ],
    ["a proto with an unknown word", "/protos/p", { content: 'syntax = "proto3"; class A { }' }, 400],
    [
      "an address range that no parser takes, in a plugin",
      "/routes/r",
      { uri: "/x", plugins: { "ip-restriction": { whitelist: ["1:2:3/64"] } } },
      400,
    ],
    [
      "a plugin that is switched off may be wrong",
      "/routes/r",
      { uri: "/x", plugins: { "limit-count": { _meta: { disable: true } } } },
      201,
    ],
    [
      "redirect with a default written out stands for two forms",
      "/routes/r",
      { uri: "/x", plugins: { redirect: { uri: "/y", http_to_https: false } } },
      400,
    ],
    [
      "conditions that broke the real check break ours",
      "/routes/r",
      { uri: "/x", plugins: {}, vars: ["AND", "a", "b"] },
      500,
    ],
  ])("%s", async (_name, path, body, status) => {
    const sandbox = await sandboxFor();
    expect((await admin(sandbox, "PUT", path, body)).status).toBe(status);
  });
});

test("whatever is sent, it is answered, and the next is too", async () => {
  const told: unknown[] = [];
  const sandbox = await sandboxFor({ hasStreamProxy: true, onError: (error) => told.push(error) });
  const kinds = [
    "routes",
    "services",
    "upstreams",
    "ssls",
    "consumers",
    "consumer_groups",
    "plugin_configs",
    "global_rules",
    "protos",
    "stream_routes",
    "plugin_metadata",
    "secrets/vault",
    "consumers/c/credentials",
    "configs/validate",
    "schema/validate/routes",
    "plugins",
    "nosuch",
    "..",
  ];
  const fields = [
    "id",
    "uri",
    "uris",
    "hosts",
    "nodes",
    "plugins",
    "vars",
    "filter_func",
    "upstream",
    "username",
    "content",
    "cert",
    "key",
    "labels",
    "script",
    "tls",
    "type",
    "routes",
  ];
  const values = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom(
      "/x",
      ["/x"],
      { "a:1": 1 },
      { cors: {} },
      { "limit-count": [] },
      [["arg_x", "==", 1]],
      "function() end",
    ),
  );
  const bodies = fc.oneof(
    fc.dictionary(fc.constantFrom(...fields), values, { maxKeys: 5 }).map((body) => JSON.stringify(body)),
    fc.json(),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("GET", "PUT", "POST", "PATCH", "DELETE"),
      fc.constantFrom(...kinds),
      fc.constantFrom("", "/1", "/1/plugins/cors", "/%2e", "/x%00?page=1&page_size=10&name=(&filter=%"),
      bodies,
      async (method, kind, rest, body) => {
        const status = await statusOf(sandbox.adminUrl, sandbox.adminKey, method, `/apisix/admin/${kind}${rest}`, body);
        expect(status).toBeGreaterThanOrEqual(200);
      },
    ),
    { numRuns },
  );
  expect(told).toEqual([]);
  expect((await admin(sandbox, "GET", "/routes")).status).toBe(200);
});

const agent = new Agent({ keepAlive: true });

function statusOf(url: string, key: string, method: string, path: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = sendRequest(
      url,
      { method, path, agent, headers: { "X-API-KEY": key, "Content-Length": Buffer.byteLength(body) } },
      (response) => {
        response.resume().on("end", () => resolve(response.statusCode ?? 0));
      },
    );
    sent.on("error", reject).end(body);
  });
}
