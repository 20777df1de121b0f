import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { type AnyManifest, isJsonObject } from "../../src/core/model/index.ts";
import { type KubeClient, customResource, namespaces, openCluster, secrets } from "../../src/edges/kubernetes/index.ts";
import { startSandbox } from "../../src/shells/sandbox/index.ts";
import { dockerfile, imageEnv } from "../../test/support/image.ts";
import { ensureBinaries } from "../../test/support/kubeapi.build.ts";
import { applyCrds, startKubeapi } from "../../test/support/kubeapi.ts";
import { type Measure, measureOf } from "./measure.ts";
import { realisticSnapshot } from "./tables.ts";

const routes = 1000;
const namespace = "bench";
const adminKey = "bench-admin-key";
/** After the last route is Ready: what the first pass left behind is collected, or it is not. */
const idleMs = 30_000;
/** And what comes after that: leases renewed, connections closed, functions compiled. */
const longIdleMs = 120_000;
const giveUpMs = 120_000;

/**
 * The image's program as the image starts it, beside 1,000 realistic routes with their services and upstreams, a real API server
 * and a sandbox: from the start of the process until /readyz says yes and until every route is Ready, and its memory at
 * the first, and 30 seconds and two minutes after the second; the same of a follower, which only reads. Without Go nothing is measured, and
 * stderr says so.
 */
export async function footprintMeasures(): Promise<readonly Measure[]> {
  const binaries = await ensureBinaries();
  if ("missing" in binaries) {
    console.error("bench: footprint is left out: it needs a real kube-apiserver, and Go, which builds it, is not here");
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), "apisix-route-bench-"));
  const bundle = resolve(import.meta.dirname, "../bundle.mjs");
  execFileSync(process.execPath, [bundle, "--out", join(folder, "app")], { stdio: "inherit" });
  const kubeapi = await startKubeapi(binaries);
  const sandbox = await startSandbox({ adminPort: 0, proxyPort: 0, adminKey });
  const { client, close } = await openCluster({ kind: "file", path: kubeapi.kubeconfig });
  const started: ChildProcess[] = [];
  const start = async () => {
    const began = performance.now();
    const child = spawnAsImage(folder, kubeapi.kubeconfig);
    started.push(child);
    const url = await addressOf(child);
    await until("ready", 5, () => answers(`${url}/readyz`));
    const readyMs = performance.now() - began;
    return { child, url, began, readyMs, atReady: residentMb(child) };
  };
  try {
    await applyCrds(kubeapi);
    await createTable(client, sandbox.adminUrl);
    const leader = await start();
    await until("every route Ready", 100, async () => (await metricOf(leader.url, readyRoutes)) === routes);
    const everyReadyMs = performance.now() - leader.began;
    const follower = await start();
    await sleep(idleMs);
    const idle = [...(await memoryOf("leader", leader)), ...(await memoryOf("follower", follower))];
    await sleep(longIdleMs - idleMs);
    return [
      measureOf({
        name: `start to ready, ${routes} routes, the slower of leader and follower`,
        value: Math.max(leader.readyMs, follower.readyMs),
        unit: "ms",
        target: 3000,
      }),
      measureOf({ name: "start to every route Ready, of an empty gateway", value: everyReadyMs, unit: "ms" }),
      ...idle,
      longIdleOf("leader", leader),
      longIdleOf("follower", follower),
    ];
  } finally {
    for (const child of started) child.kill("SIGKILL");
    await close();
    await Promise.all([sandbox.stop(), kubeapi.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  readonly atReady: number;
}

async function memoryOf(who: string, { child, url, atReady }: Started): Promise<readonly Measure[]> {
  const idle = residentMb(child);
  const megabytes = async (metric: string) => (await metricOf(url, metric)) / 1e6;
  return [
    measureOf({ name: `memory of the ${who} at ready`, value: atReady, unit: "MB" }),
    measureOf({ name: `memory of the ${who}, idle`, value: idle, unit: "MB", target: 120 }),
    measureOf({ name: `… of it Node's own files`, value: residentMb(child, "RssFile"), unit: "MB" }),
    measureOf({ name: `… of it heap`, value: await megabytes("nodejs_heap_size_total_bytes"), unit: "MB" }),
    measureOf({ name: `… in use`, value: await megabytes("nodejs_heap_size_used_bytes"), unit: "MB" }),
    measureOf({ name: `… outside of the heap`, value: await megabytes("nodejs_external_memory_bytes"), unit: "MB" }),
  ];
}

function longIdleOf(who: string, { child }: Started): Measure {
  const name = `memory of the ${who}, after two minutes`;
  return measureOf({ name, value: residentMb(child), unit: "MB", target: 120 });
}

/** With the image's entrypoint and environment. */
function spawnAsImage(folder: string, kubeconfig: string): ChildProcess {
  const text = dockerfile().findLast(({ name }) => name === "ENTRYPOINT")?.text ?? "[]";
  const [, ...words]: readonly string[] = JSON.parse(text); // the exec form is a JSON array of texts
  const line = words.map((word) => (word.startsWith("/") ? join(folder, word) : word));
  const args = ["run", "--kubeconfig", kubeconfig, "--lease-namespace", namespace, "--http-port", "0"];
  return spawn(process.execPath, [...line, ...args], { env: imageEnv(), stdio: ["ignore", "ignore", "pipe"] });
}

/** Where its probes answer, as its first line says; what it warns of goes to our own stderr. */
function addressOf({ stderr }: ChildProcess): Promise<string> {
  if (stderr === null) throw new Error("it was started without a pipe for stderr");
  return new Promise((resolve, reject) => {
    const lines = createInterface(stderr);
    lines.once("close", () => reject(new Error("it ended before it answered")));
    lines.on("line", (line) => {
      const { probes, level }: { readonly probes?: string; readonly level?: string } = fieldsOf(line);
      if (probes !== undefined) resolve(probes);
      if (level !== "info") console.error(line);
    });
  });
}

function fieldsOf(line: string): object {
  return line.startsWith("{") ? Object(JSON.parse(line)) : {};
}

/** What the kernel counts for it, its share of the program's own pages included. */
function residentMb({ pid }: ChildProcess, what: "VmRSS" | "RssFile" = "VmRSS"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const [, kilobytes = ""] = new RegExp(String.raw`^${what}:\s+(\d+) kB$`, "m").exec(status) ?? [];
  return (Number(kilobytes) * 1024) / 1e6;
}

const readyRoutes = 'apisix_operator_routes{state="ready"}';

async function metricOf(url: string, metric: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split("\n").find((each) => each.startsWith(`${metric} `));
  return Number(line?.slice(metric.length));
}

async function createTable(client: KubeClient, adminUrl: string): Promise<void> {
  const { gateway, attached } = realisticSnapshot(routes);
  const manifests: readonly AnyManifest[] = Object.values(attached).flat();
  for (const name of new Set([namespace, ...manifests.map(({ meta }) => meta.namespace)]))
    await client.create(namespaces, "", { metadata: { name } }); // oxlint-disable-line no-await-in-loop -- twenty
  await client.create(secrets, namespace, { metadata: { name: "admin" }, stringData: { key: adminKey } });
  const admin = { urls: [adminUrl], keyFrom: { namespace, name: "admin", key: "key" } };
  await create(client, { ...gateway, spec: { ...gateway.spec, admin } });
  for (let at = 0; at < manifests.length; at += 50)
    await Promise.all(manifests.slice(at, at + 50).map((manifest) => create(client, manifest))); // oxlint-disable-line no-await-in-loop -- 50 at once
}

function create(client: KubeClient, { kind, meta, spec }: AnyManifest): Promise<unknown> {
  if (!isJsonObject(spec)) throw new Error(`${kind} ${meta.name} has no spec`);
  return client.create(customResource(kind), meta.namespace, { metadata: { name: meta.name }, spec });
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ status }) => status === 200,
    () => false,
  );
}

async function until(what: string, everyMs: number, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + giveUpMs;
  // oxlint-disable no-await-in-loop -- polling
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not ${what} within ${giveUpMs} ms`);
    await sleep(everyMs);
  }
  // oxlint-enable no-await-in-loop
}
