import { recordedVersion } from "../../core/matcher/index.ts";
import type { Observed, RouterFlavor } from "../../core/model/index.ts";
import { defaultFlavor } from "../../core/pipeline.ts";
import type { Cluster } from "../../edges/kubernetes/index.ts";
import { CannotDo, sentenceOf } from "../exit.ts";
import { accessOf, observe, typedAuthority, typedKey, type TypedAccess } from "./admin-access.ts";
import { manifestsInCluster, manifestsInFiles } from "./manifests.ts";
import type { NamedTable, TableOrigin } from "./named-table.ts";
import { chooseSnapshot, withImpliedGateways, type Chosen } from "./snapshot.ts";
import { tableOfOperator, tableOnGateway } from "./table.ts";

/** Where the routes come from, and what is known about the gateway beforehand. */
export interface TableSource extends TypedAccess {
  readonly from: TableOrigin["from"];
  /** Of `from: "files"`. */
  readonly files: readonly string[];
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  /** Name of the ApisixGateway. */
  readonly gateway: string | undefined;
  readonly router: RouterFlavor | undefined;
  readonly apisixVersion: string | undefined;
}

/** Reads the routes. Throws `CannotDo` with one sentence, and what the edges throw. */
export function openTable(source: TableSource, signal: AbortSignal): Promise<NamedTable> {
  switch (source.from) {
    case "files":
      return fromFiles(source, signal);
    case "cluster":
      return fromCluster(source, signal);
    case "gateway":
      return fromGateway(source, signal);
  }
}

async function fromFiles(source: TableSource, signal: AbortSignal): Promise<NamedTable> {
  const { notes, ...manifests } = withImpliedGateways(await manifestsInFiles(source.files));
  const chosen = chooseSnapshot(manifests, source.gateway);
  const observed = source.adminUrl === undefined ? undefined : await observeTyped(source, signal);
  return tableOf(chosen, { source, observed, notes });
}

async function fromCluster(source: TableSource, signal: AbortSignal): Promise<NamedTable> {
  const cluster = await clusterOf(source);
  try {
    const chosen = chooseSnapshot(await manifestsInCluster(cluster, signal), source.gateway);
    try {
      const observed = await observe(await accessOf(chosen.snapshot.gateway, source, cluster, signal), signal);
      return tableOf(chosen, { source, observed, notes: [] });
    } catch (error) {
      // Asked for by name, the gateway must answer; else what the cluster says is worth having by itself.
      if (source.adminUrl !== undefined) throw error;
      const name = chosen.snapshot.gateway.meta.name;
      const note = `What stands on gateway ${name} could not be read, so it is taken to be empty: ${sentenceOf(error)}.`;
      return tableOf(chosen, { source, observed: undefined, notes: [note] });
    }
  } finally {
    await cluster.close();
  }
}

async function clusterOf({ kubeconfig, context }: TableSource): Promise<Cluster> {
  const { openCluster } = await import("../../edges/kubernetes/index.ts");
  const chosen = context === undefined ? {} : { context };
  try {
    return await openCluster(
      kubeconfig === undefined ? { kind: "default", ...chosen } : { kind: "file", path: kubeconfig, ...chosen },
    );
  } catch (error) {
    throw new CannotDo(`${sentenceOf(error)}; without a cluster -f names manifests, --admin-url a gateway.`);
  }
}

async function fromGateway(source: TableSource, signal: AbortSignal): Promise<NamedTable> {
  const observed = await observeTyped(source, signal);
  const { notes, ...table } = tableOnGateway(observed, originOf(source, { observed }));
  const guess = `The Admin API does not say which router runs; ${defaultFlavor} is the default (--router names another).`;
  return { ...table, notes: source.router === undefined ? [guess, ...notes] : notes };
}

async function observeTyped(source: TableSource, signal: AbortSignal): Promise<Observed> {
  const { adminUrl } = source;
  if (adminUrl === undefined) throw new CannotDo("--admin-url is missing: where is the Admin API of that gateway?");
  const key = typedKey(source);
  if (key === undefined)
    throw new CannotDo(
      "the admin key is missing: --key-file names a file that holds it, or APISIX_ADMIN_KEY holds it.",
    );
  try {
    return await observe({ urls: [adminUrl], key, ca: typedAuthority(source) }, signal);
  } catch (error) {
    throw new CannotDo(`the Admin API at ${new URL(adminUrl).origin} can't be read: ${sentenceOf(error)}`);
  }
}

interface Surroundings {
  readonly source: TableSource;
  readonly observed: Observed | undefined;
  readonly notes: readonly string[];
}

function tableOf({ snapshot, notes: chosenNotes }: Chosen, { source, observed, notes }: Surroundings): NamedTable {
  const { meta, spec } = snapshot.gateway;
  const origin = originOf(source, { observed, gateway: meta.name, router: spec.router });
  const table = tableOfOperator(snapshot, observed, origin);
  return { ...table, notes: [...notes, ...chosenNotes, ...table.notes] };
}

function originOf(
  source: TableSource,
  known: {
    readonly observed: Observed | undefined;
    readonly gateway?: string;
    readonly router?: RouterFlavor | undefined;
  },
): TableOrigin {
  return {
    from: source.from,
    gateway: known.gateway,
    isObserved: known.observed !== undefined,
    router: source.router ?? known.router ?? defaultFlavor,
    apisixVersion: source.apisixVersion ?? known.observed?.version ?? recordedVersion,
  };
}
