import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import {
  type Cluster,
  type KubeObject,
  Reflector,
  type ReflectorReport,
  type ResourceType,
  openCluster,
  trimmed,
} from "../../../src/edges/kubernetes/index.ts";
import { eventually } from "../../support/eventually.ts";
import { behindFaults } from "../../support/kubeapi.faults.ts";
import { type Kubeapi, runKubectl, startKubeapi } from "../../support/kubeapi.ts";
import { describeKube } from "../../support/kubeapi.suite.ts";

const configMaps: ResourceType = {
  group: "",
  version: "v1",
  plural: "configmaps",
  kind: "ConfigMap",
  isNamespaced: true,
};
const namespace = "default";
/** Without controllers: they would add to what is counted. */
const alone = ["--controllers", ""];

describeKube("a reflector on a server that", ({ cluster: shared }) => {
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).toReversed()) await stop();
  });

  async function serverWith(flags: readonly string[]) {
    const dir = mkdtempSync(join(tmpdir(), "kubeapi-faults-"));
    const binaries = { kubeapi: join(shared.kubectl, "../kubeapi"), kubectl: shared.kubectl, helm: shared.helm };
    const start = () => startKubeapi(binaries, { dir, flags: [...alone, ...flags] });
    const server: { running: Kubeapi } = { running: await start() };
    stops.push(async () => {
      await server.running.stop();
      rmSync(dir, { recursive: true, force: true });
    });
    const world = await openCluster({ kind: "file", path: server.running.kubeconfig }, { timeoutMs: 10_000 });
    stops.push(() => world.close());
    return {
      world,
      server,
      restart: async () => {
        await server.running.stop();
        server.running = await start();
      },
    };
  }

  function reflect(cluster: Cluster, idleMs = 150_000) {
    const changes: string[] = [];
    const reports: ReflectorReport[] = [];
    const reflector = new Reflector<KubeObject>({
      client: cluster.client,
      type: configMaps,
      namespace,
      labelSelector: "suite=faults",
      transform: trimmed,
      onChange: ({ kind, key }) => void changes.push(`${kind} ${key.split("/")[1]}`),
      observe: (report) => void reports.push(report),
      timings: { idleMs, backoff: { firstMs: 100, longestMs: 1000, resetAfterMs: 10_000 } },
    });
    reflector.start();
    stops.push(() => reflector.stop());
    return {
      reflector,
      changes,
      lists: () => reports.flatMap((report) => (report.kind === "listed" ? [report.reason] : [])),
      ends: () => reports.flatMap((report) => (report.kind === "watchEnded" ? [report.outcome] : [])),
    };
  }

  const create = ({ client }: Cluster, name: string) =>
    client.create(configMaps, namespace, { metadata: { name, labels: { suite: "faults" } } });

  test("is killed and started again lists at most once and loses nothing", async () => {
    const { world, restart } = await serverWith([]);
    await create(world, "before");
    const subject = reflect(world);
    await eventually(() => subject.reflector.state.kind === "synced");
    await restart();
    await eventually(() =>
      create(world, "after").then(
        () => true,
        () => false,
      ),
    );
    await eventually(() => subject.changes.includes("added after"));
    expect(subject.changes).toEqual(["added before", "added after"]);
    expect(subject.lists().length).toBeLessThanOrEqual(2);
  });

  test("hangs is left after the silence, and resumed without a list", async () => {
    const { world, server } = await serverWith([]);
    const subject = reflect(world, 3000);
    await eventually(() => subject.reflector.state.kind === "synced");
    await create(world, "before");
    await eventually(() => subject.changes.includes("added before"));
    server.running.process.kill("SIGSTOP");
    await eventually(() => subject.ends().includes("timeout"), { withinMs: 15_000 });
    server.running.process.kill("SIGCONT");
    await eventually(() =>
      create(world, "after").then(
        () => true,
        () => false,
      ),
    );
    await eventually(() => subject.changes.includes("added after"));
    expect(subject.lists()).toEqual(["start"]);
  });

  test("has forgotten where the watch was is listed anew, and a deletion in the gap is told", async () => {
    const { world, server } = await serverWith(["--compaction", "2s", "--extra", "--watch-cache=false"]);
    const faulty = await behindFaults(server.running);
    stops.push(() => faulty.stop());
    const cluster = await openCluster({ kind: "file", path: faulty.kubeconfig });
    stops.push(() => cluster.close());
    await create(world, "stays");
    await create(world, "goes");
    const subject = reflect(cluster);
    await eventually(() => subject.reflector.state.kind === "synced");
    const last = await create(world, "last-seen");
    await eventually(() => subject.changes.includes("added last-seen"));

    faulty.proxy.refuse();
    await world.client.delete(configMaps, { namespace, name: "goes" });
    for (let index = 0; !(await isForgotten(world, last)); index++) {
      expect(index).toBeLessThan(60);
      await create(world, `comes-${index}`);
      await sleep(500);
    }
    faulty.proxy.heal();
    await eventually(() => subject.lists().includes("expired"));
    expect(subject.changes).toContain("deleted goes");
    expect(subject.changes).toContain("added comes-0");
    expect(subject.changes.filter((change) => change === "added stays")).toHaveLength(1);
    expect(subject.ends()).toContain("gone");
  });

  test("ends watches all the time keeps it up to date without a list", async () => {
    const { world } = await serverWith([]);
    const subject = reflect(world);
    await eventually(() => subject.reflector.state.kind === "synced");
    const impatient = new Reflector<string>({
      client: world.client,
      type: configMaps,
      namespace,
      labelSelector: "suite=faults",
      transform: ({ metadata }) => metadata.name,
      timings: { watchSeconds: 1 },
    });
    impatient.start();
    stops.push(() => impatient.stop());
    for (let index = 0; index < 40; index++) {
      await create(world, `o${index}`);
      await sleep(100);
    }
    await eventually(() => impatient.store.size === 40);
    await eventually(() => subject.reflector.store.size === 40);
    expect(subject.lists()).toEqual(["start"]);
  });

  test("is overloaded is asked again later, and answers in the end", async () => {
    const { world, server } = await serverWith([
      "--extra",
      "--max-requests-inflight=2 --enable-priority-and-fairness=false",
    ]);
    await create(world, "a");
    const cluster = await openCluster({ kind: "file", path: await kubeconfigOfAccount(server.running) });
    stops.push(() => cluster.close());
    const get = () => cluster.client.get(configMaps, { namespace, name: "a" });
    const answers = await Promise.allSettled(Array.from({ length: 300 }, get));
    const refusals = answers.flatMap((answer): unknown[] => (answer.status === "rejected" ? [answer.reason] : []));
    expect(refusals[0]).toMatchObject({ failure: "overloaded", code: 429, retryAfterMs: 1000 });
    const crowd = Array.from({ length: 12 }, () => reflect(cluster));
    await eventually(() => crowd.every(({ reflector }) => reflector.state.kind === "synced"), { withinMs: 30_000 });
    for (const { changes } of crowd) expect(changes).toEqual(["added a"]);
  });
});

/** Whether the server has thrown away the history since `object` was written. */
async function isForgotten({ client }: Cluster, object: KubeObject): Promise<boolean> {
  const { signal } = new AbortController();
  const { resourceVersion = "" } = object.metadata;
  try {
    const events = client.watch(configMaps, { namespace, resourceVersion, timeoutSeconds: 1, idleMs: 5000, signal });
    for await (const event of events) if (event.type === "BOOKMARK") return false;
    return false;
  } catch (error) {
    expect(error).toMatchObject({ failure: "gone" });
    return true;
  }
}

/** A kubeconfig of an account with every permission; the usual user is in system:masters, whom the server never turns away. */
async function kubeconfigOfAccount(running: Kubeapi): Promise<string> {
  await runKubectl(running, ["create", "serviceaccount", "busy"]);
  const binding = ["create", "clusterrolebinding", "busy", "--clusterrole=cluster-admin"];
  await runKubectl(running, [...binding, "--serviceaccount=default:busy"]);
  const token = (await runKubectl(running, ["create", "token", "busy"])).trim();
  const path = join(running.dir, "kubeconfig-busy");
  writeFileSync(path, readFileSync(running.kubeconfig, "utf8").replace(/token: "[^"]*"/, `token: "${token}"`));
  return path;
}
