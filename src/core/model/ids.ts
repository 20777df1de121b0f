import { createHash } from "node:crypto";
import type { AdminKind } from "./admin.ts";
import type { AttachedKind, ResourceRef } from "./resources.ts";

declare const brand: unique symbol;
type Branded<Value, Name extends string> = Value & { readonly [brand]: Name };
export type AdminId = Branded<string, "AdminId">;

const longestId = 64;

/** What the resource's kind is called in ids, and the Admin kind it becomes. */
export const kindTraits: Readonly<Record<AttachedKind, { readonly suffix: string; readonly adminKind: AdminKind }>> = {
  GatewayRoute: { suffix: "route", adminKind: "routes" },
  GatewayService: { suffix: "service", adminKind: "services" },
  GatewayUpstream: { suffix: "upstream", adminKind: "upstreams" },
  GatewayPluginConfig: { suffix: "plugin-config", adminKind: "plugin_configs" },
};

/**
 * The id of the Admin object that a resource becomes: `shop.cart_route`. Depends on nothing but the names, so a
 * rebuilt cluster finds its routes; Kubernetes names hold no underscore, so no id is the prefix of another.
 * At most 64 of [a-zA-Z0-9-_.]. Source: apache/apisix 3.18, apisix/schema_def.lua, id_schema.
 */
export function adminIdOf(ref: ResourceRef & { readonly kind: AttachedKind }): AdminId {
  const id = `${ref.namespace}.${ref.name}`;
  const suffix = `_${kindTraits[ref.kind].suffix}`;
  const text = id.length + suffix.length <= longestId ? id + suffix : `${id.slice(0, 40)}.${hash16(id)}${suffix}`;
  return text as AdminId; // the only place where an AdminId is born
}

/** 16 hex digits of SHA-256: what keeps a shortened name unique. */
export function hash16(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
