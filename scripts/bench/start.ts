import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type KubeClient, customResource, namespaces, openCluster, secrets } from "../../src/edges/kubernetes/index.ts";
import { startSandbox } from "../../src/shells/sandbox/index.ts";
import { dockerfile, imageEnv } from "../../test/support/image.ts";
import { ensureBinaries } from "../../test/support/kubeapi.build.ts";
import { applyCrds, startKubeapi } from "../../test/support/kubeapi.ts";
import { type Measure, measureOf } from "./measure.ts";

const routes = 1000;
const namespace = "bench";
const adminKey = "bench-admin-key";
const port = 18_080;
/** After the last route is Ready: what the first pass left behind is collected, or it is not. */
const idleMs = 20_000;

/**
 * The image's program as the image starts it, beside 1,000 routes: from the start of the process until /readyz says yes,
 * its memory once it has written them all and rests, and again as a follower, which only reads. Without Go nothing is
 * measured, and stderr says so.
 */
export async function startMeasures(): Promise<readonly Measure[]> {
  const binaries = await ensureBinaries();
  if ("missing" in binaries) {
    console.error("bench: start is left out: it needs a real kube-apiserver, and Go, which builds it, is not here");
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), "apisix-route-bench-"));
  const bundle = resolve(import.meta.dirname, "../bundle.mjs");
  execFileSync(process.execPath, [bundle, "--out", join(folder, "app")], { stdio: "inherit" });
  const kubeapi = await startKubeapi(binaries);
  const sandbox = await startSandbox({ adminPort: 0, proxyPort: 0, adminKey });
  const { client, close } = await openCluster({ kind: "file", path: kubeapi.kubeconfig });
  const started: ChildProcess[] = [];
  try {
    await applyCrds(kubeapi);
    await createTable(client, sandbox.adminUrl);
    const start = async (number: number) => {
      const began = performance.now();
      const child = spawnAsImage(folder, [
        "run",
        "--kubeconfig",
        kubeapi.kubeconfig,
        "--lease-namespace",
        namespace,
        "--http-port",
        String(port + number),
      ]);
      started.push(child);
      await until(() => answers(`http://127.0.0.1:${port + number}/readyz`), 5);
      return { child, readyMs: performance.now() - began };
    };
    const leader = await start(0);
    await until(async () => (await unready(client)) === 0, 250);
    const follower = await start(1);
    await sleep(idleMs);
    return [
      measureOf({
        name: `start to ready, ${routes} routes`,
        value: Math.max(leader.readyMs, follower.readyMs),
        unit: "ms",
        target: 3000,
      }),
      measureOf({
        name: `idle memory, leader of ${routes} routes`,
        value: residentMb(leader.child),
        unit: "MB",
        target: 120,
      }),
      measureOf({
        name: `idle memory, follower of ${routes} routes`,
        value: residentMb(follower.child),
        unit: "MB",
        target: 120,
      }),
    ];
  } finally {
    for (const child of started) child.kill("SIGKILL");
    await close();
    await Promise.all([sandbox.stop(), kubeapi.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** With the image's entrypoint and environment. */
function spawnAsImage(folder: string, args: readonly string[]): ChildProcess {
  const text = dockerfile().findLast(({ name }) => name === "ENTRYPOINT")?.text ?? "[]";
  const [, ...words]: readonly string[] = JSON.parse(text); // the exec form is a JSON array of texts
  const line = words.map((word) => (word.startsWith("/") ? join(folder, word) : word));
  return spawn(process.execPath, [...line, ...args], { env: imageEnv(), stdio: ["ignore", "ignore", "inherit"] });
}

/** What the kernel counts for it, its share of the program's own pages included. */
function residentMb({ pid }: ChildProcess): number {
  const [, kilobytes = ""] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return (Number(kilobytes) * 1024) / 1e6;
}

async function createTable(client: KubeClient, adminUrl: string): Promise<void> {
  await client.create(namespaces, "", { metadata: { name: namespace } });
  await client.create(secrets, namespace, { metadata: { name: "admin" }, stringData: { key: adminKey } });
  const admin = { urls: [adminUrl], keyFrom: { namespace, name: "admin", key: "key" } };
  await client.create(customResource("ApisixGateway"), "", {
    metadata: { name: "bench" },
    spec: { default: true, admin },
  });
  for (let at = 0; at < routes; at += 50)
    await Promise.all(Array.from({ length: 50 }, (_, nth) => createRoute(client, at + nth))); // oxlint-disable-line no-await-in-loop -- 50 at once
}

function createRoute(client: KubeClient, at: number): Promise<unknown> {
  const plugins = { "fault-injection": { abort: { http_status: 200, body: String(at) } } };
  const spec = { hosts: [`h${at % 50}.example.com`], uris: [`/api/${at % 200}/*`], plugins };
  return client.create(customResource("GatewayRoute"), namespace, { metadata: { name: `route-${at}` }, spec });
}

async function unready(client: KubeClient): Promise<number> {
  let count = 0;
  for await (const { items } of client.listPages(
    customResource("GatewayRoute"),
    { namespace },
    AbortSignal.timeout(30_000),
  ))
    count += items.filter(({ status }) => !JSON.stringify(status ?? {}).includes('"reason":"Ready"')).length;
  return count;
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ status }) => status === 200,
    () => false,
  );
}

async function until(holds: () => Promise<boolean>, everyMs: number): Promise<void> {
  const deadline = performance.now() + 120_000;
  // oxlint-disable no-await-in-loop -- polling
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within two minutes: ${holds.toString()}`);
    await sleep(everyMs);
  }
  // oxlint-enable no-await-in-loop
}
