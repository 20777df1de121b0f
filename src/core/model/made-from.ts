import type { AdminKind } from "./admin.ts";
import { type AdminId, idOnGateway, kindTraits, metadataIdOf, providerIdOf, providerNameOf } from "./ids.ts";
import { type AttachedKind, type AttachedManifest, type InvalidManifest, refOf } from "./resources.ts";

/** The id of the object that a resource becomes; `undefined` where only a spec that can't be read would tell. */
export function idOfResource(object: AttachedManifest | InvalidManifest, instance: string): AdminId | undefined {
  if ("spec" in object && object.kind === "GatewayPluginMetadata") return metadataIdOf(object.spec.pluginName);
  if ("spec" in object && object.kind === "GatewaySecretProvider") {
    const manager = (["vault", "aws", "gcp"] as const).find((name) => object.spec[name] !== undefined);
    return manager && providerIdOf(refOf(object), manager, instance);
  }
  return idOnGateway({ ...refOf(object), kind: attachedKindOf(object) }, instance);
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
