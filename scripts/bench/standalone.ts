import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent } from "node:http";
import got from "got";
import { type Plan, Secret, emptyObserved } from "../../src/core/model/index.ts";
import { resolve, translate } from "../../src/core/desired/index.ts";
import { planChanges } from "../../src/core/plan/index.ts";
import { Fleet } from "../../src/shells/controller/standalone/fleet.ts";
import { type Measure, measureOf, medianMs } from "./measure.ts";
import { realisticSnapshot } from "./tables.ts";

const adminKey = "bench-admin-key";
const count = 5_000;
const rounds = 5;
const instances = 3;

/**
 * One changed route of many, in standalone mode: what each of three instances gets, in bytes and until all have it,
 * against the bare PUT of the same document to one.
 */
export async function standaloneMeasures(): Promise<readonly Measure[]> {
  const sandboxes = await Promise.all(Array.from({ length: instances }, started));
  const [first] = sandboxes;
  const bytes: number[] = [];
  const fleet = new Fleet({
    urls: sandboxes.map(({ adminUrl }) => adminUrl),
    key: new Secret(adminKey),
    ca: undefined,
    patienceMs: 60_000, // all of them are waited for
  });
  const agent = { http: new Agent({ keepAlive: true }) };
  try {
    const desired = translate(resolve(realisticSnapshot(count)));
    const cold = planChanges(desired, emptyObserved, { instance: "main", routeWaits: () => new Map() });
    await fleet.observe();
    await carriedOut(fleet, cold);
    const changed = cold.steps.find(({ kind }) => kind === "routes");
    if (changed === undefined) throw new Error("there is no route to change");
    let round = 0;
    const oneChange = async () => {
      const body = { ...changed.body, desc: `round ${(round += 1)}` };
      await carriedOut(fleet, { steps: [{ ...changed, index: 0, waitsFor: [], body }], refusals: [] });
    };
    const value = await medianMs(rounds, oneChange);
    const before = await bytesReceivedBy(sandboxes);
    await oneChange();
    const received = ((await bytesReceivedBy(sandboxes)) - before) / instances;
    const url = `${first?.adminUrl ?? ""}/apisix/admin/configs`;
    const headers = { "x-api-key": adminKey, "content-type": "application/json" };
    const stored: unknown = await got(url, { headers, agent }).json();
    const { "X-Digest": _digest, "X-Last-Modified": _time, ...document } = Object(stored) as Record<string, unknown>; // the sandbox's own answer
    const floor = await medianMs(rounds, async () => {
      const version = Date.now() + (round += 1);
      const body = JSON.stringify({ ...document, routes_conf_version: version });
      bytes.push(Buffer.byteLength(body));
      await got.put(url, { headers: { ...headers, "x-digest": String(version) }, body, agent, retry: { limit: 0 } });
    });
    const what = `one change of ${count} routes, standalone`;
    const pushed = bytes.at(-1) ?? Number.NaN;
    return [
      measureOf({ name: `${what}, until ${instances} instances have it`, value, unit: "ms", floor }),
      measureOf({ name: `${what}, for each instance`, value: value / instances, unit: "ms", floor, target: 1.3 }),
      measureOf({
        name: `${what}, received by each instance`,
        value: received,
        unit: "bytes",
        floor: pushed,
        target: 1.05,
      }),
    ];
  } finally {
    fleet.close();
    agent.http.destroy();
    for (const { end } of sandboxes) end();
  }
}

async function carriedOut(fleet: Fleet, plan: Plan): Promise<void> {
  const { steps } = await fleet.apply(plan, { mayWrite: () => true });
  const failed = steps.find(({ state }) => state !== "done");
  if (failed !== undefined) throw new Error(`a step was not done: ${JSON.stringify(failed)}`);
}

/** By all of them, bodies and heads, since they started. */
async function bytesReceivedBy(sandboxes: readonly Started[]): Promise<number> {
  const counts = await Promise.all(sandboxes.map(({ bytes }) => bytes()));
  return counts.reduce((sum, one) => sum + one, 0);
}

interface Started {
  readonly adminUrl: string;
  readonly bytes: () => Promise<number>;
  readonly end: () => void;
}

async function started(): Promise<Started> {
  const child = fork(new URL("sandbox-process.ts", import.meta.url), {
    env: { ...process.env, ADMIN_KEY: adminKey, MODE: "standalone" },
  });
  const [message]: unknown[] = await once(child, "message");
  const bytes = async () => {
    child.send("bytes");
    const [count]: unknown[] = await once(child, "message");
    return Number(count);
  };
  return { adminUrl: String(Reflect.get(Object(message), "adminUrl")), bytes, end: () => child.disconnect() };
}
