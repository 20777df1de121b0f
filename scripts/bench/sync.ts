import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent } from "node:http";
import got from "got";
import { type Plan, type Step, Secret, emptyObserved } from "../../src/core/model/index.ts";
import { decide } from "../../src/core/pipeline.ts";
import { ApisixClient } from "../../src/edges/apisix/index.ts";
import { encodeBody } from "../../src/wire/admin/index.ts";
import { type Measure, measureOf, quantile } from "./measure.ts";
import { realisticSnapshot } from "./tables.ts";

const sizes = [
  { name: "1k", count: 1_000, rounds: 5 },
  { name: "5k", count: 5_000, rounds: 3 },
];
const concurrency = 10;
/** Of the time that the same PUTs take in a bare loop. */
const targetRatio = 1.3;
const adminKey = "bench-admin-key";

/**
 * Cold sync: a plan of creations through ApisixClient.apply against a sandbox in its own process. The floor is the same PUTs
 * of the same bytes through the same HTTP client at the same concurrency, sent by a loop that waits for nothing and
 * judges nothing. Rounds of the two alternate, each against an empty gateway, so that a slow moment hits both.
 */
export async function syncMeasures(): Promise<readonly Measure[]> {
  const measures: Measure[] = [];
  for (const { name, count, rounds } of sizes) {
    const { plan } = decide(realisticSnapshot(count), emptyObserved, {});
    const applied: number[] = [];
    const bare: number[] = [];
    for (let round = -1; round < rounds; round += 1) {
      // oxlint-disable no-await-in-loop -- one thing at a time is what is measured
      const isMeasured = round >= 0; // the first round warms up
      const floorMs = await onEmptyGateway((adminUrl) => sendBare(plan, adminUrl));
      const applyMs = await onEmptyGateway((adminUrl) => applyPlan(plan, adminUrl));
      // oxlint-enable no-await-in-loop
      if (isMeasured) {
        bare.push(floorMs);
        applied.push(applyMs);
      }
    }
    measures.push(
      measureOf({
        name: `cold sync ${name} routes (${plan.steps.length} writes)`,
        value: quantile(applied, 0.5),
        unit: "ms",
        floor: quantile(bare, 0.5),
        target: targetRatio,
      }),
    );
  }
  return measures;
}

async function applyPlan(plan: Plan, adminUrl: string): Promise<void> {
  const client = new ApisixClient({ urls: [adminUrl], key: new Secret(adminKey), concurrency });
  const { steps } = await client.apply(plan);
  client.close();
  const failed = steps.find(({ state }) => state !== "done");
  if (failed !== undefined) throw new Error(`a step was not done: ${JSON.stringify(failed)}`);
}

/** `concurrency` workers, each sends the next PUT as soon as its last one is answered; kinds one after the other. */
async function sendBare({ steps }: Plan, adminUrl: string): Promise<void> {
  const agent = { http: new Agent({ keepAlive: true, maxSockets: concurrency, scheduling: "lifo" }) };
  const headers = { "x-api-key": adminKey, "content-type": "application/json" };
  const bare = got.extend({ agent, headers, retry: { limit: 0 }, throwHttpErrors: false });
  const send = async (batch: readonly Step[]) => {
    let next = 0;
    const work = async () => {
      for (let step = batch[next++]; step !== undefined; step = batch[next++]) {
        const url = `${adminUrl}/apisix/admin/${step.kind}/${step.id}`;
        // oxlint-disable-next-line no-await-in-loop -- one worker sends one request at a time
        const { statusCode } = await bare.put(url, { body: encodeBody(step.body ?? {}) });
        if (statusCode !== 201) throw new Error(`the sandbox answered ${statusCode} to PUT ${step.kind}/${step.id}`);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
  };
  for (const kind of ["upstreams", "plugin_configs", "services", "routes"]) {
    // oxlint-disable-next-line no-await-in-loop -- the gateway checks references
    await send(steps.filter((step) => step.kind === kind));
  }
  agent.http.destroy();
}

/** Milliseconds of `run`, with a sandbox of its own that nobody else uses. */
async function onEmptyGateway(run: (adminUrl: string) => Promise<void>): Promise<number> {
  const sandbox = fork(new URL("sandbox-process.ts", import.meta.url), {
    env: { ...process.env, ADMIN_KEY: adminKey },
  });
  const ended = once(sandbox, "exit");
  try {
    const [message]: unknown[] = await once(sandbox, "message");
    const adminUrl = String(Reflect.get(Object(message), "adminUrl"));
    const startedAt = performance.now();
    await run(adminUrl);
    return performance.now() - startedAt;
  } finally {
    sandbox.disconnect();
    await ended;
  }
}
