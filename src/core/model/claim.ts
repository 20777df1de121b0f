import type { AdminKind, AdminUpstream } from "./admin.ts";
import { type AdminId, claimAdminId, hash16 } from "./ids.ts";
import { managedByValue, ownerLabels } from "./names.ts";

/**
 * Who writes to a gateway under the name of an instance. Without that, two clusters with one instance name would delete
 * each other's routes as leftovers. It stands on the gateway as an upstream that nothing refers to.
 */
export interface Claim {
  readonly instance: string;
  /** The uid of a cluster's namespace kube-system, or `cli`. */
  readonly holder: string;
}

/** The label of a claim that names its holder. */
export const holderLabel = "holder";

const prefix = "apisix-route-operator_";

/** Where the claim of an instance stands among the upstreams. No resource's id has an underscore before its dot. */
export function claimIdOf(instance: string): AdminId {
  return claimAdminId(`${prefix}${instance}`);
}

/** Where a holder bids for a claim that is still free; no instance has an underscore. */
export function bidIdOf({ instance, holder }: Claim): AdminId {
  return claimAdminId(`${prefix}bid_${hash16(`${instance} ${holder}`)}`);
}

/** A claim or a bid, of whatever instance. */
export function isClaim({ kind, id }: { readonly kind: AdminKind; readonly id: string }): boolean {
  return kind === "upstreams" && id.startsWith(prefix);
}

/** Plugin → namespace of the resource that its metadata were made for. */
export type MetadataList = ReadonlyMap<string, string>;

const metadataLabel = "plugin-metadata.";

/**
 * What a claim looks like. An upstream must say where it leads; this one leads nowhere, and nothing ever asks it. Plugin
 * metadata have no place for a label, so the claim says which are ours.
 */
export function claimBody({ instance, holder }: Claim, metadata: MetadataList = new Map()): AdminUpstream {
  const listed = [...metadata].map(([plugin, namespace]) => [`${metadataLabel}${plugin}`, namespace]);
  return {
    name: `${prefix}${instance}`,
    desc: "Says who writes under this instance name. Made by apisix-route-operator; nothing refers to it.",
    type: "roundrobin",
    nodes: [{ host: "127.0.0.1", port: 1, weight: 0 }],
    labels: {
      [ownerLabels.managedBy]: managedByValue,
      [ownerLabels.instance]: instance,
      [holderLabel]: holder,
      ...Object.fromEntries(listed),
    },
  };
}

/** Who holds it; `undefined` where it is not one of ours. */
export function holderIn(body: AdminUpstream): string | undefined {
  return body.labels?.[ownerLabels.managedBy] === managedByValue ? body.labels[holderLabel] : undefined;
}

/** The plugin metadata that a claim lists. */
export function metadataListIn({ labels = {} }: AdminUpstream): MetadataList {
  const listed = Object.entries(labels).filter(([label]) => label.startsWith(metadataLabel));
  return new Map(listed.map(([label, namespace]) => [label.slice(metadataLabel.length), namespace]));
}
