import { type AdminBodies, type AdminKind, labelsIn } from "./admin.ts";
import {
  type AdminId,
  idOnGateway,
  kindTraits,
  metadataIdOf,
  pinnedAdminId,
  providerIdOf,
  providerNameOf,
} from "./ids.ts";
import { ownerLabels } from "./names.ts";
import { type AttachedKind, type AttachedManifest, type InvalidManifest, refOf } from "./resources.ts";

/** The id of the object that a resource becomes; `undefined` where only a spec that can't be read would tell. */
export function idOfResource(object: AttachedManifest | InvalidManifest, instance: string): AdminId | undefined {
  if ("spec" in object && object.kind === "GatewayPluginMetadata") return metadataIdOf(object.spec.pluginName);
  if ("spec" in object && object.kind === "GatewaySecretProvider") {
    const manager = (["vault", "aws", "gcp"] as const).find((name) => object.spec[name] !== undefined);
    return manager && providerIdOf(refOf(object), manager, instance);
  }
  return pinnedIdOf(object) ?? idOnGateway({ ...refOf(object), kind: attachedKindOf(object) }, instance);
}

/** The id that the author pinned it to. */
export function pinnedIdOf(object: AttachedManifest | InvalidManifest): AdminId | undefined {
  const id = "spec" in object && "adminId" in object.spec ? object.spec.adminId : undefined;
  return id === undefined ? undefined : pinnedAdminId(id);
}

/** Resources by what the label `origin` of their objects says. An object may stand under an id that its resource had before. */
export function isMadeForOneOf(
  origins: ReadonlySet<string>,
  { value }: { readonly value: AdminBodies[AdminKind] },
): boolean {
  const origin = labelsIn(value)?.[ownerLabels.origin];
  return origin !== undefined && origins.has(origin);
}

/**
 * Whether an object of the Admin API is what a resource became, or a part of it (the credentials of a consumer). Where only
 * an unreadable spec would tell, it may be.
 */
export function isMadeFrom(
  object: AttachedManifest | InvalidManifest,
  instance: string,
  { kind, id }: { readonly kind: AdminKind; readonly id: string },
): boolean {
  const { adminKind } = kindTraits[attachedKindOf(object)];
  const own = idOfResource(object, instance);
  if (adminKind === "consumers" && kind === "credentials") return id.startsWith(`${own}/`);
  if (kind !== adminKind) return false;
  // It may have had another manager before.
  if (kind === "secrets") return id.endsWith(`/${providerNameOf(refOf(object), instance)}`);
  return own === undefined || id === own;
}

function attachedKindOf(object: AttachedManifest | InvalidManifest): AttachedKind {
  return object.kind as AttachedKind; // a snapshot holds attached kinds only
}
