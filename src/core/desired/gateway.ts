import type { AnyManifest, GatewayManifest } from "../model/index.ts";

/** The name this gateway's objects carry in their `instance` label. */
export function instanceOf(gateway: GatewayManifest): string {
  return gateway.spec.instance ?? gateway.meta.name;
}

/** Not on its way out. */
export function isLive(object: Pick<AnyManifest, "meta">): boolean {
  return !object.meta.isDeleting;
}
