import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { doorOf } from "../../../src/cli/corpus/admin-call.ts";
import type { AdminCase } from "../../../src/cli/corpus/admin-case.ts";
import { runAdminOn } from "../../../src/cli/corpus/admin.ts";
import { sandboxFor } from "./support.ts";

const path = join(import.meta.dirname, "../../corpus/admin-api.json");
// Recorded: test/corpus/README.md.
const cases: readonly AdminCase[] = JSON.parse(readFileSync(path, "utf8"));
const groups = [...new Set(cases.map(({ group }) => group))];

describe("the Admin API answers as APISIX was recorded to answer", () => {
  test.each(groups)("%s", async (group) => {
    for (const hasStreamProxy of [false, true]) {
      const own = cases.filter((one) => one.group === group && (one.streamProxy ?? false) === hasStreamProxy);
      const sandbox = await sandboxFor({ hasStreamProxy });
      const { misses } = await runAdminOn(doorOf(sandbox.adminUrl, sandbox.adminKey, 0), own);
      expect(
        misses.map(
          (miss) => `${miss.case.name}: ${miss.exchange.method} ${miss.exchange.path}: ${miss.differences.join("; ")}`,
        ),
      ).toEqual([]);
    }
  });

  test("every exchange was held", () => {
    expect(cases.flatMap(({ exchanges }) => exchanges)).toHaveLength(727);
  });
});

describe("a record that says otherwise is a miss", () => {
  const put = {
    method: "PUT",
    path: "/apisix/admin/routes/r1",
    body: { uri: "/x", plugins: {} },
    status: 201,
  } as const;
  const get = { method: "GET", path: "/apisix/admin/routes/r1", status: 200 } as const;
  const value = { uri: "/x", plugins: {}, id: "r1", create_time: "<time>", update_time: "<time>" };
  const read = { key: "/apisix/routes/r1", value, createdIndex: "<index 1>", modifiedIndex: "<index 1>" };

  test.each<[string, AdminCase["exchanges"], number]>([
    [
      "the truth",
      [
        { ...put, response: { key: "/apisix/routes/r1", value } },
        { ...get, response: read },
      ],
      0,
    ],
    ["another status", [{ ...put, status: 200 }], 1],
    ["another value", [{ ...put, response: { key: "/apisix/routes/r1", value: { ...value, uri: "/y" } } }], 1],
    ["a field more", [{ ...put, response: { key: "/apisix/routes/r1", value: { ...value, status: 1 } } }], 1],
    ["one index for two", [put, { ...put, status: 200 }, { ...get, response: read }], 1],
    ["two for one", [put, { ...get, response: { ...read, modifiedIndex: "<index 2>" } }], 1],
    ["an id that is no id", [{ ...put, response: { key: "/apisix/routes/<id 1>", value } }], 1],
    ["another page", [{ method: "GET", path: "/apisix/admin", status: 404, html: "403 Forbidden" }], 1],
    ["an error of another form", [{ ...put, body: {}, status: 400, response: { message: "no" } }], 1],
    ["an error in other words", [{ ...put, body: {}, status: 400, response: { error_msg: "other words" } }], 0],
    ["a header", [{ ...get, status: 404, responseHeaders: { server: "APISIX/3.0.0" } }], 1],
  ])("%s", async (name, exchanges, missed) => {
    const sandbox = await sandboxFor();
    const report = await runAdminOn(doorOf(sandbox.adminUrl, sandbox.adminKey, 0), [
      { group: "made up", name, exchanges },
    ]);
    expect(report.misses).toHaveLength(missed);
    expect(report.passed).toBe(exchanges.length - missed);
  });
});
