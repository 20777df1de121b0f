import type { Plan, Step } from "../model/index.ts";

/** The plan without some of its steps; nothing waits for one that is not taken. */
export function keepSteps(plan: Plan, isKept: (step: Step) => boolean): Plan {
  const kept = plan.steps.filter(isKept);
  if (kept.length === plan.steps.length) return plan;
  const places = new Map(kept.map((step, index) => [step.index, index]));
  const steps = kept.map((step, index) => ({
    ...step,
    index,
    waitsFor: step.waitsFor.flatMap((before) => places.get(before) ?? []),
  }));
  return { ...plan, steps };
}
