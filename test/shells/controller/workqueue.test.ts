import { describe, expect, test } from "vitest";
import { WorkQueue, type WorkQueueOptions } from "../../../src/shells/controller/workqueue.ts";
import { FakeClock } from "../../support/fake-clock.ts";

/** A queue on a clock that stands still; `runs` are the keys in the order their work began, each with its second. */
function queueWith(options: Partial<WorkQueueOptions<string>> = {}) {
  const clock = new FakeClock();
  const runs: string[] = [];
  const errors: unknown[] = [];
  const queue = new WorkQueue<string>({
    coalesceMs: 200,
    random: () => 0.5, // no jitter
    clock,
    onError: (_key, error) => errors.push(error),
    ...options,
    work: async (key) => {
      runs.push(`${key} at ${clock.elapsed() / 1000}`);
      await options.work?.(key);
    },
  });
  return { clock, runs, errors, queue };
}

/** Work that lasts until it is told to end. */
function gate() {
  const waiting: (() => void)[] = [];
  return {
    wait: () => new Promise<void>((done) => waiting.push(done)),
    open: () => waiting.splice(0).forEach((done) => done()),
  };
}

describe("a work queue", () => {
  test("turns a burst of changes into one run", async () => {
    const { clock, runs, queue } = queueWith();
    for (let change = 0; change < 50; change++) {
      queue.add("a");
      await clock.advance(1);
    }
    await clock.advance(1000);
    expect(runs).toEqual(["a at 0.2"]);
  });

  test("counts the coalescing wait from the first change, so that steady changes can't starve a key", async () => {
    const { clock, runs, queue } = queueWith();
    for (let change = 0; change < 10; change++) {
      queue.add("a");
      await clock.advance(50);
    }
    expect(runs.slice(0, 2)).toEqual(["a at 0.2", "a at 0.4"]);
  });

  test("runs a key once more when it was added while being worked on, and never twice at a time", async () => {
    const { wait, open } = gate();
    const { clock, runs, queue } = queueWith({ work: wait, workers: 4 });
    queue.add("a");
    await clock.advance(200);
    queue.add("a");
    queue.add("a");
    await clock.advance(1000);
    queue.add("b"); // wakes the queue while a is due and running
    await clock.advance(9000);
    expect(runs).toEqual(["a at 0.2", "b at 1.4"]);
    open();
    await clock.advance(0);
    expect(runs).toEqual(["a at 0.2", "b at 1.4", "a at 10.2"]);
  });

  test("works on as many keys at once as it has workers, the earliest due first", async () => {
    const { wait, open } = gate();
    const { clock, runs, queue } = queueWith({ work: wait, workers: 2 });
    for (const key of ["a", "b", "c", "d"]) queue.add(key);
    await clock.advance(1000);
    expect(runs).toEqual(["a at 0.2", "b at 0.2"]);
    open();
    await clock.advance(0);
    expect(runs.slice(2)).toEqual(["c at 1", "d at 1"]);
  });

  test("keeps the earliest time anybody asked for", async () => {
    const { clock, runs, queue } = queueWith();
    queue.addAfter("a", 60_000);
    queue.addAfter("a", 5_000);
    queue.addAfter("a", 30_000);
    await clock.advance(120_000);
    expect(runs).toEqual(["a at 5"]);
  });

  test("lets a change overtake a retry that waits", async () => {
    const { clock, runs, queue } = queueWith();
    queue.addAfter("a", 300_000);
    await clock.advance(1000);
    queue.add("a");
    await clock.advance(1000);
    expect(runs).toEqual(["a at 1.2"]);
  });

  test("retries work that threw after 0.5, 1, 2 … seconds, at most 5 minutes, until it is forgotten", async () => {
    const { clock, runs, errors, queue } = queueWith({ work: () => Promise.reject(new Error("no")) });
    queue.addAfter("a", 0);
    await clock.advance(1_800_000);
    const seconds = runs.map((run) => Number(run.split(" ").at(-1)));
    const waits = seconds.slice(1).map((second, index) => second - (seconds[index] ?? 0));
    expect(waits.slice(0, 12)).toEqual([0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    expect(errors).toHaveLength(runs.length);
    expect(queue.failuresOf("a")).toBe(runs.length);
    queue.forget("a");
    expect(queue.failuresOf("a")).toBe(0);
  });

  test.each([
    ["20 % shorter at one end of chance", 0, 0.4],
    ["20 % longer at the other", 1, 0.6],
  ])("makes the wait %s", async (_sentence, random, second) => {
    const { clock, runs, queue } = queueWith({ random: () => random });
    queue.addAfterFailure("a");
    await clock.advance(10_000);
    expect(runs).toEqual([`a at ${second}`]);
  });

  test("waits at least as long as was asked, and never less than the backoff", async () => {
    const { clock, runs, queue } = queueWith({ work: () => Promise.resolve() });
    queue.addAfterFailure("asked", 10_000);
    queue.addAfterFailure("at-once", 0);
    queue.addAfterFailure("at-once", 0);
    await clock.advance(9_000);
    expect(runs.map((run) => run.split(" ")[0])).toEqual(["at-once"]);
    await clock.advance(2_000);
    expect(runs.map((run) => run.split(" ")[0])).toEqual(["at-once", "asked"]);
    expect(queue.failuresOf("at-once")).toBe(2);
  });

  test("keeps the failures of one key from the others", async () => {
    const { clock, runs, queue } = queueWith({
      work: (key) => (key === "bad" ? Promise.reject(new Error("no")) : Promise.resolve()),
    });
    queue.add("bad");
    await clock.advance(60_000);
    queue.add("good");
    await clock.advance(200);
    expect(runs).toContain("good at 60.2");
  });

  test("drops what waits when it stops, takes no more, and waits for what runs", async () => {
    const { wait, open } = gate();
    const { clock, runs, queue } = queueWith({ work: wait });
    queue.add("a");
    await clock.advance(200);
    queue.add("b");
    const stopped = queue.stop(20_000);
    queue.add("c");
    await clock.advance(5_000);
    open();
    await expect(stopped).resolves.toBe(true);
    await clock.advance(600_000);
    expect(runs).toEqual(["a at 0.2"]);
    expect(clock.pending).toBe(0);
  });

  test("says so when what runs has not ended by the deadline", async () => {
    const { clock, queue } = queueWith({ work: () => new Promise(() => {}) });
    queue.add("a");
    await clock.advance(200);
    const stopped = queue.stop(20_000);
    await clock.advance(20_000);
    await expect(stopped).resolves.toBe(false);
  });

  test("does not retry a failure that comes after it was stopped", async () => {
    let fail = (_error: Error): void => {};
    const { clock, runs, queue } = queueWith({ work: () => new Promise((_done, reject) => (fail = reject)) });
    queue.add("a");
    await clock.advance(200);
    const stopped = queue.stop(20_000);
    fail(new Error("no"));
    await expect(stopped).resolves.toBe(true);
    await clock.advance(600_000);
    expect(runs).toEqual(["a at 0.2"]);
    expect(clock.pending).toBe(0);
  });

  test("tells its observer about adds, waits, work and retries, and measures what is under way", async () => {
    const { wait, open } = gate();
    const told: string[] = [];
    const { clock, queue } = queueWith({
      work: wait,
      observe: {
        onAdd: () => told.push("add"),
        onRetry: () => told.push("retry"),
        onStart: (seconds) => told.push(`start after ${seconds}`),
        onDone: (seconds) => told.push(`done after ${seconds}`),
      },
    });
    queue.add("a");
    queue.add("a");
    queue.add("b");
    await clock.advance(3200);
    expect(queue.measure()).toEqual({ depth: 1, runningMs: [3000] });
    open();
    await clock.advance(0);
    expect(told).toEqual(["add", "add", "start after 0", "done after 3", "start after 3"]);
  });

  test("merges 200,000 adds over 50 keys into 50 runs", async () => {
    const { clock, runs, queue } = queueWith();
    for (let add = 0; add < 200_000; add++) queue.add(`key-${add % 50}`);
    await clock.advance(1000);
    expect(runs).toHaveLength(50);
    expect(new Set(runs).size).toBe(50);
  });
});
