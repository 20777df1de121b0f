import type { Diagnostic } from "../../core/model/index.ts";
import type { LintFinding, LintReport, Place } from "../lint/lint.ts";
import { diagnosticsText } from "./diagnostics.ts";
import { type Paper, wrapped } from "./paper.ts";

/** Findings for people, each under the place it stands at, and a last line that counts them. */
export function lintText(report: LintReport, paper: Paper): string {
  return [...report.findings.map((finding) => findingText(finding, paper)), summary(report)].join("\n\n");
}

function findingText(finding: LintFinding, paper: Paper): string {
  const { paint, columns } = paper;
  const { object, field, witness, severity, code, message, place } = finding;
  const where = paint.underline(placeText(place));
  if (object === undefined) {
    const title = paint.bold(paint.red(`${severity}[${code}]`));
    return `${where}\n${title}\n  ${wrapped(message, { columns, indent: 2 })}`;
  }
  const { place: _place, object: _object, field: _field, witness: _witness, ...rest } = finding;
  const diagnostic: Diagnostic = {
    ...rest,
    object,
    ...(field !== undefined && { field }),
    ...(witness !== undefined && { witness }),
  };
  return `${where}\n${diagnosticsText([diagnostic], paper)}`;
}

export function placeText({ file, line, column }: Place): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}

function summary({ findings, objects }: LintReport): string {
  const count = (severity: LintFinding["severity"]) =>
    findings.filter((finding) => finding.severity === severity).length;
  const counts = [
    counted(count("error"), "error", "errors"),
    counted(count("warning"), "warning", "warnings"),
    counted(count("info"), "note", "notes"),
  ];
  return `${counts.join(", ")} in ${counted(objects, "object", "objects")}`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
