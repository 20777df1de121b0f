import type { AdminBodies, AdminKind } from "./admin.ts";
import { managedByValue, ownerLabels } from "./names.ts";

/** One object as the gateway holds it: the stored value, timestamps and gateway-added defaults included. */
export interface ObservedObject<Kind extends AdminKind = AdminKind> {
  readonly kind: Kind;
  readonly id: string;
  readonly value: AdminBodies[Kind];
  /** etcd revisions. */
  readonly createdIndex: number;
  readonly modifiedIndex: number;
}

/** Everything one gateway holds of the kinds we write. Lists are in the order of the ids. */
export interface Observed {
  readonly version?: string;
  readonly routes: readonly ObservedObject<"routes">[];
  readonly services: readonly ObservedObject<"services">[];
  readonly upstreams: readonly ObservedObject<"upstreams">[];
  readonly plugin_configs: readonly ObservedObject<"plugin_configs">[];
}

export const emptyObserved: Observed = { routes: [], services: [], upstreams: [], plugin_configs: [] };

/** Carries our label and this instance's name; all else is foreign: read, never written. */
export function isOurs(object: ObservedObject, instance: string): boolean {
  const labels = object.value.labels;
  return labels?.[ownerLabels.managedBy] === managedByValue && labels[ownerLabels.instance] === instance;
}
