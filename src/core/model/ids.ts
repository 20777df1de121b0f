import { createHash } from "node:crypto";
import type { AdminKind } from "./admin.ts";
import { type AttachedKind, type ResourceRef, keyOf } from "./resources.ts";

declare const brand: unique symbol;
type Branded<Value, Name extends string> = Value & { readonly [brand]: Name };
export type AdminId = Branded<string, "AdminId">;

const longestId = 64;

/** What a kind of resource becomes. */
interface KindTraits {
  /** What it is called in ids. */
  readonly suffix: string;
  readonly adminKind: AdminKind;
  /**
   * How its id is made. `names`: of the names alone. `instance`: the kind has no labels, so the id ends in the instance.
   * `username`: what a consumer may be called. `plugin`: the spec names it.
   * `manager`: as `instance`, behind the manager that the spec names.
   */
  readonly id: "names" | "instance" | "username" | "plugin" | "manager";
  /** Fields that name another object (dots lead inside: `protocol.superiorRef`), and of which kind that is. */
  readonly references: Readonly<Record<string, AttachedKind>>;
}

export const kindTraits = {
  GatewayRoute: {
    suffix: "route",
    adminKind: "routes",
    id: "names",
    references: {
      serviceRef: "GatewayService",
      upstreamRef: "GatewayUpstream",
      pluginConfigRef: "GatewayPluginConfig",
      "upstream.tls.clientCertificateRef": "GatewayCertificate",
    },
  },
  GatewayService: {
    suffix: "service",
    adminKind: "services",
    id: "names",
    references: {
      upstreamRef: "GatewayUpstream",
      "upstream.tls.clientCertificateRef": "GatewayCertificate",
    },
  },
  GatewayUpstream: {
    suffix: "upstream",
    adminKind: "upstreams",
    id: "names",
    references: { "tls.clientCertificateRef": "GatewayCertificate" },
  },
  GatewayPluginConfig: { suffix: "plugin-config", adminKind: "plugin_configs", id: "names", references: {} },
  GatewayGlobalRule: { suffix: "rule", adminKind: "global_rules", id: "instance", references: {} },
  GatewayPluginMetadata: { suffix: "metadata", adminKind: "plugin_metadata", id: "plugin", references: {} },
  GatewayConsumer: {
    suffix: "consumer",
    adminKind: "consumers",
    id: "username",
    references: { groupRef: "GatewayConsumerGroup" },
  },
  GatewayConsumerGroup: { suffix: "consumer-group", adminKind: "consumer_groups", id: "names", references: {} },
  GatewayStreamRoute: {
    suffix: "stream-route",
    adminKind: "stream_routes",
    id: "names",
    references: {
      serviceRef: "GatewayService",
      upstreamRef: "GatewayUpstream",
      "protocol.superiorRef": "GatewayStreamRoute",
      "upstream.tls.clientCertificateRef": "GatewayCertificate",
    },
  },
  GatewayProto: { suffix: "proto", adminKind: "protos", id: "names", references: {} },
  GatewayCertificate: { suffix: "certificate", adminKind: "ssls", id: "names", references: {} },
  GatewaySecretProvider: { suffix: "secret", adminKind: "secrets", id: "manager", references: {} },
} as const satisfies Readonly<Record<AttachedKind, KindTraits>>;

/** Kinds whose id hangs on nothing but the names. */
export type NamedKind = {
  [Kind in AttachedKind]: (typeof kindTraits)[Kind]["id"] extends "names" ? Kind : never;
}[AttachedKind];

/** By kind: its fields that name another object, and the kind that each names. */
export type ReferenceFields = {
  readonly [Kind in AttachedKind]: (typeof kindTraits)[Kind]["references"];
};

/** The same, for code that goes through all of them. */
export function referenceFieldsOf(kind: AttachedKind): readonly (readonly [field: string, target: AttachedKind])[] {
  return Object.entries<AttachedKind>(kindTraits[kind].references);
}

const targetKinds: ReadonlySet<AttachedKind> = new Set(
  Object.values<KindTraits>(kindTraits).flatMap(({ references }) => Object.values(references)),
);

/** Whether objects of any kind can name one of this kind. */
export function isTargetKind(kind: AttachedKind): boolean {
  return targetKinds.has(kind);
}

/**
 * The id of the Admin object that a resource becomes: `shop.cart_route`. Depends on nothing but the names, so a
 * rebuilt cluster finds its routes; Kubernetes names hold no underscore, so no id is the prefix of another.
 * At most 64 of [a-zA-Z0-9-_.]. Source: apache/apisix 3.18, apisix/schema_def.lua, id_schema.
 */
export function adminIdOf(ref: ResourceRef & { readonly kind: NamedKind }): AdminId {
  return shortened(ref, `_${kindTraits[ref.kind].suffix}`);
}

/** The same for every kind, on the gateway of an instance; `undefined` where only the spec tells. */
export function idOnGateway(ref: ResourceRef & { readonly kind: AttachedKind }, instance: string): AdminId | undefined {
  const { id, suffix } = kindTraits[ref.kind];
  switch (id) {
    case "names":
      return shortened(ref, `_${suffix}`);
    case "instance":
      return shortened(ref, endOfInstance(suffix, instance));
    case "username":
      return usernameOf(ref);
    case "plugin":
    case "manager":
      return undefined;
  }
}

/** The id that an author chose; a schema has looked at it. */
export function pinnedAdminId(text: string): AdminId {
  return text as AdminId;
}

/** Where a secret provider stands below its manager: `shop.keys_secret_main` of `vault/shop.keys_secret_main`. */
export function providerNameOf(ref: ResourceRef, instance: string): AdminId {
  return shortened(ref, endOfInstance(kindTraits.GatewaySecretProvider.suffix, instance));
}

export function providerIdOf(ref: ResourceRef, manager: "vault" | "aws" | "gcp", instance: string): AdminId {
  return `${manager}/${providerNameOf(ref, instance)}` as AdminId;
}

/** What ids of a kind without labels end in: whose the object is can be told from the id alone. */
export function endOfInstance(suffix: string, instance: string): string {
  return `_${suffix}_${instance}`;
}

function shortened({ namespace, name }: ResourceRef, suffix: string): AdminId {
  // Joined, not added: V8 keeps a sum as its parts, and an id is compared and hashed all the way down.
  const id = [namespace, ".", name, suffix].join("");
  if (id.length <= longestId) return id as AdminId;
  const names = `${namespace}.${name}`;
  const room = longestId - suffix.length - 17;
  const short = room > 0 ? `${names.slice(0, Math.min(40, room))}.${hash16(names)}` : hash16(names).slice(0, room + 17);
  return (short + suffix) as AdminId;
}

// 256 since 3.15. Source: apache/apisix, apisix/schema_def.lua, consumer.
const longestUsername = 100;

/**
 * What a consumer is called on the gateway: `shop_jack`. Dots of the name become dashes, and a short hash keeps it apart
 * from a name with dashes. Source: apache/apisix 3.18, apisix/schema_def.lua, consumer.
 */
export function usernameOf({ namespace, name }: Pick<ResourceRef, "namespace" | "name">): AdminId {
  const hash = hash16(`${namespace}.${name}`);
  const plain = `${namespace}_${name.replaceAll(".", "-")}${name.includes(".") ? `-${hash.slice(0, 8)}` : ""}`;
  return (plain.length <= longestUsername ? plain : `${plain.slice(0, longestUsername - 17)}-${hash}`) as AdminId;
}

export function credentialIdOf(username: AdminId, name: string): AdminId {
  return `${username}/credentials/${name}` as AdminId;
}

/** The last part of a credential's id. */
export function credentialNameOf(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

/** Plugin metadata stand under the name of their plugin. */
export function metadataIdOf(pluginName: string): AdminId {
  return pluginName as AdminId;
}

const longestLabel = 256; // apache/apisix 3.18, apisix/schema_def.lua, labels_def

/** What the `origin` label says; never longer than the gateway takes, and still unique. */
export function originLabelOf(origin: ResourceRef): string {
  const key = keyOf(origin);
  return key.length <= longestLabel ? key : `${key.slice(0, longestLabel - 17)}.${hash16(key)}`;
}

/** The id of an object that no resource stands for: claims alone. */
export function claimAdminId(text: string): AdminId {
  return text as AdminId; // see claim.ts: at most 62 characters of the alphabet above
}

/** 16 hex digits of SHA-256: what keeps a shortened name unique. */
export function hash16(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
