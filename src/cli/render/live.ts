import type { Diagnostic } from "../../core/model/index.ts";
import type { Gateway } from "../demo/gateways.ts";
import type { StoryRequest } from "../demo/request.ts";
import type { Pass } from "../demo/stage.ts";
import type { Upstreams } from "../demo/upstreams.ts";
import { curlLine } from "./curl.ts";
import { diagnosticTitle, diagnosticsText } from "./diagnostics.ts";
import type { Paper } from "./paper.ts";
import { stepsText } from "./steps.ts";

/** Addresses to talk to, and a line to paste. */
export function welcomeText(
  live: {
    readonly dir: string;
    readonly gateways: readonly Gateway[];
    readonly requests: readonly StoryRequest[];
    readonly upstreams: Upstreams;
  },
  { paint }: Paper,
): string {
  const { dir, gateways, requests, upstreams } = live;
  const many = gateways.length > 1;
  const lines = gateways.flatMap(({ snapshot, stage }) => [
    ...(many ? [`  ApisixGateway ${snapshot.gateway.meta.name}`] : []),
    `  requests   ${paint.cyan(stage.proxyUrl)}`,
    `  Admin API  ${paint.cyan(`${stage.adminUrl}/apisix/admin`)}  ${paint.dim(`X-API-KEY: ${stage.adminKey}`)}`,
  ]);
  const [request] = requests;
  const [gateway] = gateways;
  const { addresses, notes } = upstreams;
  return [
    paint.bold("The table is loaded"),
    ...lines,
    ...(addresses.length === 0 ? [] : [`  upstreams  ${addresses.join(" and ")}`]),
    ...notes.map((note) => `  ${paint.yellow(note)}`),
    ...(request === undefined || gateway === undefined ? [] : ["", `  ${curlLine(request, gateway.stage.proxyUrl)}`]),
    "",
    paint.dim(`  Change a file in ${dir} and see what happens. Ctrl-C ends it.`),
  ].join("\n");
}

/** What a change of the folder came to. */
export interface Change {
  readonly passes: readonly Pass[];
  readonly newFindings: readonly Diagnostic[];
  readonly goneFindings: readonly Diagnostic[];
}

export function changeText({ passes, newFindings, goneFindings }: Change, paper: Paper): string {
  const { paint } = paper;
  const steps = passes.filter(({ decision }) => decision.plan.steps.length > 0);
  const refusals = passes.flatMap(({ decision }) => decision.plan.refusals);
  const isQuiet = steps.length + refusals.length + newFindings.length + goneFindings.length === 0;
  return [
    paint.bold(`\nThe folder changed${isQuiet ? ": nothing to write, nothing to say" : ""}`),
    ...steps.map(({ decision, outcome }) => stepsText(decision.plan, outcome, paper)),
    ...refusals.map(({ message }) => `  ${paint.yellow(message)}`),
    ...goneFindings.map((finding) => `  ${paint.green("gone")} ${diagnosticTitle(finding, paper)}`),
    ...(newFindings.length === 0 ? [] : [diagnosticsText(newFindings, paper).replaceAll(/^(?=.)/gm, "  ")]),
  ].join("\n");
}

/** For files that became unreadable, with place and reason. */
export function brokenText(errors: readonly string[], { paint }: Paper): string {
  const title = paint.bold("\nThe folder changed, but can't be read; the table stays as it is until it can");
  return [title, ...errors.map((error) => `  ${paint.red(error)}`)].join("\n");
}
