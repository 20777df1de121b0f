import { type AdminRef, type AttachedManifest, adminIdOf, kindTraits, refOf } from "../model/index.ts";

/** The Admin object that a resource becomes, as another object refers to it. */
export function referenceTo(target: AttachedManifest): AdminRef {
  return { kind: kindTraits[target.kind].adminKind, id: adminIdOf({ ...refOf(target), kind: target.kind }) };
}
