import type { Diagnostic, RelatedObject, ResourceRef, Severity, Witness } from "../model/index.ts";

/** What most findings are made of; undefined parts are left out. */
export interface Finding {
  readonly code: Diagnostic["code"];
  readonly severity: Severity;
  readonly object: ResourceRef;
  readonly field?: string | undefined;
  readonly message: string;
  readonly why: string;
  readonly fix: string;
  readonly related?: readonly RelatedObject[];
  readonly witness?: Witness | undefined;
}

export function diagnosticOf(finding: Finding): Diagnostic {
  const { code, severity, object, field, message, why, fix, related = [], witness } = finding;
  const diagnostic =
    field === undefined
      ? { code, severity, object, message, why, fix, related }
      : { code, severity, object, field, message, why, fix, related };
  return witness === undefined ? diagnostic : { ...diagnostic, witness };
}
