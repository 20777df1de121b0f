import { inspect } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { type ApisixFailure, Secret } from "../../../src/core/model/index.ts";
import { AdminApiError, ApisixClient, type Call } from "../../../src/edges/apisix/index.ts";
import { deletion, planOf, step, words } from "./plans.ts";
import {
  type Act,
  type ScriptedGateway,
  drips,
  good,
  halfBody,
  halfChunked,
  hangs,
  html,
  resets,
  says,
  startGateway,
} from "./scripted-gateway.ts";

const canary = "canary-7be1f0";
const open: { close: () => unknown }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const faults: readonly (readonly [string, Act, ApisixFailure, ApisixFailure])[] = [
  // what the gateway does, how a read fails, how a write fails
  ["resets the connection", resets, "unreachable", "unreachable"],
  ["never answers", hangs, "timeout", "timeout"],
  ["drips for ever", drips, "timeout", "timeout"],
  ["answers 400", says(400, { error_msg: "invalid configuration: x" }), "badAnswer", "rejected"],
  ["answers 400 in plain text", says(400, "page_size must be between 10 and 500"), "badAnswer", "rejected"],
  [
    "answers 401",
    says(401, { error_msg: "failed to check token", description: "wrong apikey" }),
    "unauthorized",
    "unauthorized",
  ],
  ["answers 403 from nginx", says(403, html), "unauthorized", "unauthorized"],
  ["answers 404 from nginx", says(404, html), "notFound", "notFound"],
  ["answers 404 for the kind", says(404, { error_msg: "Unsupported resource type: x" }), "notFound", "notFound"],
  ["answers 405", says(405, { error_msg: "not supported `PUT` method" }), "badAnswer", "rejected"],
  ["answers 409", says(409, { error_msg: "x" }), "conflict", "conflict"],
  ["answers 413", says(413, html), "badAnswer", "rejected"],
  ["answers 429", says(429, html), "overloaded", "overloaded"],
  ["answers 500 in HTML", says(500, html), "gatewayError", "rejected"],
  ["answers 500 in JSON", says(500, { error_msg: "x" }), "gatewayError", "gatewayError"],
  ["answers 502", says(502, html), "gatewayError", "gatewayError"],
  ["answers 503", says(503, { error_msg: "etcd is down" }), "overloaded", "overloaded"],
  ["answers 504", says(504, html), "timeout", "timeout"],
  ["redirects", says(302, "", { location: "/elsewhere" }), "badAnswer", "badAnswer"],
  ["answers 304", (_seen, response) => void response.writeHead(304).end(), "badAnswer", "badAnswer"],
  ["breaks off in the middle", halfBody, "badAnswer", "badAnswer"],
  ["breaks off a chunked answer", halfChunked, "badAnswer", "badAnswer"],
  ["answers 200 with HTML", says(200, html), "badAnswer", "badAnswer"],
  ["answers 200 with nothing", says(200, ""), "badAnswer", "badAnswer"],
  ["answers 200 with half the JSON", says(200, '{"total": 1, "list": ['), "badAnswer", "badAnswer"],
  ["answers 200 with other JSON", says(200, { hello: "world" }), "badAnswer", "badAnswer"],
  ["answers 200 with a JSON text", says(200, '"ok"'), "badAnswer", "badAnswer"],
  ["answers 200 with null", says(200, "null"), "badAnswer", "badAnswer"],
  [
    "speaks something else",
    (_seen, _response, socket) => void socket.end("SSH-2.0-OpenSSH_9.2\r\n"),
    "badAnswer",
    "badAnswer",
  ],
];

describe("a gateway that", () => {
  test.each(faults)("%s: observe fails as a whole", async (_what, act, failure) => {
    const gateway = await started(inThirdRead(act));
    const thrown = await failureOf(clientOf(gateway).observe());
    expect(thrown).toBeInstanceOf(AdminApiError);
    expect(thrown).toMatchObject({ failure });
    expectNothingLeaked(thrown);
  });

  test.each(faults)("%s: a write fails, once, and says so", async (_what, act, _read, failure) => {
    const gateway = await started(act);
    const calls: Call[] = [];
    const secret = step(0, { body: { uris: ["/"], plugins: { "key-auth": { key: canary } } } });
    const outcome = await clientOf(gateway, (call) => calls.push(call)).apply(planOf(secret));
    expect(words(outcome.steps)).toEqual([failure]);
    expect(gateway.seen).toHaveLength(1);
    expect(calls).toMatchObject([{ method: "PUT", kind: "routes", failure, attempt: 1 }]);
    expectNothingLeaked(outcome, calls);
  });

  test.each(faults)("%s: the next pass mends it", async (_what, act) => {
    const gateway = await started(act);
    const client = clientOf(gateway);
    await client.apply(planOf(step(0)));
    gateway.act(good);
    expect(words((await client.apply(planOf(step(0)))).steps)).toEqual(["done"]);
  });

  test("is not there: nothing is sent", async () => {
    const gateway = await started(good);
    await gateway.close();
    const client = clientOf(gateway);
    expect(await failureOf(client.observe())).toMatchObject({ failure: "unreachable" });
    expect(words((await client.apply(planOf(step(0)))).steps)).toEqual(["unreachable"]);
  });

  test("has a name that nobody knows", async () => {
    const client = new ApisixClient({ urls: ["http://gateway.invalid:9180"], key: new Secret(canary) });
    open.push(client);
    expect(await failureOf(client.observe())).toMatchObject({ failure: "unreachable" });
  });
});

describe("deletions", () => {
  test.each<[string, Act, string]>([
    ["an object that is there is deleted", good, "done"],
    ["one that is gone already is as good", says(404, { message: "Key not found" }), "done"],
    ["but not if this is no Admin API", says(404, html), "notFound"],
    [
      "one that is still used is a conflict",
      says(400, { error_msg: "can not delete this service directly, route [r] is still using it now" }),
      "conflict",
    ],
    ["an answer without the deletion is none", says(200, { ok: true }), "badAnswer"],
  ])("%s", async (_sentence, act, word) => {
    const gateway = await started(act);
    const outcome = await clientOf(gateway).apply(planOf(deletion(0, { kind: "services" })));
    expect(words(outcome.steps)).toEqual([word]);
    expect(gateway.seen).toMatchObject([{ method: "DELETE", path: "/apisix/admin/services/r0", body: "" }]);
  });
});

describe("Retry-After", () => {
  test.each([
    ["seconds", "7", 7000],
    ["a date", new Date(1_000_000 + 9000).toUTCString(), 9000],
    ["five minutes at most", "86400", 300_000],
    ["nonsense", "soon", undefined],
  ])("%s", async (_sentence, header, retryAfterMs) => {
    const gateway = await started(says(429, html, { "retry-after": header }));
    const client = new ApisixClient({ urls: [gateway.url], key: new Secret("k"), clock: () => 1_000_000 });
    open.push(client);
    const { steps } = await client.apply(planOf(step(0)));
    expect(steps).toMatchObject([{ state: "failed", failure: "overloaded" }]);
    expect(steps[0]).toEqual(expect.objectContaining(retryAfterMs === undefined ? {} : { retryAfterMs }));
    if (retryAfterMs === undefined) expect(steps[0]).not.toHaveProperty("retryAfterMs");
  });

  test("holds for all calls, though some that were under way are answered well afterwards", async () => {
    let now = 1_000_000;
    const [pause, well]: (() => void)[][] = [[], []];
    const gateway = await started((seen, response, socket) => {
      if (seen.body.includes("/r0"))
        pause?.push(() => says(429, html, { "retry-after": "30" })(seen, response, socket));
      else well?.push(() => good(seen, response, socket));
      // Both are under way; the second is answered when the first is settled.
      if (gateway.seen.length === 2) pause?.forEach((answer) => answer());
    });
    const client = new ApisixClient({ urls: [gateway.url], key: new Secret("k"), clock: () => now });
    open.push(client);
    const plan = planOf(step(0), step(1));
    const onStep = () => well?.splice(0).forEach((answer) => answer());
    expect(words((await client.apply(plan, { onStep })).steps)).toEqual(["overloaded", "done"]);

    gateway.act(good);
    now += 29_000;
    expect(words((await client.apply(planOf(step(0)))).steps)).toEqual(["skipped"]);
    expect(gateway.seen).toHaveLength(2);
    now += 2_000;
    expect(words((await client.apply(planOf(step(0)))).steps)).toEqual(["done"]);
  });
});

/** The fault in one of the four lists; the others are as they should be. */
function inThirdRead(act: Act): Act {
  return (seen, response, socket) => (seen.path.endsWith("/upstreams") ? act : good)(seen, response, socket);
}

async function started(act: Act): Promise<ScriptedGateway> {
  const gateway = await startGateway(act);
  open.push(gateway);
  return gateway;
}

function clientOf(gateway: ScriptedGateway, onCall?: (call: Call) => void): ApisixClient {
  const client = new ApisixClient({
    urls: [gateway.url],
    key: new Secret(canary),
    timeouts: { connectMs: 500, idleMs: 150, readMs: 400, writeMs: 400 },
    ...(onCall !== undefined && { onCall }),
  });
  open.push(client);
  return client;
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function expectNothingLeaked(...things: readonly unknown[]): void {
  for (const thing of things) {
    expect(inspect(thing, { depth: 10, showHidden: true })).not.toContain(canary);
    expect(JSON.stringify(thing)).not.toContain(canary);
    expect(String(thing)).not.toContain(canary);
  }
}
