import type { TestProject } from "vitest/node";
import { ensureBinaries } from "./kubeapi.build.ts";
import { applyCrds, type Cluster, startKubeapi } from "./kubeapi.ts";

/** vitest's globalSetup of the project `kube`: starts one control plane for all suites, with our CRDs in it. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const binaries = await ensureBinaries();
  if ("missing" in binaries) {
    process.stderr.write(`kubeapi: ${binaries.missing}\n`);
    project.provide("kubeapi", binaries);
    return undefined;
  }
  const { stop, server, kubeconfig, kubectl, helm } = await startKubeapi(binaries);
  const cluster: Cluster = { server, kubeconfig, kubectl, helm };
  try {
    await applyCrds(cluster);
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide("kubeapi", cluster);
  return stop;
}
