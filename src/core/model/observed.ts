import { type AdminBodies, type AdminKind, adminKinds, labelsIn } from "./admin.ts";
import { endOfInstance, kindTraits } from "./ids.ts";
import type { Learned } from "./learned.ts";
import { managedByValue, ownerLabels } from "./names.ts";
import { attachedKinds } from "./resources.ts";
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
export type Observed = ObservedByKind & {
  readonly version?: string;
  /** Kinds that this gateway does not have, as it is configured: stream routes where stream mode is off. */
  readonly lacks?: readonly AdminKind[];
  /** Plugins whose metadata are ours; they carry no labels, and their ids are not ours to choose. */
  readonly ownedPluginMetadata?: ReadonlySet<string>;
  /** What the gateway told about itself; absent: nobody asked. */
  readonly learned?: Learned;
};

export const emptyObserved: Observed = observedOf([]);

export function observedOf(objects: readonly ObservedObject[]): Observed {
  return shelved<ObservedByKind, ObservedObject>(adminKinds, objects, ({ kind }) => kind);
}

/** Every object, kind by kind. */
export function everyObserved(observed: Observed): readonly AnyObserved[] {
  return adminKinds.flatMap((kind): readonly AnyObserved[] => observed[kind]);
}

/**
 * Carries our label and this instance's name, in its id where the kind has no labels; all else is foreign: read, never
 * written. Plugin metadata are ours only where `ownedPluginMetadata` names them.
 */
export function isOurs(
  object: ObservedObject,
  instance: string,
  ownedPluginMetadata: ReadonlySet<string> = new Set(),
): boolean {
  if (object.kind === "plugin_metadata") return ownedPluginMetadata.has(object.id);
  const suffix = suffixesWithoutLabels.get(object.kind);
  if (suffix !== undefined) return object.id.endsWith(endOfInstance(suffix, instance));
  const labels = labelsIn(object.value);
  return labels?.[ownerLabels.managedBy] === managedByValue && labels[ownerLabels.instance] === instance;
}

/** Of the kinds whose objects can't be labelled. */
const suffixesWithoutLabels: ReadonlyMap<AdminKind, string> = new Map(
  attachedKinds
    .map((kind) => kindTraits[kind])
    .filter(({ id }) => id === "instance")
    .map(({ adminKind, suffix }) => [adminKind, suffix]),
);
