import {
  type AttachedKind,
  type AttachedManifest,
  type GatewayManifest,
  type InvalidManifest,
  type ManifestOf,
  type ResourceRef,
  attachedKinds,
} from "./resources.ts";
import { shelved } from "./shelves.ts";
import type { Sources } from "./sources.ts";

/** The attached resources of a snapshot, by kind. */
export type AttachedByKind = { readonly [Kind in AttachedKind]: readonly ManifestOf<Kind>[] };

/** All resources that attach to one gateway, at one moment. The order of the lists means nothing. */
export interface Snapshot {
  /** RFC 3339; absent where nobody looked at a clock, and then no certificate is too old. */
  readonly takenAt?: string;
  /** The Secrets and ConfigMaps that are named; absent where nobody can look (files): then every value is taken to be there. */
  readonly sources?: Sources;
  readonly gateway: GatewayManifest;
  readonly attached: AttachedByKind;
  readonly invalid: readonly InvalidManifest[];
  /**
   * Objects that belong to no gateway as things stand (two defaults, a name that is not there): what this gateway has
   * for them, if anything, stays.
   */
  readonly undecided?: readonly (ResourceRef & { readonly kind: AttachedKind })[];
}

/** Objects put on their shelves, each list in the order of `objects`. */
export function byKind(objects: readonly AttachedManifest[]): AttachedByKind {
  return shelved<AttachedByKind, AttachedManifest>(attachedKinds, objects, ({ kind }) => kind);
}

/** Every attached resource of a snapshot, kind by kind. */
export function everyAttached({ attached }: Pick<Snapshot, "attached">): readonly AttachedManifest[] {
  const none: readonly AttachedManifest[] = [];
  return none.concat(...attachedKinds.map((kind) => attached[kind]));
}
