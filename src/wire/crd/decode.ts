import {
  apiGroup,
  apiVersion,
  isJsonObject,
  resourceKinds,
  type AnyManifest,
  type FieldProblem,
  type InvalidManifest,
  type JsonObject,
  type ObjectMeta,
  type ResourceKind,
  nearest,
} from "../../core/model/index.ts";
import { unknownField } from "./conform.ts";
import { kinds } from "./kinds.ts";
import { metadataFields, readMetadata } from "./metadata.ts";

export interface DecodeOptions {
  /**
   * What a field that no schema knows is: in a file a typo, and so a problem (`refuse`); from the cluster something that
   * the API server prunes (`ignore`, the default).
   */
  readonly unknownFields?: "refuse" | "ignore";
  /** For namespaced objects that name none; "default" where left out. */
  readonly defaultNamespace?: string;
}

/** What a document is: one of our resources, somebody else's, or broken in a way that leaves no name to blame. */
export type Recognised =
  | { readonly is: "ours"; readonly kind: ResourceKind; readonly meta: ObjectMeta }
  | { readonly is: "other" }
  | { readonly is: "broken"; readonly problems: readonly FieldProblem[] };

/** Looks at `apiVersion`, `kind` and `metadata` alone. Throws nothing. */
export function recognise(raw: unknown, options: DecodeOptions = {}): Recognised {
  if (!isJsonObject(raw)) return { is: "other" };
  const { apiVersion: version, kind } = raw;
  if (typeof version !== "string" || version.split("/", 1)[0] !== apiGroup) return { is: "other" };
  const known = resourceKinds.find((name) => name === kind);
  if (known === undefined) return { is: "broken", problems: [{ path: "kind", message: unknownKind(kind) }] };
  const isNamespaced = kinds[known].scope === "Namespaced";
  const { meta, problems } = readMetadata(raw["metadata"], isNamespaced, options.defaultNamespace ?? "default");
  return meta.name === "" ? { is: "broken", problems } : { is: "ours", kind: known, meta };
}

/**
 * A custom resource, as JSON or YAML gave it, in our own nouns; an `InvalidManifest` with everything wrong with it
 * where it breaks a rule that one object alone can break; `undefined` where `recognise` says
 * that it is not ours or has no name. Throws nothing.
 */
export function decodeManifest(raw: unknown, options: DecodeOptions = {}): AnyManifest | InvalidManifest | undefined {
  const recognised = recognise(raw, options);
  if (recognised.is !== "ours" || !isJsonObject(raw)) return undefined;
  const { kind, meta } = recognised;
  const status = isJsonObject(raw["status"]) ? raw["status"] : undefined;
  const reading = kinds[kind].readSpec(raw["spec"]);
  const problems = [
    ...envelopeProblems(raw, kind, options),
    ...(options.unknownFields === "refuse" ? reading.unknownFields : []),
    ...reading.problems,
  ];
  if (problems.length === 0 && reading.manifest !== undefined) return reading.manifest(meta, status);
  const gatewayRef = gatewayRefOf(raw["spec"]);
  return {
    kind,
    meta,
    ...(gatewayRef === undefined ? {} : { gatewayRef }),
    ...(status === undefined ? {} : { status }),
    problems,
  };
}

export function isInvalid(manifest: AnyManifest | InvalidManifest): manifest is InvalidManifest {
  return "problems" in manifest;
}

/** What is wrong around the spec. */
function envelopeProblems(raw: JsonObject, kind: ResourceKind, options: DecodeOptions): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (raw["apiVersion"] !== apiVersion) {
    problems.push({ path: "apiVersion", message: `must be ${apiVersion}, the only version there is` });
  }
  const metadata = isJsonObject(raw["metadata"]) ? raw["metadata"] : {};
  if (options.unknownFields === "refuse") {
    problems.push(...unknownIn(raw, ["apiVersion", "kind", "metadata", "spec", "status"], []));
    problems.push(...unknownIn(metadata, metadataFields, ["metadata"]));
  }
  const isNamespaced = kinds[kind].scope === "Namespaced";
  return [...problems, ...readMetadata(metadata, isNamespaced, options.defaultNamespace ?? "default").problems];
}

function unknownIn(fields: JsonObject, known: readonly string[], path: readonly string[]): readonly FieldProblem[] {
  return Object.keys(fields)
    .filter((name) => !known.includes(name))
    .map((name) => unknownField(name, known, path));
}

function unknownKind(kind: unknown): string {
  if (typeof kind !== "string") return "is missing";
  const meant = nearest(kind, resourceKinds);
  const hint = meant === undefined ? `there are ${resourceKinds.join(", ")}` : `did you mean ${meant}?`;
  return `${JSON.stringify(kind)} is no kind of ${apiGroup}: ${hint}`;
}

function gatewayRefOf(spec: unknown): InvalidManifest["gatewayRef"] {
  const ref = isJsonObject(spec) ? spec["gatewayRef"] : undefined;
  return isJsonObject(ref) && typeof ref["name"] === "string" ? { name: ref["name"] } : undefined;
}
