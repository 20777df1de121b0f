import { afterEach, describe, expect, test } from "vitest";
import { type GatewayPace, Secret, type StepOutcome } from "../../../src/core/model/index.ts";
import { ApisixClient, type ApisixClientOptions } from "../../../src/edges/apisix/index.ts";
import { runSteps } from "../../../src/edges/apisix/run-steps.ts";
import { creations, step, words } from "./plans.ts";
import { type ScriptedGateway, good, startGateway } from "./scripted-gateway.ts";

const open: { close: () => unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** A gateway that notes when each write came, and how many were under way at most. */
async function watchedGateway(answersAfterMs: number) {
  const seen = { times: [] as number[], underWay: 0, most: 0 };
  const gateway: ScriptedGateway = await startGateway((request, response, socket) => {
    seen.times.push(performance.now());
    seen.underWay += 1;
    seen.most = Math.max(seen.most, seen.underWay);
    setTimeout(() => {
      seen.underWay -= 1;
      good(request, response, socket);
    }, answersAfterMs);
  });
  open.push(gateway);
  return { gateway, seen };
}

function clientOf(url: string, pace: GatewayPace, more: Partial<ApisixClientOptions> = {}): ApisixClient {
  const client = new ApisixClient({ urls: [url], key: new Secret("k"), pace, ...more });
  open.push(client);
  return client;
}

describe("the pace of writes", () => {
  test("no more are under way than agreed, also after that was changed", async () => {
    const { gateway, seen } = await watchedGateway(20);
    const client = clientOf(gateway.url, { concurrency: 3 });
    await client.apply(creations(30));
    expect(seen.most).toBe(3);
    client.setPace({ concurrency: 12 });
    await client.apply(creations(60));
    expect(seen.most).toBe(12);
    client.setPace({ concurrency: 1 });
    seen.most = 0;
    await client.apply(creations(10));
    expect(seen.most).toBe(1);
  });

  test("without a word it is ten", async () => {
    const { gateway, seen } = await watchedGateway(20);
    await clientOf(gateway.url, {}).apply(creations(60));
    expect(seen.most).toBe(10);
  });

  test("no more begin per second than agreed, and reads wait for nobody", async () => {
    const { gateway, seen } = await watchedGateway(0);
    const client = clientOf(gateway.url, { concurrency: 10, writesPerSecond: 10 });
    const begun = performance.now();
    let isOver = false;
    const applied = client.apply(creations(13)).finally(() => (isOver = true));
    await client.observe();
    expect(isOver).toBe(false);
    expect(new Set(words((await applied).steps))).toEqual(new Set(["done"]));
    const writes = gateway.seen.flatMap(({ method }, at) => (method === "PUT" ? [(seen.times[at] ?? 0) - begun] : []));
    expect(writes).toHaveLength(13);
    // The write number n begins no earlier than n tenths of a second after the first.
    for (const [at, ms] of writes.entries()) expect(ms).toBeGreaterThanOrEqual(at * 100 - 2);
  });

  test("a plan that takes too long ends in between, and the rest is for the next pass", async () => {
    const { gateway } = await watchedGateway(0);
    const client = clientOf(gateway.url, { writesPerSecond: 20 }, { longestApplyMs: 200 });
    const { steps } = await client.apply(creations(40));
    const written = steps.filter(({ state }) => state === "done").length;
    expect(written).toBeGreaterThanOrEqual(2);
    expect(written).toBeLessThan(40);
    expect(gateway.seen).toHaveLength(written);
    const rest: readonly StepOutcome[] = steps.filter(({ state }) => state !== "done");
    for (const outcome of rest) expect(outcome).toMatchObject({ state: "skipped", isNext: true });
  });
});

test("an upstream that had to wait goes before the routes that are ready", async () => {
  const steps = [
    step(0, { kind: "ssls", id: "client" }),
    step(1, { kind: "upstreams", id: "u", waitsFor: [0] }),
    step(2, { kind: "services", id: "s", waitsFor: [1] }),
    ...Array.from({ length: 20 }, (_, at) => step(at + 3)),
    step(23, { waitsFor: [2] }),
  ];
  const order: number[] = [];
  await runSteps(steps, {
    concurrency: 1,
    halted: () => undefined,
    perform: ({ index }) => {
      order.push(index);
      return Promise.resolve({ state: "done" });
    },
  });
  expect(order).toEqual(steps.map(({ index }) => index));
});
