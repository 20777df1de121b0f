import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  type Cluster,
  type KubeObject,
  Reflector,
  type ReflectorOptions,
  type ReflectorReport,
  type ResourceType,
  type SyncState,
  openCluster,
  trimmed,
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
const namespaced = "suite=reflector";

describeKube("the reflector", ({ cluster: shared, namespace, apply, kubectl }) => {
  let faulty: FaultyCluster;
  /** Through the proxy: what is tested. */
  let cluster: Cluster;
  /** Past the proxy: the rest of the world. */
  let world: Cluster;
  const stops: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    faulty = await behindFaults(shared);
    cluster = await openCluster({ kind: "file", path: faulty.kubeconfig }, { timeoutMs: 20_000 });
    world = await openCluster({ kind: "file", path: shared.kubeconfig });
  });
  afterEach(async () => {
    faulty.proxy.heal();
    for (const stop of stops.splice(0)) await stop();
    await kubectl(["delete", "configmaps", "-l", namespaced, "--wait=true"]);
  });
  afterAll(async () => {
    await cluster.close();
    await world.close();
    await faulty.stop();
  });

  const create = (name: string, data: Record<string, string> = {}) =>
    world.client.create(configMaps, namespace, { metadata: { name, labels: { suite: "reflector" } }, data });
  const change = (name: string, data: Record<string, string>) =>
    world.client.mergePatch(configMaps, { namespace, name }, { data });
  const remove = (name: string) => world.client.delete(configMaps, { namespace, name });

  /** A started reflector of the suite's ConfigMaps, and everything it told. */
  function reflect(options: Partial<ReflectorOptions<KubeObject>> = {}) {
    const changes: string[] = [];
    const reports: ReflectorReport[] = [];
    const states: SyncState["kind"][] = [];
    const reflector = new Reflector<KubeObject>({
      client: cluster.client,
      type: configMaps,
      namespace,
      labelSelector: namespaced,
      transform: trimmed,
      onChange: ({ kind, key }) => void changes.push(`${kind} ${key.split("/")[1]}`),
      onState: ({ kind }) => void states.push(kind),
      observe: (report) => void reports.push(report),
      timings: { backoff: { firstMs: 20, longestMs: 200, resetAfterMs: 10_000 } },
      ...options,
    });
    reflector.start();
    stops.push(() => reflector.stop());
    return {
      reflector,
      changes,
      states,
      reports,
      lists: () => reports.flatMap((report) => (report.kind === "listed" ? [report.reason] : [])),
      ends: () => reports.flatMap((report) => (report.kind === "watchEnded" ? [report.outcome] : [])),
      synced: () => eventually(() => reflector.state.kind === "synced"),
      dataOf: (name: string) => reflector.store.valueOf(`${namespace}/${name}`)?.["data"],
    };
  }

  /** Held open and watched: a connection beyond the pool of requests has brought bytes. */
  const watching = (subject: ReturnType<typeof reflect>) =>
    eventually(async () => {
      const name = `probe-${Math.random().toString(36).slice(2)}`;
      await create(name);
      await eventually(() => subject.changes.includes(`added ${name}`));
      return true;
    });

  test("holds what is there, then what happens to it", async () => {
    await create("a", { version: "1" });
    const subject = reflect();
    await subject.synced();
    expect(subject.dataOf("a")).toEqual({ version: "1" });
    await change("a", { version: "2" });
    await create("b");
    await remove("a");
    await eventually(() => subject.changes.length === 4);
    expect(subject.changes).toEqual(["added a", "updated a", "added b", "deleted a"]);
    expect(subject.dataOf("a")).toBeUndefined();
    expect(subject.reflector.store.size).toBe(1);
    expect(subject.lists()).toEqual(["start"]);
  });

  test("keeps neither managedFields nor what kubectl last applied", async () => {
    await apply(
      JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "t", labels: { suite: "reflector" } } }),
    );
    const subject = reflect();
    await subject.synced();
    expect(subject.reflector.store.valueOf(`${namespace}/t`)?.metadata).not.toHaveProperty("managedFields");
  });

  test("says that it is synced when there is nothing", async () => {
    const subject = reflect();
    await subject.synced();
    expect(subject.states).toEqual(["synced"]);
    expect(subject.changes).toEqual([]);
  });

  describe("resumes where it was, without a list, after", () => {
    test("a reset between events", async () => {
      const subject = reflect();
      await subject.synced();
      await watching(subject);
      for (let round = 0; round < 5; round++) {
        faulty.proxy.cut();
        await create(`after-${round}`);
        await eventually(() => subject.changes.includes(`added after-${round}`));
      }
      expect(subject.lists()).toEqual(["start"]);
    });

    test("a reset in the middle of a line", async () => {
      const subject = reflect();
      await subject.synced();
      await watching(subject);
      faulty.proxy.resetAfter(50_000);
      await create("big", { text: "ß".repeat(100_000) });
      await eventually(() => subject.ends().length > 0);
      expect(subject.changes).not.toContain("added big");
      faulty.proxy.heal();
      await eventually(() => subject.changes.includes("added big"));
      expect(subject.dataOf("big")).toEqual({ text: "ß".repeat(100_000) });
      expect(subject.lists()).toEqual(["start"]);
    });

    test("a silence that is too long", async () => {
      const subject = reflect({
        timings: { backoff: { firstMs: 20, longestMs: 200, resetAfterMs: 10_000 }, idleMs: 1500 },
      });
      await subject.synced();
      await watching(subject);
      faulty.proxy.stallAfter(0);
      await create("unheard");
      await eventually(() => subject.ends().includes("timeout"));
      faulty.proxy.heal();
      await eventually(() => subject.changes.includes("added unheard"));
      expect(subject.lists()).toEqual(["start"]);
    });

    test("refused connections, with growing waits", async () => {
      const subject = reflect();
      await subject.synced();
      await watching(subject);
      faulty.proxy.refuse();
      await create("meanwhile");
      await eventually(() => subject.ends().length >= 4);
      faulty.proxy.heal();
      await eventually(() => subject.changes.includes("added meanwhile"));
      expect(subject.lists()).toEqual(["start"]);
      expect(subject.reflector.state.kind).toBe("synced");
    });

    test("a watch that came to its agreed end", async () => {
      const subject = reflect({ timings: { watchSeconds: 1 } });
      await subject.synced();
      await eventually(() => subject.ends().length >= 2);
      await create("later");
      await eventually(() => subject.changes.includes("added later"));
      expect(new Set(subject.ends())).toEqual(new Set(["ended"]));
      expect(subject.lists()).toEqual(["start"]);
    });
  });

  test("reads characters and JSON that are torn apart on the way", async () => {
    faulty.proxy.drip(7);
    const subject = reflect();
    await subject.synced();
    const text = "Grüße, 世界 🚀 \n \u2028 ".repeat(200);
    await create("torn", { text });
    await eventually(() => subject.changes.includes("added torn"));
    expect(subject.dataOf("torn")).toEqual({ text });
  });

  test("stops during the list, during a watch, and while it waits, and leaves no connection behind", async () => {
    const inList = reflect();
    await inList.reflector.stop();
    const inWatch = reflect();
    await inWatch.synced();
    await inWatch.reflector.stop();
    faulty.proxy.refuse();
    const inBackoff = reflect({ timings: { backoff: { firstMs: 60_000, longestMs: 60_000, resetAfterMs: 1 } } });
    await eventually(() => inBackoff.reflector.state.kind === "failing");
    await inBackoff.reflector.stop();
    faulty.proxy.heal();
    await create("too-late");
    await eventually(() => faulty.proxy.open() <= 2); // the pool of requests keeps its own
    for (const { changes } of [inList, inWatch, inBackoff]) expect(changes).toEqual([]);
  });

  test("says what keeps it from reading, and gets there once that is cured", async () => {
    const missing = customType("widgets", "Widget");
    const subject = reflect({ type: missing });
    await eventually(() => subject.reflector.state.kind === "failing");
    expect(subject.reflector.state).toMatchObject({ failure: "notFound" });
    await apply(crdYaml("widgets", "Widget"));
    await subject.synced();
    expect(subject.states[0]).toBe("failing");
    expect(subject.states.at(-1)).toBe("synced");
    await kubectl(["delete", "crd", `widgets.${testGroup}`]);
  });

  test("keeps what it knew, and says so, when its type goes away", async () => {
    await apply(crdYaml("gadgets", "Gadget"));
    await kubectl(["wait", "--for=condition=Established", `crd/gadgets.${testGroup}`]);
    const type = customType("gadgets", "Gadget");
    await eventually(() =>
      world.client.create(type, namespace, { metadata: { name: "g", labels: { suite: "reflector" } } }).then(
        () => true,
        () => false,
      ),
    );
    const subject = reflect({ type });
    await subject.synced();
    await kubectl(["delete", "crd", `gadgets.${testGroup}`]);
    await eventually(() => subject.reflector.state.kind === "failing");
    // The objects go before their type does: these deletions are true ones.
    expect(subject.changes).toEqual(["added g", "deleted g"]);
  });

  test("leaves nothing running after 300 starts and stops", async () => {
    await create("a");
    const own = await behindFaults(shared);
    const client = await openCluster({ kind: "file", path: own.kubeconfig });
    const round = async (isPatient: boolean) => {
      const subject = reflect({ client: client.client });
      if (isPatient) await subject.synced();
      await subject.reflector.stop();
    };
    const handles = () => process.getActiveResourcesInfo().filter((kind) => kind !== "Immediate").length;
    await round(true);
    const before = handles();
    for (let count = 0; count < 300; count++) await round(count % 3 > 0);
    await eventually(() => own.proxy.open() <= 2); // kept for the next request
    await eventually(() => handles() <= before + 2, { describe: () => process.getActiveResourcesInfo().join(" ") });
    await client.close();
    await eventually(() => own.proxy.open() === 0);
    await own.stop();
  });
});

const testGroup = "reflector.test";

function customType(plural: string, kind: string): ResourceType {
  return { group: testGroup, version: "v1", plural, kind, isNamespaced: true };
}

function crdYaml(plural: string, kind: string): string {
  return JSON.stringify({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${testGroup}` },
    spec: {
      group: testGroup,
      scope: "Namespaced",
      names: { plural, singular: kind.toLowerCase(), kind },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
    },
  });
}
