import { startSandbox } from "../../shells/sandbox/index.ts";
import { runAdminOn, type AdminReport } from "./admin.ts";
import { doorOf } from "./admin-call.ts";
import type { AdminCase } from "./admin-case.ts";
import type { CorpusFile } from "./folder.ts";
import { mustBeEmpty, runRoutingOnGateway } from "./gateway.ts";
import { runRoutingOnMatcher, type RoutingReport } from "./routing.ts";
import { runRoutingOnSandbox } from "./sandbox.ts";
import { runStandaloneOnSandbox } from "./standalone.ts";

/** Whom to ask. */
export type Respondent =
  | { readonly kind: "matcher" }
  | { readonly kind: "sandbox" }
  | { readonly kind: "gateway"; readonly adminUrl: string; readonly proxyUrl: string; readonly key: string };

export type FileReport =
  | { readonly kind: "routing"; readonly name: string; readonly report: RoutingReport }
  | {
      readonly kind: "admin";
      readonly name: string;
      readonly report: AdminReport;
      readonly skippedCases: readonly string[];
    }
  | { readonly kind: "skipped"; readonly name: string; readonly reason: string };

/** How long a real gateway may take until all of it knows of a write. */
const settleMs = 500;

/** Holds a file of cases against whoever answers. Throws what connections throw. */
export async function runFile(file: CorpusFile, respondent: Respondent): Promise<FileReport> {
  const { name } = file;
  if (file.kind === "routing") return { kind: "routing", name, report: await routingReport(file, respondent) };
  if (file.kind === "admin") {
    return respondent.kind === "gateway"
      ? adminOnGateway(name, file.cases, respondent)
      : adminOnSandbox(name, file.cases);
  }
  if (file.kind === "foreign") return { kind: "skipped", name, reason: "it holds no cases in a form we know" };
  // Like the Admin API, the document is the sandbox's.
  if (respondent.kind === "gateway")
    return { kind: "skipped", name, reason: "standalone cases need a gateway that was just started, each" };
  return { kind: "admin", name, report: await runStandaloneOnSandbox(file.cases), skippedCases: [] };
}

async function routingReport(
  { cases }: CorpusFile & { kind: "routing" },
  respondent: Respondent,
): Promise<RoutingReport> {
  if (respondent.kind === "matcher") return runRoutingOnMatcher(cases);
  if (respondent.kind === "sandbox") return runRoutingOnSandbox(cases);
  const door = doorOf(respondent.adminUrl, respondent.key, settleMs);
  try {
    return await runRoutingOnGateway(door, respondent.proxyUrl, cases);
  } finally {
    door.agent.destroy();
  }
}

/** The Admin API is the sandbox's, so that is who answers for the matcher, too. */
async function adminOnSandbox(name: string, cases: readonly AdminCase[]): Promise<FileReport> {
  const reports: AdminReport[] = [];
  for (const hasStreamProxy of [false, true]) {
    const fitting = cases.filter(({ streamProxy = false }) => streamProxy === hasStreamProxy);
    // oxlint-disable-next-line no-await-in-loop -- two gateways, one after the other
    const sandbox = await startSandbox({ hasStreamProxy });
    const door = doorOf(sandbox.adminUrl, sandbox.adminKey, 0);
    try {
      // oxlint-disable-next-line no-await-in-loop -- see above
      reports.push(await runAdminOn(door, fitting));
    } finally {
      door.agent.destroy();
      // oxlint-disable-next-line no-await-in-loop -- see above
      await sandbox.stop();
    }
  }
  const report = {
    passed: reports.reduce((sum, { passed }) => sum + passed, 0),
    misses: reports.flatMap(({ misses }) => misses),
  };
  return { kind: "admin", name, report, skippedCases: [] };
}

async function adminOnGateway(
  name: string,
  cases: readonly AdminCase[],
  { adminUrl, key }: Respondent & { kind: "gateway" },
): Promise<FileReport> {
  const door = doorOf(adminUrl, key, settleMs);
  try {
    await mustBeEmpty(door);
    const fitting = cases.filter(({ streamProxy = false }) => !streamProxy);
    const skippedCases = cases.filter(({ streamProxy = false }) => streamProxy).map((one) => one.name);
    return { kind: "admin", name, report: await runAdminOn(door, fitting), skippedCases };
  } finally {
    door.agent.destroy();
  }
}
