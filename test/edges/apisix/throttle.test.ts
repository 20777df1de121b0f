import { describe, expect, test } from "vitest";
import { Throttle } from "../../../src/edges/apisix/throttle.ts";

/** Time moves only by sleeping, and each sleep ends late by `lateMs`. */
function clock(lateMs = 0) {
  const time = { nowMs: 1000 };
  const sleep = (ms: number) => {
    time.nowMs += ms + lateMs;
    return Promise.resolve();
  };
  return { time, elapsed: () => time.nowMs, sleep };
}

describe("turns per second", () => {
  test("the first turn is at once, the others follow evenly", async () => {
    const { time, elapsed, sleep } = clock();
    const throttle = new Throttle({ perSecond: 4, elapsed, sleep });
    const turns: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      await throttle.turn();
      turns.push(time.nowMs - 1000);
    }
    expect(turns).toEqual([0, 250, 500, 750, 1000]);
  });

  test("turns that nobody took are not saved up", async () => {
    const { time, elapsed, sleep } = clock();
    const throttle = new Throttle({ perSecond: 2, elapsed, sleep });
    await throttle.turn();
    time.nowMs += 60_000;
    const since = time.nowMs;
    await throttle.turn();
    await throttle.turn();
    await throttle.turn();
    expect(time.nowMs - since).toBe(1000);
  });

  test("late timers do not slow it down", async () => {
    const { time, elapsed, sleep } = clock(20);
    const throttle = new Throttle({ perSecond: 10, elapsed, sleep });
    await Promise.all([throttle.turn(), throttle.turn(), throttle.turn()]);
    const since = time.nowMs;
    await throttle.turn();
    expect(time.nowMs - since).toBeLessThanOrEqual(100 + 20);
  });

  test("without a limit nobody waits; another rate holds from the next turn on", async () => {
    const { time, elapsed, sleep } = clock();
    const throttle = new Throttle({ perSecond: undefined, elapsed, sleep });
    for (let turn = 0; turn < 100; turn += 1) await throttle.turn();
    expect(time.nowMs).toBe(1000);
    throttle.setRate(1);
    for (let turn = 0; turn < 3; turn += 1) await throttle.turn();
    expect(time.nowMs).toBe(3000);
  });

  test("who gives up waits no longer", async () => {
    const throttle = new Throttle({ perSecond: 0.01 });
    await throttle.turn();
    const stop = new AbortController();
    const turn = throttle.turn(stop.signal);
    stop.abort();
    await turn;
  });
});
