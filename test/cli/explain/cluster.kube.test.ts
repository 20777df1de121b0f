import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ExplanationJson } from "../../../src/cli/render/explain-json.ts";
import { type Sandbox, startSandbox } from "../../../src/shells/sandbox/index.ts";
import { describeKube } from "../../support/kubeapi.suite.ts";

const key = "canary-admin-key-51b0";

describeKube("explain, from the cluster", ({ cluster, namespace, apply, kubectl }) => {
  const gateway = `explain-${namespace}`;
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox({ adminKey: key });
    await fetch(`${sandbox.adminUrl}/apisix/admin/routes/theirs`, {
      method: "PUT",
      headers: { "x-api-key": key },
      body: JSON.stringify({
        uri: "/x/*",
        priority: 50,
        vars: [["arg_v", "==", "1"]],
        upstream: { nodes: { "127.0.0.1:1": 1 } },
      }),
    });
    await apply(`
apiVersion: v1
kind: Secret
metadata: { name: admin }
stringData: { key: "${key}" }
---
apiVersion: apisix-operator.dev/v1alpha1
kind: ApisixGateway
metadata: { name: ${gateway} }
spec: { admin: { urls: ["${sandbox.adminUrl}"], keyFrom: { namespace: ${namespace}, name: admin, key: key } } }
---
apiVersion: apisix-operator.dev/v1alpha1
kind: GatewayRoute
metadata: { name: wide }
spec: { gatewayRef: { name: ${gateway} }, uris: [/x/*], upstream: { nodes: [{ host: 127.0.0.1, port: 80, weight: 1 }] } }
---
apiVersion: apisix-operator.dev/v1alpha1
kind: GatewayRoute
metadata: { name: posts }
spec: { gatewayRef: { name: ${gateway} }, uris: [/x/*], methods: [POST], upstream: { nodes: [{ host: 127.0.0.1, port: 80, weight: 1 }] } }
`);
  });
  afterAll(async () => {
    await kubectl(["delete", "apisixgateway", gateway]);
    await sandbox.stop();
  });

  const explained = (...more: readonly string[]) =>
    run(["http://a.com/x/1", "--kubeconfig", cluster.kubeconfig, "--gateway", gateway, "-o", "json", ...more]);

  test("the routes of one gateway as the operator would write them, beside what stands there", async () => {
    const { json, text } = await explained();
    expect(json).toMatchObject({
      winner: `${namespace}/wide`,
      settled: true,
      table: { from: "cluster", gateway, observed: true, routes: 3 },
    });
    expect(json.steps.map(({ route }) => route)).toContain("theirs");
    // Other suites may have objects in this cluster that belong to no gateway.
    expect(json.notes.filter((note) => note.includes(namespace))).toEqual([]);
    expect(text).not.toContain(key);
  });

  test("a gateway whose Secret is gone is taken to be empty, and the answer says so", async () => {
    await kubectl(["delete", "secret", "admin"]);
    const { json } = await explained();
    expect(json).toMatchObject({ winner: `${namespace}/wide`, table: { observed: false, routes: 2 } });
    expect(json.notes.join("\n")).toContain(`Secret ${namespace}/admin is not there`);
  });
});

function run(args: readonly string[]): Promise<{ readonly json: ExplanationJson; readonly text: string }> {
  const child = spawn(process.execPath, ["bin/apisix-route.js", "explain", ...args], {
    cwd: resolve(import.meta.dirname, "../../.."),
  });
  const texts = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (texts.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (texts.err += text));
  child.stdin.end();
  return new Promise((settle, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (texts.out === "") reject(new Error(`${code}: ${texts.err}`));
      else settle({ json: JSON.parse(texts.out), text: texts.out + texts.err });
    });
  });
}
