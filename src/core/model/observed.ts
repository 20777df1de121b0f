import { type AdminBodies, type AdminKind, adminKinds } from "./admin.ts";
import { managedByValue, ownerLabels } from "./names.ts";
import { shelved } from "./shelves.ts";

/** One object as the gateway holds it: the stored value, timestamps and gateway-added defaults included. */
export interface ObservedObject<Kind extends AdminKind = AdminKind> {
  readonly kind: Kind;
  readonly id: string;
  readonly value: AdminBodies[Kind];
  /** etcd revisions. */
  readonly createdIndex: number;
  readonly modifiedIndex: number;
}

type ObservedByKind = { readonly [Kind in AdminKind]: readonly ObservedObject<Kind>[] };
export type AnyObserved = { readonly [Kind in AdminKind]: ObservedObject<Kind> }[AdminKind];

/** Everything one gateway holds of the kinds we write. Lists are in the order of the ids. */
export type Observed = ObservedByKind & { readonly version?: string };

export const emptyObserved: Observed = observedOf([]);

export function observedOf(objects: readonly ObservedObject[]): Observed {
  return shelved<ObservedByKind, ObservedObject>(adminKinds, objects, ({ kind }) => kind);
}

/** Every object, kind by kind. */
export function everyObserved(observed: Observed): readonly AnyObserved[] {
  return adminKinds.flatMap((kind): readonly AnyObserved[] => observed[kind]);
}

/** Carries our label and this instance's name; all else is foreign: read, never written. */
export function isOurs(object: ObservedObject, instance: string): boolean {
  const labels = object.value.labels;
  return labels?.[ownerLabels.managedBy] === managedByValue && labels[ownerLabels.instance] === instance;
}
