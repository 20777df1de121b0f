import {
  type AdminId,
  type AdminRef,
  type ManifestOf,
  type NamedKind,
  adminIdOf,
  kindTraits,
  pinnedIdOf,
} from "../model/index.ts";

/** The Admin object that a resource becomes, as another object refers to it. */
export function referenceTo(target: Named): AdminRef {
  return { kind: kindTraits[target.kind].adminKind, id: namedIdOf(target) };
}

/** The id of the Admin object that a resource becomes. */
export function namedIdOf(target: Named): AdminId {
  const { kind, meta } = target;
  return pinnedIdOf(target) ?? adminIdOf({ kind, namespace: meta.namespace, name: meta.name });
}

type Named = { readonly [Kind in NamedKind]: ManifestOf<Kind> }[NamedKind];

const known = new WeakMap<object, AdminRef>();

/** The same for what many objects refer to: they share it. */
export const sharedReferenceTo: typeof referenceTo = (target) => {
  const before = known.get(target);
  if (before !== undefined) return before;
  const reference = referenceTo(target);
  known.set(target, reference);
  return reference;
};
