import type { Severity } from "../../core/model/index.ts";
import type { LintFinding, LintReport } from "../lint/lint.ts";

/**
 * `{"objects", "errors", "warnings", "notes", "findings": [{"code", "severity", "object": {"kind", "namespace", "name"},
 * "field", "file", "line", "column", "message", "why", "fix", "related": [{"kind", "namespace", "name", "field", "file",
 * "line", "column"}], "witness": {"method", "host", "uri", "headers", "remoteAddr", "body"}}]}`; what is not there is left out.
 */
export function lintJson({ findings, objects }: LintReport): string {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const counts = { objects, errors: count("error"), warnings: count("warning"), notes: count("info") };
  return JSON.stringify({ ...counts, findings: findings.map(findingJson) }, null, 2);
}

function findingJson({
  code,
  severity,
  object,
  field,
  place,
  message,
  why,
  fix,
  related,
  witness,
}: LintFinding): object {
  const flat = related.map(({ ref, field: at, place: where }) => ({ ...ref, field: at, ...where }));
  return { code, severity, object, field, ...place, message, why, fix, related: flat, witness };
}
