import { type Diagnostic, type Severity, type Witness, nameOf } from "../../core/model/index.ts";
import { type Paper, wrapped } from "./paper.ts";

/**
 * Findings for people, the gravest first, else in the given order:
 *
 *     warning[HostsInherited] GatewayRoute shop/cart  spec.serviceRef
 *       This route names no hosts, so it answers only on those of GatewayService shop/web: shop.example.com.
 *       why   APISIX takes the service's hosts when a route has none of its own.
 *       fix   Write spec.hosts on the route, or clear them on the service.
 *       see   GatewayService shop/web  spec.hosts
 */
export function diagnosticsText(diagnostics: readonly Diagnostic[], paper: Paper): string {
  const gravestFirst = diagnostics.toSorted((a, b) => gravity[b.severity] - gravity[a.severity]);
  return gravestFirst.map((diagnostic) => diagnosticText(diagnostic, paper)).join("\n\n");
}

/** One line of it: what, where and the first words, for lists of what is new or gone. */
export function diagnosticTitle({ code, severity, object, field }: Diagnostic, { paint }: Paper): string {
  const what = paint.bold(colorOf(severity, paint)(`${severity}[${code}]`));
  return `${what} ${nameOf(object)}${field === undefined ? "" : `  ${paint.dim(field)}`}`;
}

const gravity: Readonly<Record<Severity, number>> = { error: 2, warning: 1, info: 0 };
const mostRelated = 5;

function diagnosticText(diagnostic: Diagnostic, paper: Paper): string {
  const { message, why, fix, related, witness } = diagnostic;
  const { paint, columns } = paper;
  const entry = (label: string, text: string) =>
    `  ${paint.dim(label)}   ${wrapped(text, { columns, indent: label.length + 5 })}`;
  const seen = related.slice(0, mostRelated).map(({ ref, field = "" }) => `${nameOf(ref)}  ${field}`.trim());
  if (related.length > mostRelated) seen.push(`and ${related.length - mostRelated} more`);
  return [
    diagnosticTitle(diagnostic, paper),
    `  ${wrapped(message, { columns, indent: 2 })}`,
    ...(why === "" ? [] : [entry("why", why)]),
    ...(fix === "" ? [] : [entry("fix", fix)]),
    ...seen.map((text) => `  ${paint.dim("see")}   ${text}`),
    ...(witness === undefined ? [] : [`  ${paint.dim("try")}   ${witnessText(witness)}`]),
  ].join("\n");
}

function colorOf(severity: Severity, paint: Paper["paint"]): (text: string) => string {
  switch (severity) {
    case "error":
      return paint.red;
    case "warning":
      return paint.yellow;
    case "info":
      return paint.cyan;
  }
}

function witnessText({ method, host, uri, headers, remoteAddr }: Witness): string {
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const from = remoteAddr === undefined ? [] : [`from ${remoteAddr}`];
  return [`${method} http://${host ?? "any.host"}${uri}`, ...more, ...from].join("  ");
}
