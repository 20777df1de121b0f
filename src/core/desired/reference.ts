import {
  type AdminId,
  type AdminRef,
  type ManifestOf,
  type NamedKind,
  adminIdOf,
  kindTraits,
  pinnedIdOf,
} from "../model/index.ts";

/** The Admin object that a resource becomes, as another object refers to it. All that refer to one resource share it. */
export function referenceTo(target: Named): AdminRef {
  return referenceAlone(target)[0];
}

/** What a resource refers to, in the order of the table of kinds. Those that refer to one resource alone share the list. */
export function referencesTo(targets: { readonly [field: string]: Named | undefined }): readonly AdminRef[] {
  let found: readonly AdminRef[] = nothing;
  for (const target of Object.values(targets)) {
    if (target === undefined) continue;
    const alone = referenceAlone(target);
    found = found.length === 0 ? alone : [...found, ...alone];
  }
  return found;
}

/** The id of the Admin object that a resource becomes. */
export function namedIdOf(target: Named): AdminId {
  const { kind, meta } = target;
  return pinnedIdOf(target) ?? adminIdOf({ kind, namespace: meta.namespace, name: meta.name });
}

type Named = { readonly [Kind in NamedKind]: ManifestOf<Kind> }[NamedKind];

const nothing: readonly AdminRef[] = [];
const known = new WeakMap<Named, readonly [AdminRef]>();

function referenceAlone(target: Named): readonly [AdminRef] {
  const before = known.get(target);
  if (before !== undefined) return before;
  const made: readonly [AdminRef] = [{ kind: kindTraits[target.kind].adminKind, id: namedIdOf(target) }];
  known.set(target, made);
  return made;
}
