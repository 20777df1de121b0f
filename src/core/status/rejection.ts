import {
  type AttachedManifest,
  type Diagnostic,
  type Fault,
  type InvalidManifest,
  type ResourceRef,
  type Step,
  type StepOutcome,
  formatPath,
  pluginMeantBy,
  refOf,
} from "../model/index.ts";
import { fieldOfPlace } from "./field-of-place.ts";

type Failed = StepOutcome & { readonly state: "failed" };

/** What was refused: what a step was to write, or what was taken before and needed no step. */
export type Refusee = Pick<Step, "kind" | "id"> & { readonly verb: Step["verb"] | "none" };

/** What the gateway's refusal of an object means for the resource that it was made from. */
export function rejectionOf(object: AttachedManifest | InvalidManifest, refusee: Refusee, failed: Failed): Diagnostic {
  const about = aboutOf(refusee, failed.fault);
  const field = "spec" in object ? fieldOf(object, refusee, failed.fault) : undefined;
  const meant = about === "unknownPlugin" ? pluginMeantBy(pluginIn(refusee, failed.fault)) : undefined;
  const hint = meant === undefined ? "" : `: did you mean ${meant}?`;
  return {
    ...told[about](field, meant),
    severity: "error",
    object: refOf(object),
    ...(field !== undefined && { field }),
    message: `The gateway refuses ${refusee.kind}/${refusee.id}: ${failed.message}${hint}`,
    why: whyOf(refusee),
    related: [],
  };
}

const verbWords: Readonly<Record<Refusee["verb"], string>> = {
  create: "It has no earlier version of it.",
  update: "What it had before stays there.",
  delete: "What it had before stays there.",
  none: "It had taken that before; everything else goes on without it.",
};

function whyOf({ verb }: Refusee): string {
  return `${verbWords[verb]} It is sent again when the resource or the gateway changes.`;
}

/** That a resource needs an id under which something else stands; `message` says what helps. */
export function takenOf(object: ResourceRef, message: string): Diagnostic {
  const why = "What this operator did not make is never overwritten unasked.";
  return { code: "AdminIdTaken", severity: "error", object, message, why, fix: "", related: [] };
}

/** Metadata are all a plugin's. */
function aboutOf({ kind }: Refusee, { about = "schema" }: Partial<Fault> = {}): Fault["about"] {
  return kind === "plugin_metadata" && about === "schema" ? "plugin" : about;
}

/** The name that the gateway does not know. */
function pluginIn({ kind, id }: Refusee, { path = [] }: Partial<Fault> = {}): string {
  return kind === "plugin_metadata" ? id : String(path[path.indexOf("plugins") + 1] ?? "");
}

function fieldOf(
  object: AttachedManifest,
  refusee: Refusee,
  { about, path = [] }: Partial<Fault> = {},
): string | undefined {
  if (refusee.kind === "plugin_metadata" && about === "unknownPlugin") return "spec.pluginName";
  const place = path.length === 0 ? undefined : fieldOfPlace(object, refusee, path);
  return place && formatPath(place);
}

type Told = (field: string | undefined, meant: string | undefined) => Pick<Diagnostic, "code" | "fix">;

const told: Readonly<Record<Fault["about"], Told>> = {
  plugin: (field) => ({
    code: "PluginRejected",
    fix: `Correct ${field ?? "the configuration of the plugin"}, as APISIX documents it.`,
  }),
  unknownPlugin: (_field, meant) => ({
    code: "UnknownPlugin",
    fix: `${meant === undefined ? "Correct the name" : `Write ${meant}`}, or enable the plugin on the gateway.`,
  }),
  schema: (field) => ({ code: "SchemaRejected", fix: `Correct ${field ?? "what these words name"}.` }),
};
