import type { Unattached } from "../../core/desired/index.ts";
import {
  type Diagnostic,
  type DiagnosticCode,
  type InvalidManifest,
  type Refusal,
  type Step,
  type StepOutcome,
  refOf,
} from "../../core/model/index.ts";
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
  return [
    ...decision.diagnostics,
    ...decision.plan.refusals.flatMap(refusal),
    ...decision.plan.steps.flatMap((step) => failure(step, outcome.steps[step.index])),
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
  if (origin === undefined || code !== "AdminIdTaken") return [];
  const why = "What this operator did not make is never overwritten.";
  return [{ code, severity: "error", object: origin, message, why, fix: "", related: [] }];
}

function failure({ origin }: Step, result: StepOutcome | undefined): readonly Diagnostic[] {
  if (origin === undefined || result === undefined || result.state === "done") return [];
  const base = { severity: "error", object: origin, related: [] } as const;
  if (result.state === "skipped") {
    return [
      {
        ...base,
        code: "ReferenceNotFound",
        message: `It was not written: ${result.because}.`,
        why: "An object is written only when what it refers to is on the gateway.",
        fix: "See what is said of the object that it refers to.",
      },
    ];
  }
  return [
    {
      ...base,
      code: rejectionCode(result.message),
      message: `The gateway refuses it: ${result.message}`,
      why: "The gateway checks every object against its own schema.",
      fix: "Change the field that the gateway names.",
    },
  ];
}

/** Source: apache/apisix 3.18, apisix/plugin.lua, check_schema: these are its words. */
function rejectionCode(words: string): DiagnosticCode {
  if (words.includes("unknown plugin [")) return "UnknownPlugin";
  return words.includes("failed to check the configuration of plugin") ? "PluginRejected" : "SchemaRejected";
}
