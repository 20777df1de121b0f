import { describe, expect, test } from "vitest";
import { ask, headerIn, mirrored, mirrorFor, put, sandboxFor, upstreamFor, type Ask } from "./support.ts";

/** A route with the plugins, in front of a mirror; named so that variables have something to show. */
async function sandboxWith(plugins: object, more: Readonly<Record<string, unknown>> = {}) {
  const { nodes } = await mirrorFor();
  const sandbox = await sandboxFor();
  await put(sandbox, {
    "/services/svc": { name: "the service", upstream: { nodes } },
    "/routes/r1": { uri: "/*", name: "the route", service_id: "svc", plugins, ...more },
  });
  return sandbox;
}

describe("proxy-rewrite", () => {
  test.each<[string, object, Ask, string]>([
    ["a new uri, with the client's query behind it", { uri: "/new" }, { path: "/old?a=1" }, "/new?a=1"],
    [
      "a uri with a query of its own takes the client's along",
      { uri: "/new?b=2" },
      { path: "/old?a=1" },
      "/new?b=2&a=1",
    ],
    ["variables in the uri", { uri: "/$arg_id/$route_id$uri" }, { path: "/p?id=7" }, "/7/r1/p?id=7"],
    [
      "a question mark out of a variable stays part of the path",
      { uri: "/v/$http_x" },
      { path: "/p", headers: { X: "a?b" } },
      "/v/a%253Fb",
    ],
    ["groups of a pattern", { regex_uri: ["^/iresty/(.*)/(.*)", "/$2-$1"] }, { path: "/iresty/a/b" }, "/b-a"],
    [
      "the first pattern that matches, of several",
      { regex_uri: ["^/no", "/1", "^/yes(.*)", "/2$1"] },
      { path: "/yes/x" },
      "/2/x",
    ],
    [
      "a pattern that matches nothing leaves the path",
      { regex_uri: ["^/no", "/1"] },
      { path: "/a%20b?x=1" },
      "/a%20b?x=1",
    ],
    ["uri goes before regex_uri", { uri: "/u", regex_uri: ["^/(.*)", "/r/$1"] }, { path: "/x" }, "/u"],
    [
      "headers alone still send the path as it was understood",
      { headers: { "X-A": "1" } },
      { path: "/a%2Fb//c" },
      "/a/b/c",
    ],
    [
      "the request line as it came, where that is asked for",
      { use_real_request_uri_unsafe: true },
      { path: "/a%2Fb//c?x" },
      "/a%2Fb//c?x",
    ],
  ])("%s", async (_name, config, what, url) => {
    const sandbox = await sandboxWith({ "proxy-rewrite": config });
    expect((await mirrored(sandbox, what)).url).toBe(url);
  });

  test("method and host", async () => {
    const sandbox = await sandboxWith({ "proxy-rewrite": { method: "POST", host: "inner.example.com" } });
    const seen = await mirrored(sandbox, {});
    expect(seen.method).toBe("POST");
    expect(headerIn(seen, "Host")).toEqual(["inner.example.com"]);
  });

  test("headers set, added and removed, with variables and groups", async () => {
    const sandbox = await sandboxWith({
      "proxy-rewrite": {
        regex_uri: ["^/t/(\\w+)", "/$1"],
        headers: {
          set: {
            "X-Route": "$route_name/$service_name",
            "X-Group": "$1",
            "X-Many": ["1", "2"],
            "X-Empty": "$arg_none",
          },
          add: { "X-Old": "new" },
          remove: ["X-Secret"],
        },
      },
    });
    const seen = await mirrored(sandbox, {
      path: "/t/abc",
      headers: { "X-Old": "old", "X-Secret": "s", "X-Empty": "e" },
    });
    expect(headerIn(seen, "X-Route")).toEqual(["the route/the service"]);
    expect(headerIn(seen, "X-Group")).toEqual(["abc"]);
    expect(headerIn(seen, "X-Many")).toEqual(["1", "2"]);
    expect(headerIn(seen, "X-Old")).toEqual(["old", "new"]);
    expect(headerIn(seen, "X-Secret")).toEqual([]);
    expect(headerIn(seen, "X-Empty")).toEqual([]);
  });

  test("the older form of headers sets them", async () => {
    const sandbox = await sandboxWith({ "proxy-rewrite": { headers: { "X-Api-Version": "v1", "X-Number": 7 } } });
    const seen = await mirrored(sandbox, { headers: { "X-Api-Version": "v0" } });
    expect([headerIn(seen, "X-Api-Version"), headerIn(seen, "X-Number")]).toEqual([["v1"], ["7"]]);
  });
});

describe("redirect", () => {
  test.each<[string, object, Ask, number, string]>([
    ["to a uri with variables", { uri: "/to${uri}?h=$host" }, { path: "/x" }, 302, "/to/x?h=a.com"],
    ["with another status", { uri: "/to", ret_code: 301 }, {}, 301, "/to"],
    ["by pattern", { regex_uri: ["^/test/(.*)/(.*)", "/$2/$1"] }, { path: "/test/a/b" }, 302, "/b/a"],
    ["with the query behind it", { uri: "/to", append_query_string: true }, { path: "/?a=1" }, 302, "/to?a=1"],
    ["encoded", { uri: "/to$uri", encode_uri: true }, { path: "/a%20b" }, 302, "/to/a%20b"],
    ["to TLS, GET by 301", { http_to_https: true }, { path: "/x?y=1" }, 301, "https://a.com:9443/x?y=1"],
    ["to TLS, POST by 308", { http_to_https: true }, { method: "POST", body: "x" }, 308, "https://a.com:9443/"],
  ])("%s", async (_name, config, what, status, location) => {
    const sandbox = await sandboxWith({ redirect: config });
    expect(await ask(sandbox, what)).toMatchObject({ status, headers: { location } });
  });

  test("a pattern that does not match lets the request pass", async () => {
    const sandbox = await sandboxWith({ redirect: { regex_uri: ["^/other", "/x"] } });
    expect((await ask(sandbox, { path: "/mine" })).status).toBe(200);
  });
});

describe("fault-injection", () => {
  test.each<[string, object, Ask, { status: number; text?: string | RegExp }]>([
    [
      "an answer with variables",
      { abort: { http_status: 418, body: "$host $arg_x" } },
      { path: "/?x=1" },
      { status: 418, text: "a.com 1" },
    ],
    ["an empty body says nothing", { abort: { http_status: 200, body: "" } }, {}, { status: 200, text: "" }],
    [
      "without a body the server's page",
      { abort: { http_status: 503 } },
      {},
      { status: 503, text: /503 Service Temporarily Unavailable/ },
    ],
    ["never at 0 percent", { abort: { http_status: 418, percentage: 0 } }, {}, { status: 200 }],
    ["always at 100 percent", { abort: { http_status: 418, percentage: 100 } }, {}, { status: 418 }],
    [
      "only where one of the conditions holds",
      { abort: { http_status: 418, vars: [[["arg_a", "==", "1"]], [["arg_b", "==", "1"]]] } },
      { path: "/?b=1" },
      { status: 418 },
    ],
    ["not where none holds", { abort: { http_status: 418, vars: [[["arg_a", "==", "1"]]] } }, {}, { status: 200 }],
  ])("%s", async (_name, config, what, { status, text }) => {
    const sandbox = await sandboxWith({ "fault-injection": config });
    const answer = await ask(sandbox, what);
    expect(answer.status).toBe(status);
    if (text !== undefined) expect(answer.text).toMatch(text);
  });

  test("headers of its own, and a delay before it answers or lets pass", async () => {
    const sandbox = await sandboxWith({
      "fault-injection": {
        delay: { duration: 0.2 },
        abort: { http_status: 200, body: "x", headers: { "X-A": "$route_id", "X-N": 5 } },
      },
    });
    const began = Date.now();
    expect((await ask(sandbox, {})).headers).toMatchObject({ "x-a": "r1", "x-n": "5" });
    expect(Date.now() - began).toBeGreaterThanOrEqual(195);
  });
});

describe("mocking", () => {
  test("an example, its type, status and mark", async () => {
    const sandbox = await sandboxWith({
      mocking: { response_example: '{"id":"$arg_id"}', response_status: 201, response_headers: { "X-A": "b" } },
    });
    const answer = await ask(sandbox, { path: "/?id=3" });
    expect(answer).toMatchObject({ status: 201, text: '{"id":"3"}' });
    expect(answer.headers).toMatchObject({
      "content-type": "application/json;charset=utf8",
      "x-mock-by": "APISIX/3.18.0",
      "x-a": "b",
    });
  });

  test("something of the schema's form", async () => {
    const response_schema = {
      type: "object",
      properties: { id: { type: "integer", example: 5 }, tags: { type: "array", items: { type: "string" } } },
    };
    const sandbox = await sandboxWith({ mocking: { response_schema, with_mock_header: false } });
    const answer = await ask(sandbox, {});
    expect(JSON.parse(answer.text)).toEqual({ id: 5, tags: ["text"] });
    expect(answer.headers["x-mock-by"]).toBeUndefined();
  });
});

describe("response-rewrite", () => {
  test("status, headers and body of what an upstream answered", async () => {
    const { nodes } = await upstreamFor((_request, response) =>
      response.writeHead(200, { "X-Old": "1", ETag: "x" }).end("old"),
    );
    const sandbox = await sandboxFor();
    const config = {
      status_code: 202,
      body: "new",
      headers: { set: { "X-Route": "$route_id" }, add: ["X-Old: 2"], remove: ["X-None"] },
    };
    await put(sandbox, { "/routes/r": { uri: "/*", upstream: { nodes }, plugins: { "response-rewrite": config } } });
    const answer = await ask(sandbox, {});
    expect(answer).toMatchObject({ status: 202, text: "new" });
    expect(answer.headers).toMatchObject({ "x-route": "r", "x-old": "1, 2" });
    expect(answer.headers["etag"]).toBeUndefined();
  });

  test.each<[string, object, string]>([
    ["a pattern once", { filters: [{ regex: "o+", replace: "0" }] }, "f0 boo"],
    [
      "a pattern everywhere, with a group",
      { filters: [{ regex: "(\\w)oo", replace: "<$1>", scope: "global" }] },
      "<f> <b>",
    ],
    ["Base64", { body: Buffer.from("binary").toString("base64"), body_base64: true }, "binary"],
    ["where the conditions hold", { body: "held", vars: [["status", "==", "never"]] }, "foo boo"],
  ])("%s", async (_name, config, text) => {
    const { nodes } = await upstreamFor((_request, response) => response.end("foo boo"));
    const sandbox = await sandboxFor();
    await put(sandbox, { "/routes/r": { uri: "/*", upstream: { nodes }, plugins: { "response-rewrite": config } } });
    expect((await ask(sandbox, {})).text).toBe(text);
  });

  test("it also changes what another plugin answers", async () => {
    const sandbox = await sandboxWith({
      "fault-injection": { abort: { http_status: 403, body: "no" } },
      "response-rewrite": { headers: { "X-A": "b" } },
    });
    expect((await ask(sandbox, {})).headers).toMatchObject({ "x-a": "b" });
  });
});

describe("which plugins run", () => {
  const answering = (body: string) => ({ "fault-injection": { abort: { http_status: 200, body } } });

  test.each<[string, object, object, object, string]>([
    ["the route's over its plugin config's", answering("route"), answering("config"), answering("service"), "route"],
    ["the plugin config's over the service's", {}, answering("config"), answering("service"), "config"],
    ["the service's, if nobody else has it", {}, {}, answering("service"), "service"],
  ])("%s", async (_name, plugins, config, service, text) => {
    const sandbox = await sandboxFor();
    await put(sandbox, {
      "/plugin_configs/p": { plugins: config },
      "/services/s": { plugins: service },
      "/routes/r": { uri: "/*", service_id: "s", plugin_config_id: "p", plugins },
    });
    expect((await ask(sandbox, {})).text).toBe(text);
  });

  test("one that is switched off does not, one with a filter only where it holds, and errors may be worded anew", async () => {
    const abort = { abort: { http_status: 418, body: "teapot" } };
    const sandbox = await sandboxFor();
    const { nodes } = await mirrorFor();
    await put(sandbox, {
      "/routes/off": {
        uri: "/off",
        upstream: { nodes },
        plugins: { "fault-injection": { ...abort, _meta: { disable: true } } },
      },
      "/routes/filter": {
        uri: "/filter",
        upstream: { nodes },
        plugins: { "fault-injection": { ...abort, _meta: { filter: [["arg_x", "==", "1"]] } } },
      },
      "/routes/words": {
        uri: "/words",
        plugins: { "fault-injection": { ...abort, _meta: { error_response: { message: "sorry" } } } },
      },
    });
    const statuses = await Promise.all(
      ["/off", "/filter", "/filter?x=1"].map(async (path) => (await ask(sandbox, { path })).status),
    );
    expect(statuses).toEqual([200, 200, 418]);
    expect(await ask(sandbox, { path: "/words" })).toMatchObject({ status: 418, text: '{"message":"sorry"}\n' });
  });

  test("by priority, which may be changed", async () => {
    const redirect = { redirect: { uri: "/there" } };
    const sandbox = await sandboxFor();
    const meta = (priority: number) => ({ ...answering("fault")["fault-injection"], _meta: { priority } });
    await put(sandbox, {
      "/routes/a": { uri: "/a", plugins: { ...answering("fault"), ...redirect } },
      "/routes/b": { uri: "/b", plugins: { "fault-injection": meta(1), ...redirect } },
    });
    expect([(await ask(sandbox, { path: "/a" })).status, (await ask(sandbox, { path: "/b" })).status]).toEqual([
      200, 302,
    ]);
  });

  test("global rules before all others, also where no route is found", async () => {
    const { nodes } = await mirrorFor();
    const sandbox = await sandboxFor();
    await put(sandbox, {
      "/global_rules/1": { plugins: { "response-rewrite": { headers: { "X-Global": "$route_id" } } } },
      "/routes/r": { uri: "/r", upstream: { nodes } },
    });
    expect((await ask(sandbox, { path: "/r" })).headers["x-global"]).toBe("r");
    await put(sandbox, { "/global_rules/1": { plugins: answering("global") } });
    expect([(await ask(sandbox, { path: "/r" })).text, (await ask(sandbox, { path: "/none" })).text]).toEqual([
      "global",
      "global",
    ]);
  });
});

test("a catastrophic pattern does not hold the sandbox up", async () => {
  const { nodes } = await mirrorFor();
  const sandbox = await sandboxFor();
  await put(sandbox, {
    "/routes/r": { uri: "/r", vars: [["arg_x", "~~", "(a+)+$"]], upstream: { nodes } },
    "/routes/p": { uri: "/*", upstream: { nodes }, plugins: { "proxy-rewrite": { regex_uri: ["^/(a+)+$", "/x"] } } },
  });
  const text = `${"a".repeat(50)}b`;
  const began = Date.now();
  await ask(sandbox, { path: `/r?x=${text}` });
  await ask(sandbox, { path: `/${text}` });
  expect(Date.now() - began).toBeLessThan(1_000);
});
