import type { Readable } from "node:stream";
import {
  isJsonObject,
  keyOf,
  nameOf,
  refOf,
  type AnyManifest,
  type InvalidManifest,
  type Json,
} from "../../core/model/index.ts";
import { decodeManifest, recognise } from "../../wire/crd/index.ts";
import { readDocuments, type Documents, type LoadError, type SourceDocument } from "./documents.ts";
import { readInputs } from "./inputs.ts";
import { formatLocation, subMap, type SourceMap } from "./sourceMap.ts";

export interface LoadOptions {
  /** For objects that name no namespace; "default" where left out. */
  readonly defaultNamespace?: string;
  /** What "-" reads; the process's standard input where left out. */
  readonly stdin?: Readable;
}

/** One of our resources out of a file. */
export interface LoadedManifest {
  readonly manifest: AnyManifest | InvalidManifest;
  readonly source: SourceMap;
}

export interface LoadedManifests {
  /** In the order of the files and of the documents in them. Kinds that are not ours are passed over in silence. */
  readonly manifests: readonly LoadedManifest[];
  /** Files that could not be read, syntax errors, objects without a name, objects that stand in two places. */
  readonly errors: readonly LoadError[];
}

/**
 * Loads resources from files, folders and standard input ("-"): YAML as kubectl reads it, JSON, several documents, and
 * Lists. Unknown fields are problems of the manifest (`InvalidManifest`), not errors here. Throws nothing.
 */
export async function loadManifests(paths: readonly string[], options: LoadOptions = {}): Promise<LoadedManifests> {
  const { inputs, errors } = await readInputs(paths, options.stdin ?? process.stdin);
  const files = inputs.map(({ file, text }) => readDocuments(file, text));
  const loaded = files.map((file) => loadFile(file, options.defaultNamespace ?? "default"));
  const { unique, duplicates } = withoutDuplicates(loaded.flatMap(({ manifests }) => manifests));
  return { manifests: unique, errors: [...errors, ...loaded.flatMap((file) => file.errors), ...duplicates] };
}

/** All documents of these files, whatever they hold: for lists that are no Kubernetes objects. */
export async function loadDocuments(
  paths: readonly string[],
  stdin: Readable = process.stdin,
): Promise<{ readonly documents: readonly SourceDocument[]; readonly errors: readonly LoadError[] }> {
  const { inputs, errors } = await readInputs(paths, stdin);
  const files = inputs.map(({ file, text }) => readDocuments(file, text));
  return {
    documents: files.flatMap(({ documents }) => documents),
    errors: [...errors, ...files.flatMap(({ error }) => (error === undefined ? [] : [error]))],
  };
}

function loadFile({ documents, error }: Documents, defaultNamespace: string): LoadedManifests {
  const manifests: LoadedManifest[] = [];
  const errors: LoadError[] = [];
  for (const { value, source } of documents.flatMap(itemsOf)) {
    const recognised = recognise(value, { defaultNamespace });
    if (recognised.is === "broken") {
      const words = recognised.problems.map(({ path, message }) => ({
        location: source.locate(path),
        message: `${path} ${message}`,
      }));
      errors.push(...words);
    }
    const manifest = decodeManifest(value, { unknownFields: "refuse", defaultNamespace });
    if (manifest !== undefined) manifests.push({ manifest, source });
  }
  return { manifests, errors: error === undefined ? errors : [...errors, error] };
}

/** The objects of a `List`, or of any kind whose name ends so, as kubectl takes them apart; else the document itself. */
function itemsOf({ value, source }: SourceDocument): readonly SourceDocument[] {
  if (!isJsonObject(value) || !isList(value["kind"]) || !Array.isArray(value["items"])) return [{ value, source }];
  // Array.isArray forgets the type of the items.
  const items: readonly Json[] = value["items"];
  return items.flatMap((item, index) => itemsOf({ value: item, source: subMap(source, ["items", index]) }));
}

function isList(kind: Json | undefined): boolean {
  return typeof kind === "string" && kind.endsWith("List");
}

function withoutDuplicates(manifests: readonly LoadedManifest[]): {
  readonly unique: readonly LoadedManifest[];
  readonly duplicates: readonly LoadError[];
} {
  const first = new Map<string, LoadedManifest>();
  const duplicates: LoadError[] = [];
  for (const loaded of manifests) {
    const ref = refOf(loaded.manifest);
    const earlier = first.get(keyOf(ref));
    if (earlier === undefined) first.set(keyOf(ref), loaded);
    else {
      const message = `${nameOf(ref)} stands here and in ${formatLocation(earlier.source.start)}: keep one of them`;
      duplicates.push({ location: loaded.source.start, message });
    }
  }
  return { unique: [...first.values()], duplicates };
}
