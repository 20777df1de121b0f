import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExplanationJson } from "../../../src/cli/render/explain-json.ts";
import { type Sandbox, startSandbox } from "../../../src/shells/sandbox/index.ts";

const root = resolve(import.meta.dirname, "../../..");
const cases = "test/cli/demo-cases";

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Surroundings {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The program as a process of its own, without the caller's cluster and keys. */
function run(args: readonly string[], { input = "", env = {} }: Surroundings = {}): Promise<Run> {
  const { APISIX_ADMIN_KEY: _key, KUBECONFIG: _kubeconfig, ...rest } = process.env;
  const child = spawn(process.execPath, ["bin/apisix-route.js", "explain", ...args], {
    cwd: root,
    env: { ...rest, ...env },
  });
  const texts = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (texts.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (texts.err += text));
  child.stdin.end(input);
  return new Promise((settle, reject) => {
    child.on("error", reject);
    child.on("close", (code) => settle({ code, ...texts }));
  });
}

async function asJson(args: readonly string[], surroundings?: Surroundings): Promise<ExplanationJson> {
  return JSON.parse((await run([...args, "-o", "json"], surroundings)).out);
}

const oneRoute = (spec: string) => `
apiVersion: apisix-operator.dev/v1alpha1
kind: GatewayRoute
metadata: { name: r, namespace: shop }
spec: { ${spec}, upstream: { nodes: [{ host: 127.0.0.1, port: 80, weight: 1 }] } }
`;

describe("explain, from files", () => {
  test("the winner stands on the first line, then who was passed over and why", async () => {
    const { code, out, err } = await run([
      "GET",
      "http://red.example.com/api/x",
      "-H",
      "x-canary: yes",
      "-f",
      `${cases}/tenants-and-conditions`,
    ]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const lines = out.split("\n");
    expect(lines[0]).toBe("red/canary answers GET http://red.example.com/api/x");
    expect(out).toMatch(/1 {2}✗ {2}red\/orders .* 200 {2}first +methods wants POST, saw GET\n/);
    expect(out).toMatch(/2 {2}✓ {2}red\/canary .* 100 {2}lower priority {2}answers\n/);
    expect(out).toMatch(/red\/api .* 0 {2}lower priority {2}would be next\n/);
    expect(out).toMatch(/red\/orders {2}200 {2}filled: stands above 2 routes/);
  });

  test.concurrent.each<[what: string, args: readonly string[], input: string, code: number, line: RegExp]>([
    [
      "no route",
      ["http://red.example.com/nowhere", "-f", `${cases}/tenants-and-conditions`],
      "",
      1,
      /^No route answers GET .*: 404\n/,
    ],
    [
      "no such host",
      ["http://green.example.com/", "-f", `${cases}/tenants-and-conditions`],
      "",
      1,
      /No route names host green\.example\.com/,
    ],
    ["standard input", ["http://a.com/x", "-f", "-"], oneRoute("uris: [/*]"), 0, /^shop\/r answers/],
    [
      "a request that the server refuses",
      ["http://a.com/%zz", "-f", "-"],
      oneRoute("uris: [/*]"),
      1,
      /^No route is asked .* 400/,
    ],
    [
      "a filter that can't be read",
      ["http://a.com/", "-f", "-"],
      oneRoute("uris: [/*], filterFunc: 'function(v) return os.time() > 1 end'"),
      1,
      /^It can't be told who answers .* shop\/r may take it/,
    ],
    [
      "a tie",
      ["http://a.com/", "-f", "-"],
      `${oneRoute("uris: [/*], priority: 3")}---${oneRoute("uris: [/*], priority: 3").replace("name: r", "name: s")}`,
      1,
      /^shop\/r answers .* only by load order: shop\/s matches just as well/,
    ],
    [
      "a path router",
      ["http://a.com/x/1", "--router", "radixtree_uri", "-f", "-"],
      oneRoute("uris: [/x/*]"),
      0,
      /router radixtree_uri,/,
    ],
    [
      "a path router where no path leads anywhere",
      ["http://a.com/y", "--router", "radixtree_uri", "-f", "-"],
      oneRoute("uris: [/x/*]"),
      1,
      /No uri of any route leads to this path/,
    ],
    [
      "a route that names a gateway elsewhere",
      ["http://a.com/", "-f", "-"],
      oneRoute("uris: [/*], gatewayRef: { name: edge }"),
      0,
      /note {2}ApisixGateway edge is not among the files/,
    ],
  ])("%s", async (_what, args, input, code, line) => {
    const result = await run(args, { input });
    expect(result).toMatchObject({ code, err: "", out: expect.stringMatching(line) });
  });

  test.concurrent.each<[what: string, args: readonly string[], input: string, sentence: RegExp]>([
    ["a bad URL", ["GET", "shop", "-f", "-"], "", /^apisix-route: "shop" is no URL: .*\n$/],
    [
      "a bad header",
      ["http://a.com/", "-H", "nonsense", "-f", "-"],
      "",
      /^apisix-route: "nonsense" is no header; .*\n$/,
    ],
    ["broken YAML", ["http://a.com/", "-f", "-"], "a: [b\n", /^apisix-route: stdin:\d+:\d+: .*\n$/],
    [
      "nothing of ours",
      ["http://a.com/", "-f", "-"],
      "a: b\n",
      /^apisix-route: -: there is no manifest of apisix-operator\.dev\.\n$/,
    ],
    [
      "no such file",
      ["http://a.com/", "-f", "nowhere.yaml"],
      "",
      /^apisix-route: nowhere\.yaml: there is no such file or folder\n$/,
    ],
    [
      "an unknown gateway",
      ["http://a.com/", "--gateway", "x", "-f", "-"],
      oneRoute("uris: [/*]"),
      /^apisix-route: there is no ApisixGateway x; there is default\.\n$/,
    ],
    [
      "two places at once",
      ["http://a.com/", "--from", "cluster", "-f", "-"],
      "",
      /^apisix-route: --file and --from cluster name two places/,
    ],
    [
      "a missing key",
      ["http://a.com/", "--from", "gateway", "--admin-url", "http://127.0.0.1:1"],
      "",
      /^apisix-route: the admin key is missing/,
    ],
    [
      "a gateway that does not answer",
      ["http://a.com/", "--admin-url", "http://127.0.0.1:1", "--key", "s3cret"],
      "",
      /^apisix-route: the Admin API at http:\/\/127\.0\.0\.1:1 can't be read: (?!.*s3cret).*\n$/,
    ],
  ])("%s ends with 2 and one sentence", async (_what, args, input, sentence) => {
    expect(await run(args, { input })).toMatchObject({ code: 2, out: "", err: expect.stringMatching(sentence) });
  });

  test("without files and without a cluster it says what is missing", async () => {
    const { code, err } = await run(["http://a.com/"], { env: { KUBECONFIG: "/nowhere/config" } });
    expect({ code, err }).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^apisix-route: .*kubeconfig.*-f names manifests.*\n$/),
    });
  });

  test.each([
    ["by linear time", "(a+)+$", "noRoute"],
    ["by giving up", "^(?=a)(a+)+$", "unknown"],
  ])("a catastrophic pattern is done with at once, %s", async (_how, pattern, outcome) => {
    const args = [`http://a.com/x?q=${"a".repeat(50)}b`, "-f", "-"];
    const input = oneRoute(`uris: [/x], vars: [[arg_q, "~~", "${pattern}"]]`);
    const startedAt = performance.now();
    const json = await asJson(args, { input });
    expect(json.outcome).toBe(outcome);
    // Nearly all of it is the start of the process, which a busy machine draws out; backtracking would take years.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe("explain, from a gateway", () => {
  const key = "canary-admin-key-8c1f";
  const folder = mkdtempSync(join(tmpdir(), "apisix-route-explain-"));
  const keyFile = join(folder, "key");
  let sandbox: Sandbox;

  beforeAll(async () => {
    writeFileSync(keyFile, `${key}\n`);
    sandbox = await startSandbox({ adminKey: key });
    await put("services/svc", { hosts: ["test1.com", "test2.com"], upstream: { nodes: { "127.0.0.1:1": 1 } } });
    await put("routes/2", { uri: "/test*", service_id: "svc" });
    await put("routes/1", { uri: "/test*", host: "test2.com", service_id: "svc" });
    await put("routes/3", { uri: "/test/x", host: "test2.com", methods: ["POST"], service_id: "svc" });
  });
  afterAll(async () => {
    await sandbox.stop();
    rmSync(folder, { recursive: true });
  });

  async function put(path: string, body: object): Promise<void> {
    const answer = await fetch(`${sandbox.adminUrl}/apisix/admin/${path}`, {
      method: "PUT",
      headers: { "x-api-key": key },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }

  test("it names the route that answers there, and that load order alone decides", async () => {
    const args = ["http://test2.com/test/x", "--admin-url", sandbox.adminUrl, "--key-file", keyFile];
    const answer = await fetchAs("test2.com", `${sandbox.proxyUrl}/test/x`);
    const json = await asJson(args);
    expect(answer).toBe("2");
    expect(json).toMatchObject({
      winner: "2",
      dependsOnLoadOrder: true,
      tiedWith: ["1"],
      settled: false,
      steps: [
        { id: "3", why: { place: "methods", demands: "POST", saw: "GET" } },
        { id: "2", comesNextBy: "exact path" },
      ],
      table: { from: "gateway", observed: true, routes: 3 },
    });
  });

  test("files onto that gateway: ours are written beside what stands there", async () => {
    const args = ["http://test2.com/test/x", "-f", "-", "--admin-url", sandbox.adminUrl];
    const input = oneRoute("hosts: [test2.com], uris: [/test/x], priority: 4");
    const json = await asJson(args, { input, env: { APISIX_ADMIN_KEY: key } });
    expect(json).toMatchObject({
      winner: "shop/r",
      settled: true,
      table: { from: "files", observed: true, routes: 4 },
    });
  });

  test("a wrong key is told without it, and the right one is never printed", async () => {
    const wrong = await run(["http://a.com/", "--admin-url", sandbox.adminUrl, "--key", "wrong-key-77"]);
    expect(wrong).toMatchObject({ code: 2, out: "" });
    expect(wrong.err).toMatch(/^apisix-route: the Admin API at http:\/\/127\.0\.0\.1:\d+ can't be read: .*\n$/);
    expect(wrong.err).not.toContain("wrong-key-77");
    const right = await run(["http://test1.com/test", "--admin-url", sandbox.adminUrl, "--key", key]);
    expect(right.code).toBe(0);
    expect(right.out + right.err).not.toContain(key);
  });
});

/** Which route answered: the sandbox says so on every answer. */
async function fetchAs(host: string, url: string): Promise<string | undefined> {
  const { request } = await import("node:http");
  return new Promise((settle, reject) => {
    const sent = request(url, { headers: { host }, agent: false }, ({ headers }) => {
      sent.destroy();
      settle(String(headers["x-sandbox-route"]));
    });
    sent.on("error", reject).end();
  });
}
