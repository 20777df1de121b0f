import { nameOf } from "../../core/model/index.ts";
import { placeOf } from "../demo/folder.ts";
import type { NamedAnswer } from "../demo/names.ts";
import type { Report, ToldRoute } from "../demo/report.ts";
import { diagnosticTitle, diagnosticsText } from "./diagnostics.ts";
import type { Paper } from "./paper.ts";
import { routesTable } from "./routes.ts";
import { storyText } from "./story.ts";

/** The report for programs; its shape is a promise. */
export function reportJson({ story, routes, diagnostics, errors }: Report): unknown {
  const answers = (chapter: readonly NamedAnswer[]) =>
    chapter.map(({ order, request, winner, expected }) => ({ order, request: request.line, winner, expected }));
  return {
    story: { before: answers(story.before), after: answers(story.after), afterRestart: answers(story.afterRestart) },
    routes: routes.map(routeJson),
    diagnostics: [
      // What can't be read has no name yet; its place stands for it.
      ...errors.map((error) => ({
        code: "InvalidSpec",
        severity: "error",
        object: placeOf(error),
        message: error.message,
      })),
      ...diagnostics.map(({ code, severity, object, message }) => ({
        code,
        severity,
        object: nameOf(object),
        message,
      })),
    ],
  };
}

/** The report for people. */
export function reportText({ story, routes, diagnostics, errors }: Report, paper: Paper): string {
  const { paint } = paper;
  const section = (title: string, text: string) => (text === "" ? [] : [`${paint.bold(title)}\n${text}`]);
  const unreadable = errors.map((error) => `${paint.bold(paint.red("error"))} ${placeOf(error)}\n  ${error.message}`);
  // Notes would bury the warnings: their titles are enough here.
  const grave = diagnostics.filter(({ severity }) => severity !== "info");
  const notes = diagnostics.filter(({ severity }) => severity === "info");
  const findings = [
    ...unreadable,
    ...(grave.length === 0 ? [] : [diagnosticsText(grave, { ...paper, columns: paper.columns - 2 })]),
    ...(notes.length === 0 ? [] : [notes.map((note) => diagnosticTitle(note, paper)).join("\n")]),
  ];
  return [
    ...(story.before.length === 0 ? [] : [storyText(story, paper)]),
    ...section("Routes", routes.length === 0 ? "" : indented(routesTable(routes, paper))),
    ...section("What there is to know", indented(findings.join("\n\n"))),
  ].join("\n\n");
}

function routeJson({ name, route, priority }: ToldRoute): unknown {
  return {
    name,
    hosts: route.body.hosts ?? ["*"],
    hostsFrom: route.hostsSource,
    priority: priority?.value ?? route.body.priority ?? 0,
    priorityFrom: priority?.source ?? "Default",
  };
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}
