import {
  type AnyManifest,
  type Diagnostic,
  type DiagnosticCode,
  type InvalidManifest,
  type ResourceRef,
  type RouterFlavor,
  type Severity,
  type Witness,
  emptyObserved,
  keyOf,
  refOf,
  compareText,
} from "../../core/model/index.ts";
import { decide } from "../../core/pipeline.ts";
import type { LoadedManifest, LoadedManifests, LoadError } from "../../edges/files/index.ts";
import { fileObjects, isToldAsMissing } from "./objects.ts";

/** A place in a file, counted from 1; without line where the file as a whole is meant. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** A finding and where it stands. */
export interface LintFinding {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** `undefined` where the text itself could not be read as an object. */
  readonly object: ResourceRef | undefined;
  readonly field: string | undefined;
  readonly place: Place;
  readonly message: string;
  readonly why: string;
  readonly fix: string;
  readonly related: readonly { readonly ref: ResourceRef; readonly field?: string; readonly place?: Place }[];
  readonly witness: Witness | undefined;
}

export interface LintReport {
  /** By file in the order given, then by line, column and code. */
  readonly findings: readonly LintFinding[];
  /** How many resources of ours the files hold. */
  readonly objects: number;
}

/** Judges files without a cluster and without a gateway: as if an empty gateway were told all of it. */
export function lint({ manifests, errors }: LoadedManifests, router: RouterFlavor): LintReport {
  const isInvalid = (manifest: LoadedManifest["manifest"]): manifest is InvalidManifest => "problems" in manifest;
  const all = manifests.map(({ manifest }) => manifest);
  const invalid = all.filter(isInvalid);
  const valid = all.filter((manifest): manifest is AnyManifest => !isInvalid(manifest));
  const objects = fileObjects(valid, invalid, router);
  const judged = objects.snapshots.flatMap((snapshot) => decide(snapshot, emptyObserved, {}).diagnostics);
  const diagnostics = [
    ...invalid.flatMap(invalidSpecs),
    ...objects.diagnostics,
    ...judged.filter((diagnostic) => !isToldAsMissing(diagnostic, all)),
  ];
  const sources = new Map(manifests.map(({ manifest, source }) => [keyOf(refOf(manifest)), source]));
  const placeOf = (ref: ResourceRef, field: string | undefined): Place | undefined =>
    sources.get(keyOf(ref))?.locate(field ?? "metadata.name");
  const findings = [...errors.map(unreadable), ...diagnostics.map((diagnostic) => locatedBy(placeOf, diagnostic))];
  const files = [
    ...new Set([...manifests.map(({ source }) => source.file), ...errors.map(({ location }) => location.file)]),
  ];
  const rank = new Map(files.map((file, index) => [file, index]));
  return { findings: findings.sort((a, b) => compare(a, b, rank)), objects: manifests.length };
}

function invalidSpecs(manifest: InvalidManifest): readonly Diagnostic[] {
  return manifest.problems.map(({ path, message }) => ({
    code: "InvalidSpec",
    severity: "error",
    object: refOf(manifest),
    field: path,
    message: /[.?!\u2026]$/.test(message) ? `${path} ${message}` : `${path} ${message}.`,
    why: "An object with an invalid spec is not written to the gateway; the last good version, if there is one, stays.",
    fix: "",
    related: [],
  }));
}

function unreadable({ location, message }: LoadError): LintFinding {
  return {
    code: "InvalidSpec",
    severity: "error",
    object: undefined,
    field: undefined,
    place: location,
    message,
    why: "",
    fix: "",
    related: [],
    witness: undefined,
  };
}

function locatedBy(
  placeOf: (ref: ResourceRef, field: string | undefined) => Place | undefined,
  { object, field, related, witness, ...rest }: Diagnostic,
): LintFinding {
  return {
    ...rest,
    object,
    field,
    place: placeOf(object, field) ?? { file: "" },
    related: related.map((other) => {
      const place = placeOf(other.ref, other.field);
      return { ...other, ...(place !== undefined && { place }) };
    }),
    witness,
  };
}

function compare(a: LintFinding, b: LintFinding, rank: ReadonlyMap<string, number>): number {
  return (
    (rank.get(a.place.file) ?? -1) - (rank.get(b.place.file) ?? -1) ||
    (a.place.line ?? 0) - (b.place.line ?? 0) ||
    (a.place.column ?? 0) - (b.place.column ?? 0) ||
    compareText(a.code, b.code) ||
    compareText(a.message, b.message)
  );
}
