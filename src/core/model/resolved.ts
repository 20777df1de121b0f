import type { Diagnostic } from "./diagnostic.ts";
import type { ReferenceFields } from "./ids.ts";
import { type AttachedKind, type ManifestOf, attachedKinds } from "./resources.ts";
import type { Secret } from "./secret.ts";
import type { Snapshot } from "./snapshot.ts";

/** What the references of a kind name, by field; absent where the field is, and where it names nothing usable. */
export type TargetsOf<Kind extends AttachedKind> = {
  readonly [Field in keyof ReferenceFields[Kind]]?: ReferenceFields[Kind][Field] extends AttachedKind
    ? ManifestOf<ReferenceFields[Kind][Field]>
    : never;
};

/** A resource with its references followed. */
export interface ResolvedObject<Kind extends AttachedKind = AttachedKind> {
  readonly manifest: ManifestOf<Kind>;
  readonly targets: TargetsOf<Kind>;
  /** References that name nothing usable; such an object is held at its last good version. */
  readonly problems: readonly Diagnostic[];
  /** What it takes out of Secrets and ConfigMaps, by `valueKeyOf`; what nobody could look at is missing. */
  readonly values: ReadonlyMap<string, Secret>;
}

export type ResolvedRoute = ResolvedObject<"GatewayRoute">;
export type ResolvedService = ResolvedObject<"GatewayService">;
export type AnyResolved = { readonly [Kind in AttachedKind]: ResolvedObject<Kind> }[AttachedKind];
export type ResolvedByKind = { readonly [Kind in AttachedKind]: readonly ResolvedObject<Kind>[] };

/** A snapshot with its references followed; objects that are being deleted are left out. */
export interface Resolved {
  readonly snapshot: Snapshot;
  readonly objects: ResolvedByKind;
}

/** Every object, kind by kind. */
export function everyResolved({ objects }: Pick<Resolved, "objects">): readonly AnyResolved[] {
  const none: readonly AnyResolved[] = [];
  return none.concat(...attachedKinds.map((kind) => objects[kind]));
}
