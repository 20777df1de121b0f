import { type AnyManifest, type InvalidManifest, resourceKinds } from "../../core/model/index.ts";
import { formatLocation, loadManifests } from "../../edges/files/index.ts";
import type { Cluster } from "../../edges/kubernetes/index.ts";
import { decodeManifest, isInvalid } from "../../wire/crd/index.ts";
import { CannotDo } from "../exit.ts";

export interface Manifests {
  readonly valid: readonly AnyManifest[];
  readonly invalid: readonly InvalidManifest[];
}

/** All of ours in these files, folders and standard input ("-"). Throws `CannotDo` for the first that can't be read. */
export async function manifestsInFiles(paths: readonly string[]): Promise<Manifests> {
  const { manifests, errors } = await loadManifests(paths);
  const [error] = errors;
  if (error !== undefined) {
    const { file, line, column } = error.location;
    const place = line === undefined || column === undefined ? file : formatLocation({ file, line, column });
    throw new CannotDo(`${place}: ${error.message}`);
  }
  if (manifests.length === 0) throw new CannotDo(`${paths.join(", ")}: there is no manifest of apisix-operator.dev.`);
  return sorted(manifests.map(({ manifest }) => manifest));
}

/** All of ours in a cluster. Throws what the cluster's client throws. */
export async function manifestsInCluster({ client }: Cluster, signal: AbortSignal): Promise<Manifests> {
  const { customResource, trimmed } = await import("../../edges/kubernetes/index.ts");
  const lists = resourceKinds.map(async (kind) => {
    const found: (AnyManifest | InvalidManifest)[] = [];
    for await (const { items } of client.listPages(customResource(kind), {}, signal)) {
      for (const item of items) {
        const manifest = decodeManifest(trimmed(item));
        if (manifest !== undefined) found.push(manifest);
      }
    }
    return found;
  });
  return sorted((await Promise.all(lists)).flat());
}

function sorted(all: readonly (AnyManifest | InvalidManifest)[]): Manifests {
  const invalid = all.filter(isInvalid);
  const valid = all.filter((manifest): manifest is AnyManifest => !isInvalid(manifest));
  return { valid, invalid };
}
