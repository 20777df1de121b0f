import {
  isJsonObject,
  type FieldProblem,
  type JsonObject,
  type Labels,
  type ObjectMeta,
} from "../../core/model/index.ts";
import { objectName } from "./common.ts";

/** The fields of metav1.ObjectMeta: what a file may say. */
export const metadataFields = [
  "annotations",
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "finalizers",
  "generateName",
  "generation",
  "labels",
  "managedFields",
  "name",
  "namespace",
  "ownerReferences",
  "resourceVersion",
  "selfLink",
  "uid",
];

interface ReadMeta {
  readonly meta: ObjectMeta;
  readonly problems: readonly FieldProblem[];
}

/** `defaultNamespace` is "" for a kind of the cluster, whatever the object says. */
export function readMetadata(raw: unknown, isNamespaced: boolean, defaultNamespace: string): ReadMeta {
  const fields: JsonObject = isJsonObject(raw) ? raw : {};
  const name = typeof fields["name"] === "string" ? fields["name"] : "";
  const namespace = textOf(fields["namespace"]) ?? defaultNamespace;
  const { uid, generation, resourceVersion, creationTimestamp } = fields;
  const meta: ObjectMeta = {
    namespace: isNamespaced ? namespace : "",
    name,
    ...(typeof uid === "string" ? { uid } : {}),
    ...(typeof generation === "number" ? { generation } : {}),
    ...(typeof resourceVersion === "string" ? { resourceVersion } : {}),
    ...(typeof creationTimestamp === "string" ? { creationTimestamp } : {}),
    annotations: textsOf(fields["annotations"]),
    finalizers: Array.isArray(fields["finalizers"]) ? fields["finalizers"].filter((it) => typeof it === "string") : [],
    isDeleting: typeof fields["deletionTimestamp"] === "string",
  };
  return { meta, problems: nameProblems(fields, meta) };
}

function nameProblems(fields: JsonObject, meta: ObjectMeta): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const nameProblem = meta.name === "" ? missingName(fields) : badName(meta.name, 253);
  if (nameProblem !== undefined) problems.push({ path: "metadata.name", message: nameProblem });
  const isBadNamespace =
    meta.namespace !== "" && (badName(meta.namespace, 63) !== undefined || meta.namespace.includes("."));
  if (isBadNamespace) problems.push({ path: "metadata.namespace", message: "is not the name of a namespace" });
  return problems;
}

function missingName(fields: JsonObject): string {
  if (typeof fields["generateName"] === "string") {
    return "is missing: generateName makes another object at each apply, so write a name";
  }
  const { name } = fields;
  return name === undefined || name === null || name === "" ? "is missing" : "must be a text: put it in quotes";
}

function badName(name: string, longest: number): string | undefined {
  return name.length > longest
    ? `has ${name.length} characters; at most ${longest} are allowed`
    : objectName.problem(name);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function textsOf(value: unknown): Labels {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
