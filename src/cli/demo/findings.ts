import type { Unattached } from "../../core/desired/index.ts";
import {
  type AttachedManifest,
  type Diagnostic,
  type InvalidManifest,
  type Refusal,
  type Step,
  type StepOutcome,
  everyAttached,
  keyOf,
  refOf,
} from "../../core/model/index.ts";
import { rejectionOf, takenOf } from "../../core/status/index.ts";
import type { Pass } from "./stage.ts";

/** What is to be said of manifests that never reached a gateway. */
export function manifestFindings(
  invalid: readonly InvalidManifest[],
  unattached: readonly Unattached[],
): readonly Diagnostic[] {
  const isInvalid = new Set<unknown>(invalid);
  return [
    ...invalid.map(invalidSpec),
    ...unattached.filter(({ object }) => !isInvalid.has(object)).map(({ diagnostic }) => diagnostic),
  ];
}

/** What a pass found: the diagnostics of the decision, and what the gateway or a guard would not take. */
export function passFindings({ decision, outcome }: Pass): readonly Diagnostic[] {
  const objects = new Map(everyAttached(decision.snapshot).map((object) => [keyOf(refOf(object)), object]));
  return [
    ...decision.diagnostics,
    ...decision.plan.refusals.flatMap(refusal),
    ...decision.plan.steps.flatMap((step) => failure(step, outcome.steps[step.index], objects)),
  ];
}

function invalidSpec(manifest: InvalidManifest): Diagnostic {
  const [first] = manifest.problems;
  return {
    code: "InvalidSpec",
    severity: "error",
    object: refOf(manifest),
    ...(first !== undefined && manifest.problems.length === 1 && { field: first.path }),
    message: `${manifest.problems.map(({ path, message }) => `${path} ${message.replace(/\.$/, "")}`).join("; ")}.`,
    why: "Nothing is written for an object that is not valid; everything else goes on without it.",
    fix: "Correct the fields that are named.",
    related: [],
  };
}

function refusal({ code, message, origin }: Refusal): readonly Diagnostic[] {
  return origin === undefined || code !== "AdminIdTaken" ? [] : [takenOf(origin, message)];
}

function failure(
  step: Step,
  result: StepOutcome | undefined,
  objects: ReadonlyMap<string, AttachedManifest>,
): readonly Diagnostic[] {
  const { origin } = step;
  if (origin === undefined || result === undefined || result.state === "done") return [];
  const object = objects.get(keyOf(origin));
  if (result.state === "failed") return object === undefined ? [] : [rejectionOf(object, step, result)];
  return [
    {
      severity: "error",
      object: origin,
      related: [],
      code: "ReferenceNotFound",
      message: `It was not written: ${result.because}.`,
      why: "An object is written only when what it refers to is on the gateway.",
      fix: "See what is said of the object that it refers to.",
    },
  ];
}
