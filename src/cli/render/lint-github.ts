import type { Severity } from "../../core/model/index.ts";
import type { LintFinding, LintReport } from "../lint/lint.ts";

/** Workflow commands of GitHub Actions: each finding becomes an annotation at its line. One line each. */
export function lintGithub({ findings }: LintReport): string {
  return findings.map(annotation).join("\n");
}

const commands: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "notice" };

function annotation({ code, severity, place: { file, line, column }, message, fix }: LintFinding): string {
  const properties = Object.entries({ file, line, col: column, title: code })
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${escapedProperty(String(value))}`]))
    .join(",");
  return `::${commands[severity]} ${properties}::${escaped([message, fix].filter((text) => text !== "").join(" "))}`;
}

/** Source: actions/toolkit, packages/core/src/command.ts, escapeData and escapeProperty. */
function escaped(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapedProperty(text: string): string {
  return escaped(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
