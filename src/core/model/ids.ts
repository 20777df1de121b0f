import { createHash } from "node:crypto";
import type { AdminKind } from "./admin.ts";
import type { AttachedKind, ResourceRef } from "./resources.ts";

declare const brand: unique symbol;
type Branded<Value, Name extends string> = Value & { readonly [brand]: Name };
export type AdminId = Branded<string, "AdminId">;

const longestId = 64;

/** What a kind of resource becomes. */
interface KindTraits {
  /** What it is called in ids. */
  readonly suffix: string;
  readonly adminKind: AdminKind;
  /** Fields that name another object (dots lead inside: `tls.clientCertificateRef`), and of which kind that is. */
  readonly references: Readonly<Record<string, AttachedKind>>;
}

export const kindTraits = {
  GatewayRoute: {
    suffix: "route",
    adminKind: "routes",
    references: {
      serviceRef: "GatewayService",
      upstreamRef: "GatewayUpstream",
      pluginConfigRef: "GatewayPluginConfig",
    },
  },
  GatewayService: { suffix: "service", adminKind: "services", references: { upstreamRef: "GatewayUpstream" } },
  GatewayUpstream: { suffix: "upstream", adminKind: "upstreams", references: {} },
  GatewayPluginConfig: { suffix: "plugin-config", adminKind: "plugin_configs", references: {} },
} as const satisfies Readonly<Record<AttachedKind, KindTraits>>;

/** By kind: its fields that name another object, and the kind that each names. */
export type ReferenceFields = {
  readonly [Kind in AttachedKind]: (typeof kindTraits)[Kind]["references"];
};

/** The same, for code that goes through all of them. */
export function referenceFieldsOf(kind: AttachedKind): readonly (readonly [field: string, target: AttachedKind])[] {
  return Object.entries<AttachedKind>(kindTraits[kind].references);
}

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
