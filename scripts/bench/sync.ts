import { fork } from "node:child_process";
import { once } from "node:events";
import { type Plan, Secret, emptyObserved } from "../../src/core/model/index.ts";
import { resolve, translate } from "../../src/core/desired/index.ts";
import { planChanges } from "../../src/core/plan/index.ts";
import { ApisixClient } from "../../src/edges/apisix/index.ts";
import { putsOf, sendBare } from "./bare-puts.ts";
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
    const puts = putsOf(plan.steps);
    const bare: Cost[] = [];
    const applied: Cost[] = [];
    const runs = [
      { costs: bare, run: (adminUrl: string) => sendBare(puts, { adminUrl, adminKey, concurrency }) },
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

async function applyPlan(plan: Plan, adminUrl: string): Promise<void> {
  const client = new ApisixClient({ urls: [adminUrl], key: new Secret(adminKey), pace: { concurrency } });
  const { steps } = await client.apply(plan);
  client.close();
  const failed = steps.find(({ state }) => state !== "done");
  if (failed !== undefined) throw new Error(`a step was not done: ${JSON.stringify(failed)}`);
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
