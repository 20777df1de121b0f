import { type AdminId, type AdminKind, type AttachedManifest, adminIdOf, kindTraits, refOf } from "../model/index.ts";

/** The Admin object that a resource becomes, as another object refers to it. */
export function referenceTo(target: AttachedManifest): { readonly kind: AdminKind; readonly id: AdminId } {
  return { kind: kindTraits[target.kind].adminKind, id: adminIdOf({ ...refOf(target), kind: target.kind }) };
}
