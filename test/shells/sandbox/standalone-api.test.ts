import { expect, test } from "vitest";
import type { Sandbox } from "../../../src/shells/sandbox/index.ts";
import { admin, sandboxFor } from "./support.ts";

function route(id: string, answer: string, more: object = {}): object {
  return { id, uri: `/${id}`, plugins: { "fault-injection": { abort: { http_status: 200, body: answer } } }, ...more };
}

async function push(sandbox: Sandbox, digest: string | undefined, document: object): Promise<number> {
  const response = await fetch(`${sandbox.adminUrl}/apisix/admin/configs`, {
    method: "PUT",
    headers: { "X-API-KEY": sandbox.adminKey, ...(digest !== undefined && { "X-Digest": digest }) },
    body: JSON.stringify(document),
  });
  return response.status;
}

async function answerAt(sandbox: Sandbox, path: string): Promise<string> {
  const response = await fetch(`${sandbox.proxyUrl}${path}`);
  return response.status === 200 ? response.text() : String(response.status);
}

// Recorded for 3.18 alone; the older ones follow apache/apisix at the release tags.
test.each([
  ["3.12.0", { read: 404, head: 404, validate: 404, withoutDigest: 404 }],
  ["3.13.0", { read: 200, head: 404, validate: 404, withoutDigest: 202 }],
  ["3.14.1", { read: 200, head: 200, validate: 404, withoutDigest: 400 }],
  ["3.15.0", { read: 200, head: 200, validate: 200, withoutDigest: 400 }],
])("%s knows of a document what that version knew", async (version, expected) => {
  const sandbox = await sandboxFor({ mode: "standalone", version });
  const found = {
    read: (await admin(sandbox, "GET", "/configs")).status,
    head: (await admin(sandbox, "HEAD", "/configs")).status,
    validate: (await admin(sandbox, "POST", "/configs/validate", {})).status,
    withoutDigest: await push(sandbox, undefined, {}),
  };
  expect(found).toEqual(expected);
});

test("objects one by one are none of its business, the version is told without a key", async () => {
  const sandbox = await sandboxFor({ mode: "standalone" });
  for (const path of ["/routes", "/routes/a", "/schema/route", "/plugins/list"]) {
    const { status, text } = await admin(sandbox, "GET", path);
    expect([path, status]).toEqual([path, 404]);
    expect(text).toContain("<html>");
  }
  const head = await fetch(`${sandbox.adminUrl}/apisix/admin`, { method: "HEAD" });
  expect([head.status, head.headers.get("server")]).toEqual([200, "APISIX/3.18.0"]);
});

test("an item that keeps its modifiedIndex is not taken in anew, whatever it holds", async () => {
  const sandbox = await sandboxFor({ mode: "standalone" });
  await push(sandbox, "1", { routes: [route("a", "old", { modifiedIndex: 7 }), route("b", "old")] });
  await push(sandbox, "2", { routes: [route("a", "new", { modifiedIndex: 7 }), route("b", "new")] });
  expect([await answerAt(sandbox, "/a"), await answerAt(sandbox, "/b")]).toEqual(["old", "new"]);
  await push(sandbox, "3", { routes: [route("a", "new", { modifiedIndex: 6 }), route("b", "new")] });
  expect(await answerAt(sandbox, "/a")).toBe("new");
});

test("a configuration that does not fit into 10 MiB is a 500, and the old one stays", async () => {
  const sandbox = await sandboxFor({ mode: "standalone" });
  expect(await push(sandbox, "1", { routes: [route("a", "here")] })).toBe(202);
  const wide = Array.from({ length: 11_000 }, (_, at) => route(`r${at}`, "x".repeat(1_000)));
  expect(await push(sandbox, "2", { routes: wide })).toBe(500);
  expect(await answerAt(sandbox, "/a")).toBe("here");
});

test("a consumer and its credential may be pushed again with the keys they have", async () => {
  const sandbox = await sandboxFor({ mode: "standalone" });
  const consumers = [
    { username: "jack", plugins: { "key-auth": { key: "one" } } },
    { id: "jack/credentials/second", plugins: { "key-auth": { key: "two" } } },
  ];
  expect(await push(sandbox, "1", { consumers })).toBe(202);
  expect(await push(sandbox, "2", { consumers })).toBe(202);
  const other = { username: "jill", plugins: { "key-auth": { key: "two" } } };
  expect(await push(sandbox, "3", { consumers: [...consumers, other] })).toBe(400);
});

test("a configuration of more than 1.5 MiB is taken, and not looked at", async () => {
  const sandbox = await sandboxFor({ mode: "standalone" });
  const document = { routes: [route("a", "x".repeat(1_572_864))] };
  const look = await admin(sandbox, "POST", "/configs/validate", document);
  expect([look.status, look.body]).toEqual([
    400,
    {
      error_msg: expect.stringMatching(/^invalid request body: request size \d+ is greater than the maximum/) as string,
    },
  ]);
  expect(await push(sandbox, "1", document)).toBe(202);
});
