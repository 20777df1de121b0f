import type { Snapshot } from "../../../../src/core/model/index.ts";
import { verdictOn } from "../../../../src/shells/controller/controller.ts";
import { type GatewaySession, runPass } from "../../../../src/shells/controller/index.ts";
import { retries } from "../../../../src/shells/controller/operator.ts";
import { WorkQueue } from "../../../../src/shells/controller/workqueue.ts";
import type { FakeClock } from "../../../support/fake-clock.ts";
import { passOptions } from "./pass-options.ts";

const key = "main";

/** The operator's passes over one gateway, by its own queue and its own rules for trying again, on a clock of the test. */
export interface Loop {
  /** When each pass began. */
  readonly passes: readonly number[];
  /** Whether the last pass left nothing to try again. */
  readonly isSettled: () => boolean;
  /** Lets so much time go by; it stands still while a pass is under way. */
  readonly run: (ms: number) => Promise<void>;
  /** Lets time go by until that holds, a second more at a time; false if it does not within five minutes. */
  readonly runUntil: (holds: () => boolean) => Promise<boolean>;
  /** What the operator does every ten minutes. */
  readonly resync: () => void;
}

export function startLoop(session: GatewaySession, snapshot: Snapshot, clock: FakeClock): Loop {
  const passes: number[] = [];
  let underWay: Promise<void> = Promise.resolve();
  let failed: unknown;
  let isSettled = false;
  const pass = async () => {
    passes.push(clock.elapsed());
    const verdict = verdictOn(await runPass(session, snapshot, passOptions()), 0);
    isSettled = verdict.kind === "settled";
    if (verdict.kind === "retry") queue.addAfterFailure(key, verdict.afterMs);
    else queue.forget(key);
    if (verdict.kind === "unfinished") queue.add(key);
  };
  const queue = new WorkQueue<string>({
    work: () => (underWay = pass()),
    onError: (_key, error) => (failed = error),
    retry: retries,
    random: () => 0.5, // no jitter
    clock,
  });
  const run = async (ms: number) => {
    const untilMs = clock.elapsed() + ms;
    // oxlint-disable no-await-in-loop -- time goes step by step
    for (let leftMs = ms; leftMs > 0; leftMs = untilMs - clock.elapsed()) {
      await clock.advance(Math.min(leftMs, clock.nextInMs ?? leftMs));
      await underWay.catch(() => {}); // told to `onError`
    }
    // oxlint-enable no-await-in-loop
    if (failed !== undefined) throw new Error("a pass broke", { cause: failed });
  };
  queue.add(key);
  return {
    passes,
    isSettled: () => isSettled,
    run,
    runUntil: async (holds) => {
      // oxlint-disable-next-line no-await-in-loop -- as above
      for (let seconds = 0; seconds < 300 && !holds(); seconds += 1) await run(1_000);
      return holds();
    },
    resync: () => {
      session.invalidate();
      queue.add(key);
    },
  };
}

/** When passes begin at the earliest, if each of them fails: the first after the wait for company. */
export function mostPasses(withinMs: number): number {
  return mostTries(withinMs - 150, retries);
}

/** The first one at once, each later one after twice as long. */
export function mostTries(
  withinMs: number,
  { firstMs, longestMs }: Pick<typeof retries, "firstMs" | "longestMs">,
): number {
  let count = 0;
  for (let atMs = 0; atMs <= withinMs; atMs += Math.min(firstMs * 2 ** (count - 1), longestMs)) count += 1;
  return count;
}
