import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";
import type { Cluster } from "./kubeapi.ts";

/** The API server behind a proxy that misbehaves on demand. */
export interface FaultyCluster {
  readonly proxy: FaultProxy;
  /** Leads through the proxy. */
  readonly kubeconfig: string;
  readonly stop: () => Promise<void>;
}

export async function behindFaults(cluster: Pick<Cluster, "server" | "kubeconfig">): Promise<FaultyCluster> {
  const proxy = await startFaultProxy(cluster.server);
  const folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
  const kubeconfig = join(folder, "kubeconfig");
  const text = readFileSync(cluster.kubeconfig, "utf8");
  writeFileSync(kubeconfig, text.replaceAll(cluster.server, proxy.through(cluster.server)), { mode: 0o600 });
  return {
    proxy,
    kubeconfig,
    stop: async () => {
      await proxy.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
