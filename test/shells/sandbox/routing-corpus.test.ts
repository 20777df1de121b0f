import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { refusedByNode } from "../../../src/cli/corpus/limits.ts";
import type { RoutingCase } from "../../../src/cli/corpus/routing-case.ts";
import { runRoutingOnSandbox } from "../../../src/cli/corpus/sandbox.ts";
import { routerFlavors } from "../../../src/core/model/index.ts";

function casesOf(flavor: string): readonly RoutingCase[] {
  const path = join(import.meta.dirname, `../../corpus/routing-${flavor}.json`);
  return JSON.parse(readFileSync(path, "utf8")); // recorded: test/corpus/README.md
}

describe("over HTTP the sandbox routes as APISIX was recorded to route", () => {
  test.each(routerFlavors)("%s", { timeout: 60_000 }, async (flavor) => {
    const cases = casesOf(flavor);
    const { misses, skips, passed } = await runRoutingOnSandbox(cases);
    expect(
      misses.map(
        ({ case: { name }, request, differences }) =>
          `${name}: ${request.method} ${request.uri}: ${differences.join("; ")}`,
      ),
    ).toEqual([]);
    // What node's HTTP parser turns away before any handler sees it; the matcher answers these, too.
    expect(skips.map(({ request }) => `${request.method} ${request.uri}`)).toEqual([
      "GET /café",
      "GET /日本/x",
      "FOO /m",
      "FOO /m",
      "GE-T /m",
      "G_T /m",
    ]);
    expect(skips.length / (passed + skips.length)).toBeLessThan(0.01);
  });

  test("a record that says otherwise is a miss", async () => {
    const [first] = casesOf("radixtree_host_uri");
    if (first === undefined) throw new Error("no case");
    const [request] = first.requests;
    if (request === undefined) throw new Error("no request");
    const asked = async (change: object) =>
      (await runRoutingOnSandbox([{ ...first, requests: [{ ...request, ...change }] }])).misses.length;
    expect([
      await asked({}),
      await asked({ winner: "nobody" }),
      await asked({ status: 404 }),
      await asked({ seen: { uri: "/other" } }),
    ]).toEqual([0, 1, 1, 1]);
  });
});

test.each([
  ["a method that node's parser does not know", { method: "FOO", uri: "/" }, true],
  ["bytes beyond ASCII in the request line", { method: "GET", uri: "/é" }, true],
  ["a method that it knows, encoded bytes", { method: "PURGE", uri: "/%C3%A9" }, false],
])("%s", (_name, request, isRefused) => {
  expect(refusedByNode({ ...request, host: "a.com", winner: null, status: 404 }) !== undefined).toBe(isRefused);
});
