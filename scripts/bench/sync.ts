import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent } from "node:http";
import got from "got";
import { type AdminKind, type Plan, Secret, adminKinds, emptyObserved } from "../../src/core/model/index.ts";
import { resolve, translate } from "../../src/core/desired/index.ts";
import { planChanges } from "../../src/core/plan/index.ts";
import { ApisixClient } from "../../src/edges/apisix/index.ts";
import { encodeBody } from "../../src/wire/admin/index.ts";
import { type Measure, measureOf } from "./measure.ts";
import { realisticSnapshot } from "./tables.ts";

const sizes = [
  { name: "1k", count: 1_000, rounds: 7 },
  { name: "5k", count: 5_000, rounds: 3 },
];
const concurrency = 10;
/** Times what the same PUTs take in a bare loop. */
const target = 1.3;
const adminKey = "bench-admin-key";

/**
 * Cold sync: a plan of creations through ApisixClient.apply against a sandbox in its own process. The floor is the same PUTs
 * of the same bytes through the same HTTP client at the same concurrency, sent by a loop that waits for nothing and
 * judges nothing. Rounds of the two alternate, each against an empty gateway; the quickest counts, for what disturbs a
 * round only ever adds to it.
 */
export async function syncMeasures(): Promise<readonly Measure[]> {
  const measures: Measure[] = [];
  for (const { name, count, rounds } of sizes) {
    const desired = translate(resolve(realisticSnapshot(count)));
    const plan = planChanges(desired, emptyObserved, { instance: "main", routeWaits: () => new Map() });
    const puts = plan.steps.map(({ kind, id, body }): Put => ({ kind, id, text: encodeBody(body ?? {}) }));
    const bare: Cost[] = [];
    const applied: Cost[] = [];
    const runs = [
      { costs: bare, run: (adminUrl: string) => sendBare(puts, adminUrl) },
      { costs: applied, run: (adminUrl: string) => applyPlan(plan, adminUrl) },
    ];
    for (let round = -1; round < rounds; round += 1) {
      for (const { costs, run } of round % 2 === 0 ? runs : runs.toReversed()) {
        // oxlint-disable-next-line no-await-in-loop -- one thing at a time is what is measured
        const cost = await onEmptyGateway(run);
        if (round >= 0) costs.push(cost); // the first round warms up
      }
    }
    const what = `cold sync ${name} routes, ${plan.steps.length} writes`;
    measures.push(
      measureOf({ name: what, value: least(applied, "wallMs"), unit: "ms", floor: least(bare, "wallMs"), target }),
      measureOf({ name: `${what}, CPU`, value: least(applied, "cpuMs"), unit: "ms", floor: least(bare, "cpuMs") }),
    );
  }
  return measures;
}

interface Put {
  readonly kind: AdminKind;
  readonly id: string;
  /** Encoded before the clock runs: the floor does nothing but send. */
  readonly text: string;
}

async function applyPlan(plan: Plan, adminUrl: string): Promise<void> {
  const client = new ApisixClient({ urls: [adminUrl], key: new Secret(adminKey), pace: { concurrency } });
  const { steps } = await client.apply(plan);
  client.close();
  const failed = steps.find(({ state }) => state !== "done");
  if (failed !== undefined) throw new Error(`a step was not done: ${JSON.stringify(failed)}`);
}

/** `concurrency` workers, each sends the next PUT as soon as its last one is answered; kinds one after the other. */
async function sendBare(puts: readonly Put[], adminUrl: string): Promise<void> {
  const agent = { http: new Agent({ keepAlive: true, maxSockets: concurrency, scheduling: "lifo" }) };
  const headers = { "x-api-key": adminKey, "content-type": "application/json" };
  const bare = got.extend({ agent, headers, retry: { limit: 0 }, throwHttpErrors: false });
  const send = async (batch: readonly Put[]) => {
    let next = 0;
    const work = async () => {
      for (let put = batch[next++]; put !== undefined; put = batch[next++]) {
        const url = `${adminUrl}/apisix/admin/${put.kind}/${put.id}`;
        // oxlint-disable-next-line no-await-in-loop -- one worker sends one request at a time
        const { statusCode } = await bare.put(url, { body: put.text });
        if (statusCode !== 201) throw new Error(`the sandbox answered ${statusCode} to PUT ${put.kind}/${put.id}`);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
  };
  for (const kind of adminKinds) {
    // oxlint-disable-next-line no-await-in-loop -- the gateway checks references
    await send(puts.filter((put) => put.kind === kind));
  }
  agent.http.destroy();
}

/** Of this process; the gateway's is its own. */
interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

function least(costs: readonly Cost[], what: keyof Cost): number {
  return Math.min(...costs.map((cost) => cost[what]));
}

/** What `run` costs with a sandbox of its own that nobody else uses. */
async function onEmptyGateway(run: (adminUrl: string) => Promise<void>): Promise<Cost> {
  const sandbox = fork(new URL("sandbox-process.ts", import.meta.url), {
    env: { ...process.env, ADMIN_KEY: adminKey },
  });
  const ended = once(sandbox, "exit");
  try {
    const [message]: unknown[] = await once(sandbox, "message");
    const adminUrl = String(Reflect.get(Object(message), "adminUrl"));
    const startedAt = performance.now();
    const cpuBefore = process.cpuUsage();
    await run(adminUrl);
    const cpu = process.cpuUsage(cpuBefore);
    return { wallMs: performance.now() - startedAt, cpuMs: (cpu.user + cpu.system) / 1000 };
  } finally {
    sandbox.disconnect();
    await ended;
  }
}
