import type { AdminKind } from "./admin.ts";
import { idOnGateway, kindTraits } from "./ids.ts";
import { type AttachedKind, type AttachedManifest, type InvalidManifest, refOf } from "./resources.ts";

/**
 * Whether an object of the Admin API is what a resource became, or a part of it (the credentials of a consumer). Where only
 * an unreadable spec would tell, it may be.
 */
export function isMadeFrom(
  object: AttachedManifest | InvalidManifest,
  instance: string,
  { kind, id }: { readonly kind: AdminKind; readonly id: string },
): boolean {
  const attached = object.kind as AttachedKind; // a snapshot holds attached kinds only
  const { adminKind } = kindTraits[attached];
  const own = pluginOf(object) ?? idOnGateway({ ...refOf(object), kind: attached }, instance);
  if (adminKind === "consumers" && kind === "credentials") return id.startsWith(`${own}/`);
  return kind === adminKind && (own === undefined || id === own);
}

function pluginOf(object: AttachedManifest | InvalidManifest): string | undefined {
  return object.kind === "GatewayPluginMetadata" && "spec" in object ? object.spec.pluginName : undefined;
}
