import { type Plan, type Outcome, type Step, type StepOutcome, nameOf } from "../../core/model/index.ts";
import type { Paper } from "./paper.ts";

/** What a pass did on the gateway, one line per request. */
export function stepsText(plan: Plan, outcome: Outcome, paper: Paper): string {
  return plan.steps.map((step) => stepText(step, outcome.steps[step.index], paper)).join("\n");
}

const marks = { create: "+", update: "~", delete: "-" } as const;

function stepText(
  { verb, kind, id, origin, changed }: Step,
  result: StepOutcome | undefined,
  { paint }: Paper,
): string {
  const color = { create: paint.green, update: paint.yellow, delete: paint.red }[verb];
  const name = origin === undefined ? `${kind}/${id}` : nameOf(origin);
  const fields = changed.length === 0 ? "" : `  ${paint.dim(changed.join(", "))}`;
  return `  ${color(marks[verb])} ${name}${fields}${failureText(result, paint)}`;
}

function failureText(result: StepOutcome | undefined, paint: Paper["paint"]): string {
  switch (result?.state) {
    case undefined:
    case "done":
      return "";
    case "failed":
      return paint.red(`  refused: ${result.message}`);
    case "skipped":
      return paint.yellow(`  skipped: ${result.because}`);
  }
}
