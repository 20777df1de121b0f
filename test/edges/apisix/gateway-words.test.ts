import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AdminRoute, Secret } from "../../../src/core/model/index.ts";
import { ApisixClient } from "../../../src/edges/apisix/index.ts";
import { gatewayWords } from "../../../src/edges/apisix/gateway-words.ts";
import { planOf, step } from "./plans.ts";
import { says, startGateway } from "./scripted-gateway.ts";

const canary = "hunter2-canary";
const key = new Secret("the-admin-key");
const numRuns = Number(process.env["FC_RUNS"] ?? 500);

describe("the gateway's words", () => {
  test.each<[string, AdminRoute, string, string]>([
    [
      "pass as they are when they quote what is plain",
      { hosts: ["a.com/x"], plugins: { "key-auth": { key: canary } } },
      'property "host" validation failed: failed to match pattern "^x$" with "a.com/x"',
      'property "host" validation failed: failed to match pattern "^x$" with "a.com/x"',
    ],
    [
      "name a plugin that is called like the object",
      { id: "shop.limited_route", name: "shop/limited", plugins: { "limit-count": { count: 2 } } },
      "unknown plugin [limit-count]",
      "unknown plugin [limit-count]",
    ],
    [
      "name the plugin and the field, not the value",
      { plugins: { "key-auth": { key: canary } } },
      `failed to check the configuration of plugin key-auth err: property "key" validation failed: failed to match pattern "^\\d$" with "${canary}"`,
      'failed to check the configuration of plugin key-auth err: property "key" validation failed: failed to match pattern "^\\d$" with "…"',
    ],
    [
      "hide a part of a value as well",
      { plugins: { "serverless-pre-function": { functions: [`return function() local k = "${canary}" end`] } } },
      `failed to loadstring: [string "return function() local k = "hunter2-can..."]:1: unexpected symbol near 'hunter2'`,
      "failed to loadstring: [string \"…...\"]:1: unexpected symbol near '…'",
    ],
    [
      "hide a value across lines",
      { plugins: { x: { pem: "-----BEGIN KEY-----\nabcdef\nghijkl" } } },
      "bad pem: -----BEGIN KEY-----\nabcdef\nghijkl",
      "bad pem: …",
    ],
    ["hide a short value in quotes", { plugins: { x: { pin: "1234" } } }, 'failed with "1234"', 'failed with "…"'],
    [
      "hide a number",
      { plugins: { x: { pin: 987654321 } } },
      "expected 987654321 to be at most 9",
      "expected … to be at most 9",
    ],
    [
      "hide conditions, which may hold a key",
      { vars: [["http_x_key", "==", canary]] },
      `bad value ${canary}`,
      "bad value …",
    ],
    [
      "hide the headers of a health check",
      { upstream: { checks: { active: { req_headers: [`Authorization: ${canary}`] } } } },
      `"Authorization: ${canary}" is too long`,
      '"…" is too long',
    ],
    [
      "keep the nodes of an upstream",
      { upstream: { nodes: { "web.shop:8080": 1 } } },
      "invalid node web.shop:8080",
      "invalid node web.shop:8080",
    ],
    ["hide the admin key", {}, "wrong key the-admin-key", "wrong key …"],
    [
      "name no consumer of somebody else",
      {},
      "duplicate key of plugin key-auth found with consumer: other_jack",
      "duplicate key of plugin key-auth found with consumer: …",
    ],
    [
      "name no rule of somebody else",
      {},
      "plugin 'cors' already exists in global rule with id 'a'",
      "plugin 'cors' already exists in global rule with id …",
    ],
    ["are one line", {}, "a\n\u0007  b\r\nc", "a b c"],
    ["are cut", {}, "long ".repeat(1000), `${"long ".repeat(100)}…`],
  ])("%s", (_sentence, body, text, shown) => {
    expect(gatewayWords(text, body, key)).toBe(shown);
  });

  test("hold no run of five characters of any value of a plugin", () => {
    const text = fc.string({ minLength: 5, maxLength: 30 });
    fc.assert(
      fc.property(text, text, text, (secret, before, after) => {
        const flat = secret.replaceAll(/[\p{C}\s]+/gu, " ");
        const shown = gatewayWords(`${before}${secret}${after}`, { plugins: { x: { y: [{ z: secret }] } } }, key);
        for (let at = 0; at + 5 <= flat.length; at += 1) expect(shown.includes(flat.slice(at, at + 5))).toBe(false);
      }),
      { numRuns },
    );
  });

  test("from end to end: neither the echo of the body nor a quote of it reaches the outcome", async () => {
    const gateway = await startGateway((seen, response, socket) =>
      says(400, { error_msg: `invalid request body: near ${canary}`, req_body: seen.body })(seen, response, socket),
    );
    const client = new ApisixClient({ urls: [gateway.url], key });
    const body = { uris: ["/"], plugins: { "key-auth": { key: canary } } };
    const { steps } = await client.apply(planOf(step(0, { body })));
    client.close();
    await gateway.close();
    expect(steps).toEqual([
      { state: "failed", failure: "rejected", message: "invalid request body: near …", fault: { about: "schema" } },
    ]);
  });
});
