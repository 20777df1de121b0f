// A Kubernetes control plane to play with: kube-apiserver, etcd, a few controllers, our CRDs. Gone after Ctrl-C.
// `npm run kubeapi -- DIR` keeps its state in DIR.
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { ensureBinaries } from "../test/support/kubeapi.build.ts";
import { applyCrds, startKubeapi } from "../test/support/kubeapi.ts";

const binaries = await ensureBinaries();
if ("missing" in binaries) {
  console.error(`kubeapi: ${binaries.missing}`);
  process.exit(1);
}
const dir = process.argv[2] === undefined ? undefined : resolve(process.argv[2]);
if (dir !== undefined) mkdirSync(dir, { recursive: true });

const cluster = await startKubeapi(binaries, { ...(dir !== undefined && { dir }) });
const end = () => void cluster.stop().then(() => process.exit(0));
cluster.process.once("exit", end); // Ctrl-C reaches it too
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, end);
await applyCrds(cluster);

console.log(`export KUBECONFIG=${cluster.kubeconfig}`);
console.log(`export PATH=${resolve(cluster.kubectl, "..")}:$PATH`);
console.error(`kubeapi: ${cluster.server} answers; Ctrl-C ends it`);
