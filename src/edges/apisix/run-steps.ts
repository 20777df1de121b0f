import type { Outcome, Step, StepOutcome } from "../../core/model/index.ts";
import { ReadySteps } from "./ready-steps.ts";

export interface RunOptions {
  readonly concurrency: number;
  /** Carries out one step; never rejects. */
  readonly perform: (step: Step) => Promise<StepOutcome>;
  /** Asked right before each step: the outcome of all that has not begun, because nothing more may be sent; or `undefined`. */
  readonly halted: () => StepOutcome | undefined;
  readonly onStep?: ((step: Step, outcome: StepOutcome) => void) | undefined;
}

/**
 * Runs steps side by side as far as `waitsFor` and the concurrency allow, always the one with the lowest index
 * first: an upstream that was waiting goes before the routes that are ready. A step whose predecessor was not done is
 * skipped, and so is what waits for it. Rejects only if `onStep` throws.
 */
export function runSteps(steps: readonly Step[], options: RunOptions): Promise<Outcome> {
  const outcomes: (StepOutcome | undefined)[] = steps.map(() => undefined);
  const open = steps.map(({ waitsFor }) => waitsFor.length);
  const followers: Step[][] = steps.map(() => []);
  for (const step of steps) for (const before of step.waitsFor) followers[before]?.push(step);
  const ready = new ReadySteps();
  for (const step of steps) if (step.waitsFor.length === 0) ready.add(step);

  const record = (step: Step, outcome: StepOutcome) => {
    outcomes[step.index] = outcome;
    options.onStep?.(step, outcome);
  };
  const settle = (first: Step, outcome: StepOutcome) => {
    record(first, outcome);
    const settled = [{ step: first, outcome }];
    // Grows while it is walked: what waits for a step that was not done is settled too.
    for (const before of settled)
      for (const step of followers[before.step.index] ?? []) {
        if (outcomes[step.index] !== undefined) continue;
        if (before.outcome.state === "done") {
          const left = (open[step.index] ?? 0) - 1;
          open[step.index] = left;
          if (left === 0) ready.add(step);
          continue;
        }
        const skipped = skippedAfter(before.step, before.outcome);
        record(step, skipped);
        settled.push({ step, outcome: skipped });
      }
  };

  return new Promise((resolve, reject) => {
    let running = 0;
    const finish = async (step: Step) => {
      const outcome = await options.perform(step);
      running -= 1;
      settle(step, outcome);
      proceed();
    };
    const proceed = () => {
      while (running < options.concurrency) {
        const step = ready.take();
        if (step === undefined) break;
        const halted = options.halted();
        if (halted === undefined) {
          running += 1;
          finish(step).catch(reject);
        } else settle(step, halted);
      }
      if (running === 0) resolve({ steps: outcomes.map((outcome) => outcome ?? neverReady) });
    };
    proceed();
  });
}

/** A plan whose steps wait for each other in a circle, which no planner of ours makes. */
const neverReady: StepOutcome = { state: "skipped", because: "what it waits for never came" };

/** Routes may belong to others, whose names are none of this one's business. */
function skippedAfter({ kind, id }: Step, outcome: Exclude<StepOutcome, { state: "done" }>): StepOutcome {
  if (outcome.state === "skipped") return outcome;
  const what = kind === "routes" ? "a route that must change first" : `${kind}/${id}, which must change first,`;
  return { state: "skipped", because: `${what} could not be written` };
}
