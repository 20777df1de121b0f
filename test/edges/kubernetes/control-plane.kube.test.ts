import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeKube } from "../../support/kubeapi.suite.ts";

describeKube("the control plane of the tests", ({ cluster, namespace, kubectl, apply }) => {
  test("has the version that go.mod asks for", async () => {
    const goMod = readFileSync("test/kubeapi/go.mod", "utf8");
    const [, minor, patch] = /k8s\.io\/kubernetes v1\.(\d+)\.(\d+)/.exec(goMod) ?? [];
    expect(JSON.parse(await kubectl(["version", "-o", "json"]))).toMatchObject({
      serverVersion: { gitVersion: `v1.${minor}.${patch}`, major: "1", minor },
    });
  });

  test("gives each suite a namespace of its own", async () => {
    await apply("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hello}\ndata: {a: b}\n");
    expect(await kubectl(["get", "configmap", "hello", "-o", "jsonpath={.metadata.namespace}"])).toBe(namespace);
  });

  test("repeats kubectl's own words when it refuses", async () => {
    await expect(apply("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: UPPER}\n")).rejects.toThrow(
      /lowercase RFC 1123/,
    );
  });

  test("listens on loopback alone", () => expect(new URL(cluster.server).hostname).toBe("127.0.0.1"));
});
