import {
  type AdminRef,
  type ManifestOf,
  type NamedKind,
  adminIdOf,
  kindTraits,
  pinnedIdOf,
  refOf,
} from "../model/index.ts";

/** The Admin object that a resource becomes, as another object refers to it. */
export function referenceTo(target: { readonly [Kind in NamedKind]: ManifestOf<Kind> }[NamedKind]): AdminRef {
  const id = pinnedIdOf(target) ?? adminIdOf({ ...refOf(target), kind: target.kind });
  return { kind: kindTraits[target.kind].adminKind, id };
}

const known = new WeakMap<object, AdminRef>();

/** The same for what many objects refer to: they share it. */
export const sharedReferenceTo: typeof referenceTo = (target) => {
  const reference = known.get(target) ?? referenceTo(target);
  known.set(target, reference);
  return reference;
};
