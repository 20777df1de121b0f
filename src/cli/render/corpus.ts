import type { AdminMiss } from "../corpus/admin-case.ts";
import type { RoutingMiss, RoutingRequest } from "../corpus/routing-case.ts";
import type { RoutingSkip } from "../corpus/routing.ts";
import type { FileReport } from "../corpus/run.ts";

/** Each miss with the request and what decided, what was skipped and why, and per file how it went. */
export function corpusText(report: FileReport): string {
  const { name } = report;
  if (report.kind === "skipped") return `${name}: skipped, ${report.reason}\n`;
  const { passed, misses } = report.report;
  const missed =
    report.kind === "routing" ? report.report.misses.map(routingMissText) : report.report.misses.map(adminMissText);
  return [...missed, summary(name, passed, misses.length), ...skipTexts(report)].join("");
}

function skipTexts(report: FileReport & { kind: "routing" | "admin" }): readonly string[] {
  if (report.kind === "admin")
    return report.skippedCases.map((name) => `  skipped, it needs a TCP listener: ${name}\n`);
  const { skips } = report.report;
  return skips.length <= mostNamed ? skips.map(skipText) : countedSkips(skips);
}

/** The last line: everything that was asked. */
export function corpusTotal(reports: readonly FileReport[]): { readonly text: string; readonly failed: number } {
  const played = reports.filter((report) => report.kind !== "skipped");
  const passed = played.reduce((sum, { report }) => sum + report.passed, 0);
  const failed = played.reduce((sum, { report }) => sum + report.misses.length, 0);
  return { text: `${passed} passed, ${failed} failed\n`, failed };
}

function summary(name: string, passed: number, failed: number): string {
  return `${name}: ${passed} passed, ${failed} failed\n`;
}

function routingMissText({ case: routingCase, request, answer, differences }: RoutingMiss): string {
  const lines = [
    `miss  ${routingCase.router}: ${routingCase.name}`,
    `  request   ${requestText(request)}`,
    ...differences.map((difference) => `  differs   ${difference}`),
    `  decided   ${answer.because}`,
  ];
  return `${lines.join("\n")}\n`;
}

function requestText({ method, uri, host, headers = {}, body, remoteAddr }: RoutingRequest): string {
  const parts = [`${method} ${uri}`, `Host: ${host === null ? "(none)" : String(host)}`];
  if (Object.keys(headers).length > 0) parts.push(`headers ${JSON.stringify(headers)}`);
  if (body !== undefined) parts.push(`body ${JSON.stringify(body)}`);
  if (remoteAddr !== undefined) parts.push(`from ${remoteAddr}`);
  return parts.join("  ");
}

function adminMissText({ case: adminCase, exchange, answer, differences }: AdminMiss): string {
  const { method, path, body, raw } = exchange;
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const lines = [
    `miss  ${adminCase.group}: ${adminCase.name}`,
    `  request   ${method} ${path}${sent === undefined ? "" : `  ${shortened(sent)}`}`,
    ...differences.map((difference) => `  differs   ${difference}`),
    `  answered  ${answer.status} ${shortened(answer.text.trim())}`,
  ];
  return `${lines.join("\n")}\n`;
}

function shortened(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** So many are told one by one; more, as when a gateway has another router, only counted. */
const mostNamed = 50;

function skipText({ request, reason, case: { name } }: RoutingSkip): string {
  return `  skipped   ${request.method} ${request.uri}: ${reason} (${name})\n`;
}

function countedSkips(skips: readonly RoutingSkip[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { reason } of skips) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `  ${count} skipped: ${reason}\n`);
}
