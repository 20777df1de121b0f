import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type KubeClient, customResource, namespaces, openCluster, secrets } from "../../src/edges/kubernetes/index.ts";
import { ensureBinaries } from "../../test/support/kubeapi.build.ts";
import { applyCrds, startKubeapi } from "../../test/support/kubeapi.ts";
import { type Measure, measureOf, quantile } from "./measure.ts";

const standing = 200;
const changes = 100;
const creations = 50;
const namespace = "bench";
const adminKey = "bench-admin-key";
const host = "bench.example.com";
const route = customResource("GatewayRoute");
const pollMs = 2;
/** Between two changes, so that each is one of its own and what the last one left (statuses, events) is written. */
const pauseMs = 100;
const giveUpMs = 30_000;

/**
 * From the API server's answer to a change until a request through the data plane shows it: a real API server, a
 * sandbox and the operator, each in a process of its own, one gateway with 200 routes that nobody touches. Changes are
 * merge patches of `uris` and of `priority` in turn; creations are new routes. The operator waits 150 ms for more before it
 * acts, which is in every figure. Without Go nothing is measured, and stderr says so.
 */
export async function effectiveMeasures(): Promise<readonly Measure[]> {
  const binaries = await ensureBinaries();
  if ("missing" in binaries) {
    console.error("bench: effective is left out: it needs a real kube-apiserver, and Go, which builds it, is not here");
    return [];
  }
  const ends: (() => Promise<void>)[] = [];
  try {
    const kubeapi = await startKubeapi(binaries);
    ends.unshift(kubeapi.stop);
    await applyCrds(kubeapi);
    const { client, close } = await openCluster({ kind: "file", path: kubeapi.kubeconfig });
    ends.unshift(close);
    const gateway = await startGateway();
    ends.unshift(gateway.stop);
    await createTable(client, gateway.adminUrl);
    const operator = forkHere("operator-process.ts", [
      `--kubeconfig=${kubeapi.kubeconfig}`,
      `--namespaces=${namespace}`,
      `--lease-namespace=${namespace}`,
      "--http-port=0",
      "--log-level=error",
    ]);
    ends.unshift(operator.stop);
    await settled(client);
    return await measure(client, gateway);
  } finally {
    for (const end of ends) await end(); // oxlint-disable-line no-await-in-loop -- the last started ends first
  }
}

/** Resolves when every route says that it is Ready: then the first pass and all it wrote is over. */
async function settled(client: KubeClient): Promise<void> {
  const deadline = performance.now() + giveUpMs;
  // oxlint-disable no-await-in-loop -- polling
  for (let unsettled = Infinity; unsettled > 0; await sleep(pauseMs)) {
    const routes = [];
    for await (const { items } of client.listPages(route, { namespace }, AbortSignal.timeout(giveUpMs)))
      routes.push(...items);
    unsettled = routes.filter(({ status }) => !JSON.stringify(status ?? {}).includes('"reason":"Ready"')).length;
    if (performance.now() > deadline) throw new Error(`${unsettled} routes are not Ready after ${giveUpMs / 1000} s`);
  }
  // oxlint-enable no-await-in-loop
}

async function measure(client: KubeClient, gateway: Gateway): Promise<readonly Measure[]> {
  const changed: number[] = [];
  for (let at = 0; at < changes; at += 1) {
    // oxlint-disable-next-line no-await-in-loop -- single changes, one after the other
    changed.push(at % 2 === 0 ? await changeUris(client, gateway, at) : await changePriority(client, gateway, at));
  }
  const created: number[] = [];
  for (let at = 0; at < creations; at += 1) {
    // oxlint-disable-next-line no-await-in-loop -- as above
    created.push(await createRoute(client, gateway, at));
  }
  return [
    ...measuresOf(`change to effective, ${changes} changes beside ${standing} routes`, changed),
    ...measuresOf(`creation to effective, ${creations} routes beside ${standing}`, created),
  ];
}

/** A standing route answers on one more path. */
async function changeUris(client: KubeClient, gateway: Gateway, at: number): Promise<number> {
  const name = `standing-${at}`;
  const spec = { uris: [`/standing/${at}`, `/changed/${at}`] };
  return timed(gateway, `/changed/${at}`, name, () => client.mergePatch(route, { namespace, name }, { spec }));
}

/** Of two routes for the same requests, the one that came second comes first. */
async function changePriority(client: KubeClient, gateway: Gateway, at: number): Promise<number> {
  const isB = at % 4 === 1; // a stands at 10
  const patch = { spec: { priority: isB ? 20 : 5 } };
  const change = () => client.mergePatch(route, { namespace, name: "contest-b" }, patch);
  return timed(gateway, "/contest", isB ? "b" : "a", change);
}

async function createRoute(client: KubeClient, gateway: Gateway, at: number): Promise<number> {
  const name = `created-${at}`;
  const create = () => client.create(route, namespace, routeOf(name, name, { uris: [`/created/${at}`] }));
  return timed(gateway, `/created/${at}`, name, create);
}

/** Milliseconds from the answer to `change` until `path` is answered with `body`. */
async function timed(gateway: Gateway, path: string, body: string, change: () => Promise<unknown>): Promise<number> {
  await sleep(pauseMs);
  if ((await gateway.ask(path)) === body) throw new Error(`${path} shows the change before it was made`);
  await change();
  const startedAt = performance.now();
  await seen(gateway, path, (answer) => answer === body);
  return performance.now() - startedAt;
}

async function seen(gateway: Gateway, path: string, isShown: (answer: string) => boolean): Promise<void> {
  const deadline = performance.now() + giveUpMs;
  // oxlint-disable no-await-in-loop -- polling
  while (!isShown(await gateway.ask(path))) {
    if (performance.now() > deadline) throw new Error(`GET ${path} has not changed after ${giveUpMs / 1000} s`);
    await sleep(pollMs);
  }
  // oxlint-enable no-await-in-loop
}

function measuresOf(name: string, times: readonly number[]): readonly Measure[] {
  return [
    measureOf({ name: `${name}, p50`, value: quantile(times, 0.5), unit: "ms" }),
    measureOf({ name: `${name}, p99`, value: quantile(times, 0.99), unit: "ms" }),
  ];
}

/** The namespace, the way to the gateway, the routes that stand there, and two that contest. */
async function createTable(client: KubeClient, adminUrl: string): Promise<void> {
  await client.create(namespaces, "", { metadata: { name: namespace } });
  await client.create(secrets, namespace, { metadata: { name: "admin" }, stringData: { key: adminKey } });
  const admin = { urls: [adminUrl], keyFrom: { namespace, name: "admin", key: "key" } };
  const gateway = { metadata: { name: "bench" }, spec: { default: true, admin } };
  await client.create(customResource("ApisixGateway"), "", gateway);
  const names = Array.from({ length: standing }, (_, at) => `standing-${at}`);
  const routes = [
    routeOf("contest-a", "a", { uris: ["/contest"], priority: 10 }),
    routeOf("contest-b", "b", { uris: ["/contest"], priority: 5 }),
    ...names.map((name, at) => routeOf(name, name, { uris: [`/standing/${at}`] })),
  ];
  await Promise.all(routes.map((object) => client.create(route, namespace, object)));
}

/** A route that answers `body` by itself. */
function routeOf(name: string, body: string, spec: object): object {
  const plugins = { "fault-injection": { abort: { http_status: 200, body } } };
  return { metadata: { name }, spec: { hosts: [host], plugins, ...spec } };
}

interface Gateway {
  readonly adminUrl: string;
  /** The body of the answer to a GET, "" where no route answers. */
  readonly ask: (path: string) => Promise<string>;
  readonly stop: () => Promise<void>;
}

async function startGateway(): Promise<Gateway> {
  const { child, stop } = forkHere("sandbox-process.ts", [], { ADMIN_KEY: adminKey });
  const [addresses]: unknown[] = await once(child, "message");
  const [adminUrl, proxyUrl] = ["adminUrl", "proxyUrl"].map((name) => String(Reflect.get(Object(addresses), name)));
  if (adminUrl === undefined || proxyUrl === undefined) throw new Error("two names give two addresses");
  const agent = new Agent({ keepAlive: true });
  return {
    adminUrl,
    ask: (path) => ask(new URL(path, proxyUrl), agent),
    stop: async () => {
      agent.destroy();
      await stop();
    },
  };
}

function ask(url: URL, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers: { host } }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (text: string) => (body += text));
      answer.once("end", () => resolve(answer.statusCode === 200 ? body : ""));
      answer.once("error", reject);
    });
    request.once("error", reject);
  });
}

/** A module of this folder as a process that ends with us: it sees the channel close. */
function forkHere(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { readonly child: ChildProcess; readonly stop: () => Promise<void> } {
  const child = fork(new URL(file, import.meta.url), args, { env: { ...process.env, ...env } });
  const ended = once(child, "exit");
  return {
    child,
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
