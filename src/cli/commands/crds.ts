import { Command } from "commander";
import {
  type ConfigSource,
  type KubeClient,
  type KubeObject,
  customResourceDefinitions as definitions,
  openCluster,
} from "../../edges/kubernetes/index.ts";
import { isJsonObject } from "../../core/model/index.ts";
import { customResourceDefinitions } from "../../wire/crd/index.ts";
import { CannotDo, sentenceOf } from "../exit.ts";
import { interruption } from "../interrupt.ts";

const pollMs = 200;
const patienceMs = 30_000;

/** `crds`: what `crds/` holds, out of the program itself, so that a cluster gets those of the version that runs there. */
export function crdsCommand(): Command {
  return new Command("crds")
    .description(
      "Prints the CustomResourceDefinitions of this version as a List in JSON, which kubectl takes as it is; with --apply, " +
        "applies them to the cluster (server-side) and waits until it serves them. Helm's upgrade does that for you.",
    )
    .option("--apply", "apply them instead", false)
    .option("--kubeconfig <file>", "path of a kubeconfig (default: KUBECONFIG, ~/.kube/config, the pod's own account)")
    .option("--context <name>", "context of the kubeconfig (default: its current one)")
    .action(async ({ apply, kubeconfig, context }: ParsedOptions) => {
      if (!apply) return void process.stdout.write(`${JSON.stringify(listOfAll(), undefined, 2)}\n`);
      const chosen = context === undefined ? {} : { context };
      const where =
        kubeconfig === undefined ? { kind: "default" as const } : { kind: "file" as const, path: kubeconfig };
      try {
        await applyTo({ ...where, ...chosen }, interruption());
      } catch (error) {
        throw new CannotDo(sentenceOf(error), { cause: error });
      }
    });
}

/** What commander makes of the options above. */
interface ParsedOptions {
  readonly apply: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
}

function listOfAll(): object {
  return { apiVersion: "v1", kind: "List", items: customResourceDefinitions() };
}

async function applyTo(source: ConfigSource, stop: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(patienceMs)]);
  const { client, close } = await openCluster(source);
  try {
    await Promise.all(customResourceDefinitions().map((definition) => bring(client, definition, signal)));
  } finally {
    await close();
  }
}

async function bring(
  client: KubeClient,
  definition: ReturnType<typeof customResourceDefinitions>[number],
  signal: AbortSignal,
): Promise<void> {
  const name = { namespace: "", name: definition.metadata.name };
  let found = await client.apply(definitions, name, definition, { signal });
  while (!isServed(found)) {
    await new Promise((next) => setTimeout(next, pollMs));
    found = await client.get(definitions, name, { signal });
  }
  console.log(`${name.name} is as this version needs it`);
}

function isServed({ status }: KubeObject): boolean {
  const conditions = isJsonObject(status) && Array.isArray(status["conditions"]) ? status["conditions"] : [];
  return conditions.some((it) => isJsonObject(it) && it["type"] === "Established" && it["status"] === "True");
}
