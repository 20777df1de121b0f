import type { AdminRoute, Plan, Step, StepOutcome } from "../../../src/core/model/index.ts";

export function step(index: number, more: Partial<Step> = {}): Step {
  const id = more.id ?? `r${index}`;
  const body: AdminRoute = { uris: [`/${id}`], plugins: {} };
  return { index, verb: "create", kind: "routes", id, body, changed: [], waitsFor: [], ...more };
}

export function deletion(index: number, more: Partial<Step> = {}): Step {
  const { body: _body, ...rest } = step(index, more);
  return { ...rest, verb: "delete" };
}

export function planOf(...steps: readonly Step[]): Plan {
  return { steps, refusals: [] };
}

/** `count` creations that wait for nothing. */
export function creations(count: number): Plan {
  return planOf(...Array.from({ length: count }, (_, index) => step(index)));
}

/** `done`, `skipped` or the class of failure, one per step. */
export function words(steps: readonly StepOutcome[]): readonly string[] {
  return steps.map((outcome) => (outcome.state === "failed" ? outcome.failure : outcome.state));
}
