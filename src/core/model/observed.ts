import { type AdminBodies, type AdminKind, adminKinds, labelsIn } from "./admin.ts";
import { isClaim } from "./claim.ts";
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
  /** What the gateway told about itself; absent: nobody asked. */
  readonly learned?: Learned;
};

export const emptyObserved: Observed = observedOf([]);

export function observedOf(objects: readonly ObservedObject[]): Observed {
  return shelved<ObservedByKind, ObservedObject>(adminKinds, objects, ({ kind }) => kind);
}

/** Every object, kind by kind. */
export function everyObserved(observed: Observed): readonly AnyObserved[] {
  const none: readonly AnyObserved[] = [];
  return none.concat(...adminKinds.map((kind) => observed[kind]));
}

/**
 * What was read, with the very objects of before where nothing moved. Other revisions count, not only higher ones: an etcd
 * that was restored goes back. What we wrote ourselves has no revision yet. In standalone mode anybody writes revisions, and
 * nothing has a time: there every object read is new.
 */
export function withUnmoved(before: Observed, read: Observed): Observed {
  const lists = adminKinds.map((kind) => [kind, unmovedIn<ObservedObject>(before[kind], read[kind])]);
  return { ...read, ...Object.fromEntries(lists) };
}

function unmovedIn<Item extends ObservedObject>(before: readonly Item[], read: readonly Item[]): readonly Item[] {
  const known = new Map(before.map((object) => [object.id, object]));
  const kept = read.map((object) => {
    const old = known.get(object.id);
    return old !== undefined && isSameRevision(old, object) ? old : object;
  });
  return kept.length === before.length && kept.every((object, at) => object === before[at]) ? before : kept;
}

function isSameRevision(a: ObservedObject, b: ObservedObject): boolean {
  const time: unknown = Reflect.get(a.value, "update_time");
  return (
    a.modifiedIndex !== 0 &&
    a.modifiedIndex === b.modifiedIndex &&
    a.createdIndex === b.createdIndex &&
    time !== undefined &&
    time === Reflect.get(b.value, "update_time")
  );
}

/** Who may write what on a gateway. */
export interface Owner {
  readonly instance: string;
  /** An operator that sees only some namespaces has no say over what was made for others; absent: it sees all. */
  readonly namespaces?: ReadonlySet<string> | undefined;
}

/**
 * Carries our label and this instance's name, in its id where the kind has no labels, and was made for a namespace that we
 * see; all else is foreign: read, never written. Plugin metadata are ours only where `ownedPluginMetadata` names them. A
 * claim is nobody's: it is dealt with apart.
 */
export function isOurs(
  object: ObservedObject,
  { instance, namespaces }: Owner,
  ownedPluginMetadata: ReadonlySet<string> = new Set(),
): boolean {
  if (object.kind === "plugin_metadata") return ownedPluginMetadata.has(object.id);
  const suffix = suffixesWithoutLabels.get(object.kind);
  const labels = labelsIn(object.value);
  const isNamed =
    suffix === undefined
      ? labels?.[ownerLabels.managedBy] === managedByValue && labels[ownerLabels.instance] === instance
      : object.id.endsWith(endOfInstance(suffix, instance));
  if (!isNamed || isClaim(object)) return false;
  return namespaces === undefined || namespaces.has(namespaceOf(object.id, labels?.[ownerLabels.origin]));
}

/** The namespace that an object was made for: its origin says so (`GatewayRoute/shop/cart`), else its id does, behind its manager. */
function namespaceOf(id: string, origin: string | undefined): string {
  return origin?.split("/", 3)[1] ?? id.split("/").at(-1)?.split(".", 1)[0] ?? "";
}

/** Of the kinds whose objects can't be labelled. */
const suffixesWithoutLabels: ReadonlyMap<AdminKind, string> = new Map(
  attachedKinds
    .map((kind) => kindTraits[kind])
    .filter(({ id }) => id === "instance" || id === "manager")
    .map(({ adminKind, suffix }) => [adminKind, suffix]),
);
