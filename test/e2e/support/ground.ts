import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Audit, prepareAudit } from "../../support/audit.ts";
import { chartFolder, runHelm } from "../../support/chart.ts";
import { buildImage } from "../../support/image.ts";
import { ensureBinaries } from "../../support/kubeapi.build.ts";
import { type Cluster, runKubectl, startKubeapi } from "../../support/kubeapi.ts";
import { TestKubelet } from "../../support/kubelet/index.ts";
import { type StandIn, startStandIn } from "./gateway.ts";
import { adminKey } from "./stage.ts";

export const registry = "registry.test";

/** A bundle, a control plane and a release take 20 s; on a machine that is busy with something else, much longer. */
export const slowSetUpMs = 300_000;

/** What a release needs to be installed for real: an empty cluster with a node that runs pods, the image, and a gateway. */
export interface Ground {
  readonly cluster: Cluster;
  readonly kubelet: TestKubelet;
  readonly gateway: StandIn;
  readonly audit: Audit;
  readonly kubectl: (args: readonly string[], input?: string) => Promise<string>;
  readonly helm: (args: readonly string[]) => Promise<string>;
  /** Installs the chart as `release` in a namespace of that name, with a gateway whose key lies in Secret `admin`, and waits for it. */
  readonly install: (release: string, settings?: Readonly<Record<string, string>>) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A control plane of its own: without our definitions, and with every request of a service account written down. */
export async function prepareGround(version: string): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), "apisix-route-ground-"));
  const binaries = await ensureBinaries();
  if ("missing" in binaries) throw new Error(binaries.missing);
  const audit = prepareAudit();
  const image = buildImage(join(folder, "rootfs"));
  const [cluster, gateway] = await Promise.all([
    startKubeapi(binaries, { flags: audit.flags }),
    startStandIn(adminKey),
  ]);
  const images = { [`${registry}/apisix-route-operator:${version}`]: image };
  const kubelet = await TestKubelet.start({ kubeconfig: cluster.kubeconfig, images });
  return {
    cluster,
    kubelet,
    gateway,
    audit,
    kubectl: (args, input) => runKubectl(cluster, args, input),
    helm: (args) => runHelm(cluster.helm, args, cluster.kubeconfig),
    install: async (release, settings = {}) => {
      const all = {
        "image.repository": `${registry}/apisix-route-operator`,
        "gateway.admin.urls": `{${gateway.adminUrl}}`,
        "gateway.admin.keyFrom.name": "admin",
        ...settings,
      };
      const set = Object.entries(all).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
      const where = ["--namespace", release, "--wait", "--timeout", "3m"];
      await runHelm(cluster.helm, ["install", release, chartFolder, ...where, ...set], cluster.kubeconfig);
    },
    stop: async () => {
      await kubelet.stop();
      await Promise.all([cluster.stop(), gateway.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
