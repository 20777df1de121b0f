import {
  type AttachedManifest,
  type Diagnostic,
  type Fault,
  type InvalidManifest,
  type ResourceRef,
  type Step,
  type StepOutcome,
  formatPath,
  refOf,
} from "../model/index.ts";
import { fieldOfPlace } from "./field-of-place.ts";

type Failed = StepOutcome & { readonly state: "failed" };

/** What the gateway's refusal of a step means for the resource that the step was for. */
export function rejectionOf(object: AttachedManifest | InvalidManifest, step: Step, failed: Failed): Diagnostic {
  const about = aboutOf(step, failed.fault);
  const field = "spec" in object ? fieldOf(object, step, failed.fault) : undefined;
  return {
    ...told[about](field),
    severity: "error",
    object: refOf(object),
    ...(field !== undefined && { field }),
    message: `The gateway refuses ${step.kind}/${step.id}: ${failed.message}`,
    why: `${step.verb === "create" ? "It has no earlier version of it." : "What it had before stays there."} It is sent again when the resource or the gateway changes.`,
    related: [],
  };
}

/** That a resource needs an id under which something else stands; `message` says what helps. */
export function takenOf(object: ResourceRef, message: string): Diagnostic {
  const why = "What this operator did not make is never overwritten unasked.";
  return { code: "AdminIdTaken", severity: "error", object, message, why, fix: "", related: [] };
}

/** Metadata are all a plugin's. */
function aboutOf({ kind }: Step, { about = "schema" }: Partial<Fault> = {}): Fault["about"] {
  return kind === "plugin_metadata" && about === "schema" ? "plugin" : about;
}

function fieldOf(object: AttachedManifest, step: Step, { about, path = [] }: Partial<Fault> = {}): string | undefined {
  if (step.kind === "plugin_metadata" && about === "unknownPlugin") return "spec.pluginName";
  const place = path.length === 0 ? undefined : fieldOfPlace(object, step, path);
  return place && formatPath(place);
}

type Told = (field: string | undefined) => Pick<Diagnostic, "code" | "fix">;

const told: Readonly<Record<Fault["about"], Told>> = {
  plugin: (field) => ({
    code: "PluginRejected",
    fix: `Correct ${field ?? "the configuration of the plugin"}, as APISIX documents it.`,
  }),
  unknownPlugin: () => ({ code: "UnknownPlugin", fix: "Correct the name, or enable the plugin on the gateway." }),
  schema: (field) => ({ code: "SchemaRejected", fix: `Correct ${field ?? "what these words name"}.` }),
};
