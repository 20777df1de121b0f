import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Cluster,
  KubeError,
  type RequestReport,
  type ResourceType,
  openCluster,
  secrets,
} from "../../../src/edges/kubernetes/index.ts";
import { eventually } from "../../support/eventually.ts";
import { type FaultyCluster, behindFaults } from "../../support/kubeapi.faults.ts";
import { describeKube } from "../../support/kubeapi.suite.ts";

const configMaps: ResourceType = {
  group: "",
  version: "v1",
  plural: "configmaps",
  kind: "ConfigMap",
  isNamespaced: true,
};
const deployments: ResourceType = {
  group: "apps",
  version: "v1",
  plural: "deployments",
  kind: "Deployment",
  isNamespaced: true,
};

describeKube("the Kubernetes client", ({ cluster: shared, namespace, apply }) => {
  let faulty: FaultyCluster;
  let cluster: Cluster;
  const reports: RequestReport[] = [];

  beforeAll(async () => {
    faulty = await behindFaults(shared);
    cluster = await openCluster(
      { kind: "file", path: faulty.kubeconfig },
      { observe: (report) => reports.push(report), timeoutMs: 5_000 },
    );
  });
  afterAll(async () => {
    await cluster.close();
    await eventually(() => faulty.proxy.open() === 0);
    await faulty.stop();
  });

  const named = (name: string) => ({ namespace, name });
  const failureOf = (call: Promise<unknown>) =>
    call.then(
      () => "none",
      (error: unknown) => (error instanceof KubeError ? error.failure : String(error)),
    );

  test("keeps its connections: 100 calls in a row need two at most, 500 at once no more than the pool holds", async () => {
    const get = () => cluster.client.get(configMaps, named("kube-root-ca.crt"));
    for (let call = 0; call < 100; call++) await get();
    // Two, because undici hands over an answer a moment before it counts the connection as free again.
    expect(faulty.proxy.opened()).toBeLessThanOrEqual(2);
    await Promise.all(Array.from({ length: 500 }, get));
    expect(faulty.proxy.opened()).toBeLessThanOrEqual(16);
    expect(reports.filter(({ code, lane }) => code === 200 && lane === "requests").length).toBeGreaterThanOrEqual(100);
  });

  test("creates, reads, patches and deletes", async () => {
    const created = await cluster.client.create(configMaps, namespace, {
      metadata: { name: "crud" },
      data: { a: "1" },
    });
    expect(created).toMatchObject({ metadata: { namespace, name: "crud" }, data: { a: "1" } });
    const merged = await cluster.client.mergePatch(configMaps, named("crud"), { data: { b: "2" } });
    expect(merged["data"]).toEqual({ a: "1", b: "2" });
    const patched = await cluster.client.jsonPatch(configMaps, named("crud"), [{ op: "remove", path: "/data/a" }]);
    expect(patched["data"]).toEqual({ b: "2" });
    await cluster.client.delete(configMaps, { ...named("crud"), uid: created.metadata.uid });
    expect(await failureOf(cluster.client.get(configMaps, named("crud")))).toBe("notFound");
  });

  describe("tells failures apart", () => {
    const create = (name: string, data: object = {}) =>
      cluster.client.create(configMaps, namespace, { metadata: { name }, data });

    test("what is not there", async () => {
      expect(await failureOf(cluster.client.get(configMaps, named("nobody")))).toBe("notFound");
    });

    test("what is there already", async () => {
      await create("twice");
      expect(await failureOf(create("twice"))).toBe("alreadyExists");
    });

    test("what has moved on", async () => {
      const old = await create("moved");
      await cluster.client.mergePatch(configMaps, named("moved"), { data: { a: "1" } });
      expect(await failureOf(cluster.client.replace(configMaps, named("moved"), old))).toBe("conflict");
    });

    test("a namesake made since", async () => {
      await create("namesake");
      const uid = "00000000-0000-0000-0000-000000000000";
      expect(await failureOf(cluster.client.delete(configMaps, { ...named("namesake"), uid }))).toBe("conflict");
    });

    test("what breaks a rule, with the fields that do", async () => {
      const error: unknown = await create("Not A Name").catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        failure: "invalid",
        code: 422,
        reason: "Invalid",
        causes: [{ field: "metadata.name" }],
      });
    });
  });

  test("writes a status whole: fields we no longer name go away, others' conditions stay", async () => {
    await apply(deploymentNamed("status"));
    const name = named("status");
    const condition = (type: string) => ({ type, status: "True", reason: "Test", message: "" });
    await cluster.client.applyStatus(deployments, name, { conditions: [condition("One"), condition("Two")] });
    const after = await cluster.client.applyStatus(deployments, name, { conditions: [condition("Two")] });
    const status: { conditions?: { type: string }[] } = Object(after["status"]);
    const types = status.conditions?.map(({ type }) => type) ?? [];
    expect(types).toContain("Two");
    expect(types).not.toContain("One");
  });

  test("does not make the object it was asked to write a status of", async () => {
    expect(await failureOf(cluster.client.applyStatus(deployments, named("ghost"), {}))).toBe("notFound");
  });

  test("keeps a status off a namesake made since", async () => {
    await apply(deploymentNamed("reborn"));
    const uid = "00000000-0000-0000-0000-000000000000";
    expect(await failureOf(cluster.client.applyStatus(deployments, { ...named("reborn"), uid }, {}))).toBe("conflict");
  });

  test("lists in pages that add up", async () => {
    const items = Array.from({ length: 1203 }, (_item, index) => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: `page-${String(index).padStart(4, "0")}`, labels: { suite: "pages" } },
    }));
    for (let start = 0; start < items.length; start += 50)
      await Promise.all(items.slice(start, start + 50).map((item) => cluster.client.create(secrets, namespace, item)));
    const pages: number[] = [];
    const names = new Set<string>();
    const versions = new Set<string>();
    const selection = { namespace, labelSelector: "suite=pages" };
    for await (const page of cluster.client.listPages(secrets, selection, new AbortController().signal)) {
      pages.push(page.items.length);
      versions.add(page.resourceVersion);
      for (const item of page.items) names.add(item.metadata.name);
    }
    expect(pages).toEqual([500, 500, 203]);
    expect(names.size).toBe(1203);
    expect(versions.size).toBe(1);
  });

  describe("when the connection fails", () => {
    test("says unreachable when it is refused, and works again afterwards", async () => {
      faulty.proxy.refuse();
      expect(await failureOf(cluster.client.get(configMaps, named("kube-root-ca.crt")))).toBe("unreachable");
      faulty.proxy.heal();
      expect(await failureOf(cluster.client.get(configMaps, named("kube-root-ca.crt")))).toBe("none");
    });

    test("says unreachable when half an answer came", async () => {
      await cluster.client.create(configMaps, namespace, {
        metadata: { name: "big" },
        data: { a: "x".repeat(200_000) },
      });
      faulty.proxy.resetAfter(100_000);
      expect(await failureOf(cluster.client.get(configMaps, named("big")))).toBe("unreachable");
      faulty.proxy.heal();
    });

    test("says timeout when the answer does not come to its end in time", async () => {
      const impatient = await openCluster({ kind: "file", path: faulty.kubeconfig }, { timeoutMs: 500 });
      faulty.proxy.stallAfter(3_000);
      expect(await failureOf(impatient.client.get(configMaps, named("big")))).toBe("timeout");
      faulty.proxy.heal();
      await impatient.close();
    });

    test("stops at once when the caller loses interest", async () => {
      faulty.proxy.stallAfter(0);
      const interest = new AbortController();
      const call = failureOf(cluster.client.get(configMaps, named("big"), { signal: interest.signal }));
      interest.abort(new Error("never mind"));
      expect(await call).toBe("Error: never mind");
      faulty.proxy.heal();
      faulty.proxy.cut();
    });
  });
});

function deploymentNamed(name: string): string {
  return JSON.stringify({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "c", image: "none" }] } },
    },
  });
}
