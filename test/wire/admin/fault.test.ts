import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type JsonObject, formatPath, isJsonObject } from "../../../src/core/model/index.ts";
import { decodeFault } from "../../../src/wire/admin/index.ts";

function told(words: string, body: JsonObject): string {
  const { about, path } = decodeFault(words, body);
  return `${about} ${path === undefined ? "-" : formatPath(path)}`;
}

const fails = (...steps: readonly string[]) => steps.map((step) => `property "${step}" validation failed: `).join("");
const ofPlugin = (name: string, rest: string) => `failed to check the configuration of plugin ${name} err: ${rest}`;

describe("what the gateway's words are about", () => {
  test.each<[string, JsonObject, string]>([
    [
      ofPlugin("limit-count", `${fails("count")}wrong type`),
      { plugins: { "limit-count": { count: "x" } } },
      "plugin plugins.limit-count.count",
    ],
    [
      ofPlugin("limit-count", 'property "count" is required'),
      { plugins: { "limit-count": {} } },
      "plugin plugins.limit-count.count",
    ],
    [
      ofPlugin(
        "traffic-split",
        `${fails("rules")}failed to validate item 2: ${fails("weighted_upstreams")}failed to validate item 1: ${fails("weight")}wrong type`,
      ),
      { plugins: { "traffic-split": { rules: [{}, { weighted_upstreams: [{ weight: "x" }] }] } } },
      "plugin plugins.traffic-split.rules[1].weighted_upstreams[0].weight",
    ],
    [
      ofPlugin("proxy-rewrite", `${fails("headers")}failed to validate x y (matching "^a"): wrong type`),
      { plugins: { "proxy-rewrite": { headers: { "x y": 1 } } } },
      'plugin plugins.proxy-rewrite.headers["x y"]',
    ],
    [
      `invalid plugins configuration: ${ofPlugin("key-auth", `${fails("key")}string too short`)}`,
      { plugins: { "key-auth": { key: "" } } },
      "plugin plugins.key-auth.key",
    ],
    [
      `invalid routes at index 3, err: ${ofPlugin("cors", `${fails("max_age")}wrong type`)}`,
      { plugins: { cors: { max_age: "x" } } },
      "plugin plugins.cors.max_age",
    ],
    ["unknown plugin [limit-cuont]", { plugins: { "limit-cuont": {} } }, "unknownPlugin plugins.limit-cuont"],
    ["invalid plugin name", {}, "unknownPlugin -"],
    [
      "duplicate key of plugin key-auth found with consumer: jack",
      { plugins: { "key-auth": {} } },
      "plugin plugins.key-auth",
    ],
    ["plugin 'cors' already exists in global rule with id 'a'", { plugins: { cors: {} } }, "plugin plugins.cors"],
    [
      "failed to load _meta.pre_function in plugin cors: x",
      { plugins: { cors: { _meta: { pre_function: "(" } } } },
      "plugin plugins.cors._meta.pre_function",
    ],
    ["failed to validate the 'vars' expression: x", { vars: [] }, "schema vars"],
    [
      "failed to validate the 'vars' expression: x",
      { plugins: { cors: { _meta: { filter: [] } } } },
      "plugin plugins.cors._meta.filter",
    ],
    [
      "failed to validate the 'vars' expression: x",
      { vars: [], plugins: { cors: { _meta: { filter: [] } } } },
      "schema -",
    ],
    [
      `invalid configuration: ${fails("hosts")}failed to validate item 2: failed to match pattern "^x$" with "a b"`,
      { hosts: ["a", "a b"] },
      "schema hosts[1]",
    ],
    [
      `invalid configuration: ${fails("upstream")}${fails("checks", "active", "type")}matches none`,
      { upstream: { checks: { active: { type: 1 } } } },
      "schema upstream.checks.active.type",
    ],
    ["invalid configuration: additional properties forbidden, found foo", { foo: 1 }, "schema foo"],
    [`invalid configuration: ${fails("id")}object matches none of the required`, {}, "schema id"],
    ["invalid port 65536", { upstream: { nodes: [] } }, "schema upstream.nodes"],
    ["invalid port 65536", { nodes: [] }, "schema nodes"],
    ["missing key", { type: "chash" }, "schema key"],
    ["failed to fetch service info by service id [x], response code: 404", { service_id: "x" }, "schema service_id"],
    ["something that no gateway has said before", { uri: "/" }, "schema -"],
    // What is quoted is no place: nothing of it is believed that is not in the body.
    [`invalid configuration: property "hunter2" validation failed: x`, { uri: "/" }, "schema -"],
    [ofPlugin("hunter2", "x"), { plugins: { cors: {} } }, "plugin plugins"],
    [
      `invalid configuration: ${fails("uri")}failed to match pattern "^x$" with "property "hosts" validation failed: "`,
      { uri: "x", hosts: [] },
      "schema uri",
    ],
  ])("%s", (words, body, expected) => {
    expect(told(words, body)).toBe(expected);
  });

  test("of a real APISIX: whenever it names a property of the body, that is the place", () => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the corpus is ours, its README says what it holds
    const cases = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../corpus/admin-api.json"), "utf8")) as {
      readonly exchanges: readonly { readonly status: number; readonly body?: unknown; readonly response?: unknown }[];
    }[];
    let count = 0;
    for (const { body, status, response } of cases.flatMap(({ exchanges }) => exchanges)) {
      const words = isJsonObject(response) ? response["error_msg"] : undefined;
      if (status !== 400 || typeof words !== "string" || !isJsonObject(body)) continue;
      const names = [...words.matchAll(/property "([^"]+)" (?:validation failed|is required)/g)].map(
        ([, name]) => name,
      );
      const { path = [] } = decodeFault(words, body);
      if (names.length === 0) continue;
      count += 1;
      expect(
        path.filter((step) => names.includes(String(step))),
        words,
      ).toEqual(names);
    }
    expect(count).toBeGreaterThan(50);
  });
});
