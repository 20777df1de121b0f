import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";

const root = resolve(import.meta.dirname, "../..");
export const chartFolder = join(root, "charts/apisix-route-operator");
/** Folders below are cases: `values.yaml` → `rendered.yaml`. */
export const chartGoldenFolder = join(root, "test/chart/golden");

/** A Kubernetes object, as far as tests look into it. */
export interface KubeManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Runs helm, away from this machine's own settings and caches; rejects with its words. */
export async function runHelm(helm: string, args: readonly string[], kubeconfig = "/dev/null"): Promise<string> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent", KUBECONFIG: kubeconfig };
  try {
    return (await promisify(execFile)(helm, [...args], { env, maxBuffer: 64 * 1024 * 1024 })).stdout;
  } catch (error) {
    // What execFile rejects with has both.
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`helm ${args.join(" ")}: ${stderr.trim() || stdout.trim()}`, { cause: error });
  }
}

/** The chart rendered as release `sample` in namespace `ops`. */
export function renderChart(helm: string, args: readonly string[] = []): Promise<string> {
  return runHelm(helm, ["template", "sample", chartFolder, "--namespace", "ops", ...args]);
}

export function goldenChart(helm: string, name: string): Promise<string> {
  return renderChart(helm, ["--values", join(chartGoldenFolder, name, "values.yaml")]);
}

export function objectsIn(rendered: string): readonly KubeManifest[] {
  return parseAllDocuments(rendered)
    .map((document): KubeManifest | null => document.toJS()) // what helm prints are manifests, or comments alone
    .filter((object) => object !== null);
}
