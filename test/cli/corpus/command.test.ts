import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { startSandbox } from "../../../src/shells/sandbox/index.ts";

const main = join(import.meta.dirname, "../../../src/main.ts");

const routing = {
  name: "The longer prefix answers.",
  group: "rule",
  router: "radixtree_host_uri",
  services: [],
  routes: [
    { id: "short", uri: "/*" },
    { id: "long", uri: "/a/*" },
  ],
  requests: [
    { method: "GET", host: "a.com", uri: "/a/b", winner: "long", status: 200 },
    { method: "GET", host: "a.com", uri: "/b", winner: "short", status: 200 },
  ],
};
const wrong = { ...routing, requests: [{ ...routing.requests[0], winner: "short" }] };
const exchanges = {
  name: "An empty list.",
  group: "made up",
  exchanges: [{ method: "GET", path: "/apisix/admin/routes", status: 200, response: { list: [], total: 0 } }],
};
const standalone = {
  name: "Before the first push.",
  exchanges: [
    { method: "GET", path: "/apisix/admin/configs", status: 200 },
    { ask: { method: "GET", host: "a.com", uri: "/" }, status: 404, answer: null },
  ],
};

async function corpus(
  files: Readonly<Record<string, unknown>>,
  ...options: readonly string[]
): Promise<{ code: number; out: string; err: string }> {
  const folder = await mkdtemp(join(tmpdir(), "corpus-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  }
  const child = spawn(process.execPath, [main, "corpus", folder, ...options], { stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const [code]: number[] = await once(child, "close");
  return { code: code ?? -1, out, err };
}

describe.each(["matcher", "sandbox"])("--on %s", (respondent) => {
  test("every file of the folder, known by its content, and the count at the end", async () => {
    const files = {
      "a.json": [routing],
      "b.json": [exchanges],
      "c.json": [standalone],
      "d.json": {},
      "notes.md": "no cases",
    };
    const { code, out } = await corpus(files, "--on", respondent);
    expect(out).toMatch(/^a\.json: 2 passed, 0 failed$/m);
    expect(out).toMatch(/^b\.json: 1 passed, 0 failed$/m);
    expect(out).toMatch(/^c\.json: 2 passed, 0 failed$/m);
    expect(out).toMatch(/^d\.json: skipped, /m);
    expect(out.trimEnd().split("\n").at(-1)).toBe("5 passed, 0 failed");
    expect(code).toBe(0);
  });

  test("a standalone case that is answered otherwise is a miss, be it the document or a route", async () => {
    const cases = [
      {
        name: "No such version.",
        exchanges: [{ method: "PUT", path: "/apisix/admin/configs", body: {}, status: 202 }],
      },
      { name: "No such route.", exchanges: [{ ...standalone.exchanges[1], answer: "x" }] },
    ];
    const { code, out } = await corpus({ "a.json": cases }, "--on", respondent);
    expect(out).toMatch(/miss {2}standalone: No such version\.\n.*PUT .*\n {2}differs {3}status: 400, recorded 202\n/);
    expect(out).toMatch(
      /miss {2}standalone: No such route\.\n.*http:\/\/a\.com\/\n {2}differs {3}answer: null, recorded x\n/,
    );
    expect(code).toBe(1);
  });

  test("a miss tells the request and what decided, and is exit code 1", async () => {
    const { code, out } = await corpus({ "a.json": [routing, wrong] }, "--on", respondent);
    expect(out).toMatch(
      /miss {2}radixtree_host_uri: The longer prefix answers\.\n {2}request {3}GET \/a\/b {2}Host: a\.com\n {2}differs {3}winner: "long", recorded "short"\n {2}decided {3}.*long/,
    );
    expect(out.trimEnd().split("\n").at(-1)).toBe("2 passed, 1 failed");
    expect(code).toBe(1);
  });
});

describe("--on URL", () => {
  async function gateway(options = {}) {
    const sandbox = await startSandbox({ adminKey: "test-key", ...options });
    onTestFinished(() => sandbox.stop());
    return { sandbox, flags: ["--on", sandbox.adminUrl, "--gateway", sandbox.proxyUrl, "--key", "test-key"] };
  }

  test("a running gateway is loaded, asked, and left empty", async () => {
    const { sandbox, flags } = await gateway();
    const { code, out } = await corpus({ "a.json": [routing], "b.json": [exchanges] }, ...flags);
    expect([code, out.trimEnd().split("\n").at(-1)]).toEqual([0, "3 passed, 0 failed"]);
    const left = await fetch(`${sandbox.adminUrl}/apisix/admin/routes?api_key=test-key`);
    expect(await left.json()).toEqual({ total: 0, list: [] });
  });

  test.each(["radixtree_uri", "radixtree_uri_with_parameter"])(
    "its router is found out: with %s these cases are skipped, and said to be",
    async (flavor) => {
      const { flags } = await gateway({ flavor });
      const { code, out } = await corpus({ "a.json": [routing] }, ...flags);
      expect(out).toMatch(`recorded with radixtree_host_uri, and the gateway has ${flavor} (`);
      expect([code, out.trimEnd().split("\n").at(-1)]).toEqual([0, "0 passed, 0 failed"]);
    },
  );

  test("one that holds objects is left alone", async () => {
    const { sandbox, flags } = await gateway();
    const path = `${sandbox.adminUrl}/apisix/admin/routes/mine?api_key=test-key`;
    await fetch(path, { method: "PUT", body: '{"uri":"/mine","plugins":{}}' });
    const { code, err } = await corpus({ "a.json": [routing] }, ...flags);
    expect([code, (await fetch(path)).status]).toEqual([2, 200]);
    expect(err).toMatch(/holds 1 objects? \(\/apisix\/admin\/routes\/mine/);
  });

  test("a wrong key is one sentence and code 2", async () => {
    const { flags } = await gateway();
    const { code, err } = await corpus({ "a.json": [routing] }, ...flags, "--key", "wrong");
    expect(code).toBe(2);
    expect(err).toMatch(/admin key/);
    expect(err).not.toMatch(/\n\s+at /);
  });
});

test.each([
  ["a folder that is not there", { "a.json": [] }, ["--on", "ftp://x"]],
  ["a file that is no JSON", { "a.json": "{" }, []],
])("%s is code 2", async (_name, files, options) => {
  expect((await corpus(files, ...options)).code).toBe(2);
});
