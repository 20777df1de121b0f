import type { Suite } from "../../support/kubeapi.suite.ts";
import { Program } from "./program.ts";

/** The operator as a process. */
export interface OperatorProcess {
  readonly program: Program;
  /** A metric's value summed over all label sets that hold `labels`, 0 if there is none. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  readonly probesUrl: string;
}

export async function startOperator(suite: Suite, ...args: readonly string[]): Promise<OperatorProcess> {
  const fixed = [
    "--kubeconfig",
    suite.cluster.kubeconfig,
    "--lease-namespace",
    suite.namespace,
    "--namespaces",
    suite.namespace,
    "--http-port",
    "0",
    // Short, so that a killed operator's Lease runs out soon.
    "--lease-duration",
    "5",
    "--renew-deadline",
    "4",
    "--retry-period",
    "0.5",
  ];
  const program = new Program(["run", ...fixed, ...args]);
  const { probes } = await program.line("operator started");
  const probesUrl = String(probes);
  return {
    program,
    probesUrl,
    metric: async (name, labels = {}) => {
      const text = await (await fetch(`${probesUrl}/metrics`)).text();
      const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
      const lines = text.split("\n").filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
      return lines
        .filter((line) => wanted.every((label) => line.includes(label)))
        .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
    },
  };
}
