import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, inject, test } from "vitest";
import { type Cluster, runKubectl } from "./kubeapi.ts";

/** What a suite gets of the shared control plane: a namespace of its own, and kubectl in it. */
export interface Suite {
  readonly cluster: Cluster;
  /** Unique to the suite; made before its first test and deleted, without waiting, after its last. */
  readonly namespace: string;
  /** Runs kubectl in the suite's namespace; resolves to its output, rejects with its words. */
  readonly kubectl: (args: readonly string[], input?: string) => Promise<string>;
  /** Server-side applies YAML or JSON text in the suite's namespace (text that names a namespace keeps it). */
  readonly apply: (manifests: string) => Promise<string>;
}

declare module "vitest" {
  export interface ProvidedContext {
    /** The control plane all suites share, or why there is none. */
    readonly kubeapi: Cluster | { readonly missing: string };
  }
}

/**
 * `describe` for suites that need the real kube-apiserver. Where there is none they are skipped by name, with the
 * reason; under CI=true they fail.
 */
export function describeKube(name: string, suite: (context: Suite) => void): void {
  const cluster = inject("kubeapi");
  if ("missing" in cluster) {
    const { missing } = cluster;
    if (process.env["CI"] === "true") test(name, () => Promise.reject(new Error(missing)));
    else describe.skip(`${name} [skipped: ${missing}]`, () => suite(contextOf(noCluster)));
    return;
  }
  describe(name, () => {
    const context = contextOf(cluster);
    beforeAll(async () => {
      await runKubectl(cluster, ["create", "namespace", context.namespace]);
    });
    afterAll(async () => {
      await runKubectl(cluster, ["delete", "namespace", context.namespace, "--wait=false"]);
    });
    suite(context);
  });
}

const noCluster: Cluster = { server: "", kubeconfig: "", kubectl: "", helm: "" };

function contextOf(cluster: Cluster): Suite {
  const namespace = `test-${randomBytes(4).toString("hex")}`;
  const run = (args: readonly string[], input?: string) => runKubectl(cluster, ["-n", namespace, ...args], input);
  return {
    cluster,
    namespace,
    kubectl: run,
    apply: (manifests) => run(["apply", "--server-side", "-f", "-"], manifests),
  };
}
