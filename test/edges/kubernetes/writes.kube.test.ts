import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { finalizer } from "../../../src/core/model/index.ts";
import {
  type Cluster,
  EventRecorder,
  type KubeEvent,
  type RecorderReport,
  type ResourceType,
  addFinalizer,
  isKubeError,
  openCluster,
  removeFinalizer,
} from "../../../src/edges/kubernetes/index.ts";
import { describeKube } from "../../support/kubeapi.suite.ts";

const configMaps: ResourceType = {
  group: "",
  version: "v1",
  plural: "configmaps",
  kind: "ConfigMap",
  isNamespaced: true,
};

describeKube("what we write besides", ({ cluster: shared, namespace, kubectl }) => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await openCluster({ kind: "file", path: shared.kubeconfig });
  });
  afterAll(() => cluster.close());

  describe("a finalizer", () => {
    const create = async (name: string, finalizers: readonly string[] = []) => {
      const { metadata } = await cluster.client.create(configMaps, namespace, { metadata: { name, finalizers } });
      return { namespace, name, uid: metadata.uid, finalizers };
    };
    const finalizersOf = async (name: string) =>
      (await cluster.client.get(configMaps, { namespace, name })).metadata.finalizers ?? [];
    const isConflict = (call: Promise<void>) =>
      call.then(
        () => false,
        (error: unknown) => isKubeError(error, "conflict"),
      );

    test.each([
      ["is the first", "first", []],
      ["stands beside those of others", "beside", ["other.example/one", "other.example/two"]],
    ])("%s, and goes without them", async (_sentence, name, others) => {
      const target = await create(name, others);
      await addFinalizer(cluster.client, configMaps, target, finalizer);
      expect(await finalizersOf(name)).toEqual([...others, finalizer]);
      await removeFinalizer(cluster.client, configMaps, { ...target, finalizers: [...others, finalizer] }, finalizer);
      expect(await finalizersOf(name)).toEqual(others);
    });

    test("costs no request when it is there", async () => {
      const { resourceVersion } = (
        await cluster.client.create(configMaps, namespace, {
          metadata: { name: "there", finalizers: [finalizer] },
        })
      ).metadata;
      await addFinalizer(cluster.client, configMaps, { namespace, name: "there", finalizers: [finalizer] }, finalizer);
      const now = await cluster.client.get(configMaps, { namespace, name: "there" });
      expect(now.metadata.resourceVersion).toBe(resourceVersion);
    });

    test("is not written over what somebody else did meanwhile", async () => {
      const target = await create("meanwhile");
      await cluster.client.mergePatch(configMaps, target, { metadata: { finalizers: ["other.example/one"] } });
      expect(await isConflict(addFinalizer(cluster.client, configMaps, target, finalizer))).toBe(true);
      expect(
        await isConflict(
          removeFinalizer(cluster.client, configMaps, { ...target, finalizers: [finalizer] }, finalizer),
        ),
      ).toBe(true);
      expect(await finalizersOf("meanwhile")).toEqual(["other.example/one"]);
    });

    test("is not put on a namesake made since", async () => {
      const target = { ...(await create("namesake")), uid: "00000000-0000-0000-0000-000000000000" };
      expect(await isConflict(addFinalizer(cluster.client, configMaps, target, finalizer))).toBe(true);
    });

    test("of an object that is gone is gone", async () => {
      const ghost = { namespace, name: "ghost", finalizers: [finalizer] };
      await expect(removeFinalizer(cluster.client, configMaps, ghost, finalizer)).resolves.toBeUndefined();
    });

    test("lets a deletion wait for it", async () => {
      const target = await create("waits", [finalizer]);
      await cluster.client.delete(configMaps, target);
      expect((await cluster.client.get(configMaps, target)).metadata["deletionTimestamp"]).toBeDefined();
      await removeFinalizer(cluster.client, configMaps, target, finalizer);
      await expect(cluster.client.get(configMaps, target)).rejects.toMatchObject({ failure: "notFound" });
    });
  });

  describe("events", () => {
    const reports: RecorderReport["kind"][] = [];
    const recorder = () =>
      new EventRecorder({
        client: cluster.client,
        reportingController: "apisix-operator.dev/apisix-route-operator",
        reportingInstance: "pod-1",
        observe: ({ kind }) => reports.push(kind),
      });
    const about = (name: string, note: string, fields: Partial<KubeEvent> = {}): KubeEvent => ({
      regarding: { apiVersion: "v1", kind: "ConfigMap", namespace, name },
      type: "Warning",
      reason: "PriorityTie",
      action: "Reconcile",
      note,
      ...fields,
    });
    const eventsOf = async (name: string): Promise<{ note: string; series?: { count: number } }[]> => {
      const fields = `--field-selector=regarding.name=${name}`;
      return JSON.parse(await kubectl(["get", "events.events.k8s.io", fields, "-o", "json"])).items;
    };

    test("are shown by kubectl describe, with reason and text", async () => {
      const { metadata } = await cluster.client.create(configMaps, namespace, { metadata: { name: "described" } });
      const regarding = { apiVersion: "v1", kind: "ConfigMap", namespace, name: "described", uid: metadata.uid };
      const events = recorder();
      events.record(about("described", "Equal priority 10 in one bucket with shop/other", { regarding }));
      await events.stop(5000);
      const shown = await kubectl(["describe", "configmap", "described"]);
      expect(shown).toMatch(
        /Warning\s+PriorityTie\s+.*apisix-route-operator.*Equal priority 10 in one bucket with shop\/other/,
      );
    });

    test("that repeat become a count, another text another event", async () => {
      const events = recorder();
      for (let repeat = 0; repeat < 5; repeat++) events.record(about("repeats", "the same"));
      events.record(about("repeats", "another"));
      await events.stop(5000);
      const found = await eventsOf("repeats");
      expect(found.map(({ note, series }) => `${series?.count ?? 1} × ${note}`).sort()).toEqual([
        "1 × another",
        "5 × the same",
      ]);
    });

    test("about cluster-scoped objects live in the namespace default", async () => {
      const name = `gateway-${namespace}`;
      const events = recorder();
      events.record(about("", "reachable", { regarding: { apiVersion: "x/v1", kind: "X", namespace: "", name } }));
      await events.stop(5000);
      const fields = `--field-selector=regarding.name=${name}`;
      expect(await kubectl(["-n", "default", "get", "events.events.k8s.io", fields, "-o", "name"])).toContain(name);
    });

    test("fit the server's limits whatever they are made of", async () => {
      const name = `${"long.".repeat(50)}x`;
      const events = recorder();
      events.record(about(name, "ß".repeat(2000), { reason: "R".repeat(300), action: "A".repeat(300) }));
      await events.stop(5000);
      const found = await eventsOf(name);
      expect(found).toHaveLength(1);
      expect(Buffer.byteLength(found[0]?.note ?? "")).toBe(1024);
    });

    test("that the server refuses are counted and forgotten", async () => {
      reports.length = 0;
      const events = recorder();
      const nowhere = { apiVersion: "v1", kind: "ConfigMap", namespace: "no-such-namespace", name: "x" };
      events.record(about("", "lost", { regarding: nowhere }));
      events.record(about("after", "comes through"));
      await events.stop(5000);
      expect(reports).toEqual(["failed", "written"]);
    });

    test("of one object are held to a burst of 25", async () => {
      reports.length = 0;
      const events = recorder();
      for (let index = 0; index < 40; index++) events.record(about("storm", `text ${index}`));
      events.record(about("calm", "still heard"));
      await events.stop(10_000);
      expect(await eventsOf("storm")).toHaveLength(25);
      expect(await eventsOf("calm")).toHaveLength(1);
      expect(reports.filter((kind) => kind === "dropped")).toHaveLength(15);
    });
  });
});
