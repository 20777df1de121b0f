import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { type Severity, diagnosticCodes, nameOf } from "../../core/model/index.ts";
import type { LintFinding, LintReport, Place } from "../lint/lint.ts";

const levels: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note" };

/** SARIF 2.1.0, as code hosts read it; rules are our codes. Source: OASIS, sarif-schema-2.1.0.json. */
export function lintSarif({ findings }: LintReport, version: string): string {
  const codes = diagnosticCodes.filter((code) => findings.some((finding) => finding.code === code));
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "apisix-route",
            version,
            rules: codes.map((id) => ({
              id,
              name: id,
              shortDescription: { text: wordsOf(id) },
              help: { text: `docs/diagnostics.md, section ${id}, says when it is found, why, and what to do.` },
            })),
          },
        },
        columnKind: "utf16CodeUnits",
        results: findings.map((finding) => resultOf(finding, codes.indexOf(finding.code))),
      },
    ],
  };
  return JSON.stringify(log, null, 2);
}

function resultOf(
  { code, severity, object, message, why, fix, place, related, witness }: LintFinding,
  ruleIndex: number,
) {
  const text = [message, why, fix].filter((part) => part !== "").join(" ");
  const places = related.flatMap(({ ref, place: where }) => (where === undefined ? [] : [{ ref, where }]));
  return {
    ruleId: code,
    ruleIndex,
    level: levels[severity],
    message: { text },
    locations: [
      {
        ...physical(place),
        ...(object !== undefined && { logicalLocations: [{ fullyQualifiedName: nameOf(object), kind: "resource" }] }),
      },
    ],
    relatedLocations: places.map(({ ref, where }, id) => ({ id, ...physical(where), message: { text: nameOf(ref) } })),
    ...(witness !== undefined && { properties: { witness } }),
  };
}

function physical({ file, line, column }: Place) {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      ...(line !== undefined && {
        region: { startLine: line, ...(column !== undefined && { startColumn: column }) },
      }),
    },
  };
}

/** Relative paths stay relative, as code hosts want them. */
function uriOf(file: string): string {
  if (isAbsolute(file)) return pathToFileURL(file).href;
  return file.replace(/^\.\//, "").split(/[\\/]/).map(encodeURIComponent).join("/");
}

/** `HostsInherited` → "Hosts inherited". */
function wordsOf(code: string): string {
  const words = code.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
