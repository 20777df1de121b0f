import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { StandaloneCase } from "../../../src/cli/corpus/standalone-case.ts";
import { runStandaloneOnSandbox } from "../../../src/cli/corpus/standalone.ts";

const path = join(import.meta.dirname, "../../corpus/standalone.json");
// Recorded: test/corpus/README.md.
const cases: readonly StandaloneCase[] = JSON.parse(readFileSync(path, "utf8"));

describe("a gateway in standalone mode answers as APISIX was recorded to answer", () => {
  test.each(cases.map((one) => [one.name, one] as const))("%s", async (_name, one) => {
    const { misses, passed } = await runStandaloneOnSandbox([one]);
    expect(
      misses.map(({ exchange, differences }) => `${exchange.method} ${exchange.path}: ${differences.join("; ")}`),
    ).toEqual([]);
    expect(passed).toBe(one.exchanges.length);
  });

  test("every exchange was held", () => {
    expect(cases.flatMap(({ exchanges }) => exchanges)).toHaveLength(148);
  });
});

describe("a record that says otherwise is a miss", () => {
  const route = { id: "a", uri: "/t", plugins: { "fault-injection": { abort: { http_status: 200, body: "a" } } } };
  const push = {
    method: "PUT",
    path: "/apisix/admin/configs",
    headers: { "X-Digest": "d" },
    body: { routes: [route] },
  };
  const ask = { method: "GET", host: "a.com", uri: "/t" };

  test.each<[string, StandaloneCase["exchanges"], number]>([
    [
      "the truth",
      [
        { ...push, status: 202 },
        { ask, status: 200, answer: "a" },
      ],
      0,
    ],
    ["another digest", [{ ...push, status: 202, responseHeaders: { "X-Digest": "e" } }], 1],
    [
      "another route",
      [
        { ...push, status: 202 },
        { ask, status: 200, answer: "b" },
      ],
      1,
    ],
    [
      "no route",
      [
        { ...push, status: 202 },
        { ask, status: 200, answer: null },
      ],
      1,
    ],
    ["a route, where there is none", [{ ask, status: 404, answer: "a" }], 1],
    ["an error of another kind", [{ ask, status: 404 }], 1],
    ["a time that is none", [{ ...push, status: 202, responseHeaders: { "X-Digest": "<time>" } }], 1],
    [
      "YAML where there is JSON",
      [{ ...push, method: "GET", status: 200, text: "<yaml of the stored configuration>" }],
      0,
    ],
    [
      "YAML where there is none",
      [{ ...push, method: "POST", status: 404, text: "<yaml of the stored configuration>" }],
      1,
    ],
  ])("%s", async (name, exchanges, missed) => {
    expect((await runStandaloneOnSandbox([{ name, exchanges }])).misses).toHaveLength(missed);
  });
});
