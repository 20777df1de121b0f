import { readFileSync } from "node:fs";
import { Command } from "commander";
import { type ConfigSource, leaseTimings, loadConfig } from "../../edges/kubernetes/index.ts";
import { collectAtRest } from "../../edges/process/index.ts";
import { createLogger, createMetrics } from "../../edges/telemetry/index.ts";
import { Operator } from "../../shells/controller/index.ts";
import { type RunSettings, decodeSettings, settings } from "../../wire/settings.ts";
import { CannotDo } from "../exit.ts";
import { interruption } from "../interrupt.ts";
import { programVersion } from "../version.ts";

/** A burst of changes (one `kubectl apply` of a folder) becomes one pass. */
const coalesceMs = 150;

/** `run`: the operator. */
export function runCommand(): Command {
  const command = new Command("run").description(
    "Watches the custom resources of a cluster and keeps the gateways in step. Each flag has a variable, as in " +
      "APISIX_ROUTE_HTTP_PORT, and an entry in a settings file.",
  );
  command.option("--settings <file>", "settings as JSON, by name");
  for (const { flag, variable, meaning } of settings) command.option(`${flag} <value>`, `${meaning} [${variable}]`);
  return command.action(async ({ settings: file, ...flags }: Readonly<Record<string, unknown>>) => {
    await run(settingsFrom(flags, typeof file === "string" ? file : undefined));
  });
}

async function run(chosen: RunSettings): Promise<void> {
  const version = programVersion();
  const config = await loadConfig(sourceOf(chosen));
  const operator = new Operator({
    config,
    namespace: chosen.leaseNamespace ?? config.namespace,
    watchNamespaces: chosen.namespaces,
    identity: chosen.identity,
    probes: chosen.http,
    resyncMs: chosen.resyncMs,
    coalesceMs,
    lease: {
      ...chosen.lease,
      marginMs: Math.min(leaseTimings.marginMs, chosen.lease.leaseMs - chosen.lease.renewDeadlineMs),
    },
    version,
    log: createLogger({ level: chosen.logLevel }),
    metrics: createMetrics({ version, withProcess: true }),
  });
  collectAtRest();
  await operator.run(interruption());
}

function settingsFrom(flags: Readonly<Record<string, unknown>>, path: string | undefined): RunSettings {
  const decoded = decodeSettings({ flags, env: process.env, ...(path !== undefined && { file: contentOf(path) }) });
  if (decoded.ok) return decoded.value;
  throw new CannotDo(decoded.problems.map((problem) => `${problem.path} ${problem.message}`).join("; "));
}

function contentOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new CannotDo(`${path} can't be read as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function sourceOf({ kubeconfig, context }: RunSettings): ConfigSource {
  const chosen = context === undefined ? {} : { context };
  return kubeconfig === undefined ? { kind: "default", ...chosen } : { kind: "file", path: kubeconfig, ...chosen };
}
