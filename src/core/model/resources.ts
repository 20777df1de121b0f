import type { Labels, Plugins, RouterFlavor, Timeout, UpstreamNode } from "./admin.ts";
import type { Json, JsonObject } from "./json.ts";

/** The kinds of custom resource, group `apisix-operator.dev`, version `v1alpha1`. */
export const resourceKinds = [
  "ApisixGateway",
  "GatewayRoute",
  "GatewayService",
  "GatewayUpstream",
  "GatewayPluginConfig",
  "GatewayGlobalRule",
  "GatewayPluginMetadata",
  "GatewayConsumer",
  "GatewayConsumerGroup",
  "GatewayStreamRoute",
  "GatewayProto",
  "GatewayCertificate",
  "GatewaySecretProvider",
] as const;
export type ResourceKind = (typeof resourceKinds)[number];
/** The kinds that attach to a gateway and become an Admin object. */
export type AttachedKind = Exclude<ResourceKind, "ApisixGateway">;
export const attachedKinds: readonly AttachedKind[] = resourceKinds.filter((kind) => kind !== "ApisixGateway");

/** Names one custom resource. `namespace` is "" for the cluster-scoped ApisixGateway. */
export interface ResourceRef {
  readonly kind: ResourceKind;
  readonly namespace: string;
  readonly name: string;
}

/** A reference inside a spec, to an object of the same namespace. */
export interface LocalRef {
  readonly name: string;
}

/** One key of a Secret. */
export interface SecretKeyRef {
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
}

/** One key of a Secret or ConfigMap of the same namespace. */
export interface LocalKeyRef {
  readonly name: string;
  readonly key: string;
}

/** A value of a plugin that stands in a Secret: `field` of the plugin's configuration, dots lead inside. */
export interface PluginValueFrom {
  readonly plugin: string;
  readonly field: string;
  readonly secretRef: LocalKeyRef;
}

/** What we read of a resource's metadata. From files everything but the name may be missing. */
export interface ObjectMeta {
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
  readonly generation?: number;
  readonly resourceVersion?: string;
  /** RFC 3339, as Kubernetes writes it; second resolution. */
  readonly creationTimestamp?: string;
  readonly annotations: Labels;
  readonly finalizers: readonly string[];
  /** Has a deletionTimestamp. */
  readonly isDeleting: boolean;
}

export interface Manifest<Kind extends ResourceKind, Spec> {
  readonly kind: Kind;
  readonly meta: ObjectMeta;
  readonly spec: Spec;
  /** `.status` as last read, for comparison before a write; absent from files. */
  readonly status?: JsonObject;
}

export interface RouteSpec {
  readonly gatewayRef?: { readonly name: string };
  readonly adminId?: string;
  readonly desc?: string;
  readonly hosts?: readonly string[];
  readonly uris: readonly string[];
  readonly methods?: readonly string[];
  readonly remoteAddrs?: readonly string[];
  readonly vars?: readonly Json[];
  readonly filterFunc?: string;
  readonly priority?: number;
  readonly enabled?: boolean;
  readonly enableWebsocket?: boolean;
  readonly timeout?: Timeout;
  readonly serviceRef?: LocalRef;
  readonly upstreamRef?: LocalRef;
  readonly upstream?: UpstreamFields;
  readonly pluginConfigRef?: LocalRef;
  readonly plugins?: Plugins;
  readonly pluginsFrom?: readonly PluginValueFrom[];
  readonly labels?: Labels;
}

export interface ServiceSpec {
  readonly gatewayRef?: { readonly name: string };
  readonly adminId?: string;
  readonly desc?: string;
  readonly hosts?: readonly string[];
  readonly plugins?: Plugins;
  readonly pluginsFrom?: readonly PluginValueFrom[];
  readonly upstreamRef?: LocalRef;
  readonly upstream?: UpstreamFields;
  readonly enableWebsocket?: boolean;
  readonly labels?: Labels;
}

export interface UpstreamFields {
  readonly nodes?: readonly UpstreamNode[];
  readonly serviceName?: string;
  readonly discoveryType?: string;
  readonly discoveryArgs?: JsonObject;
  readonly type?: "roundrobin" | "chash" | "ewma" | "least_conn";
  readonly hashOn?: string;
  readonly key?: string;
  readonly scheme?: string;
  readonly passHost?: "pass" | "node" | "rewrite";
  readonly upstreamHost?: string;
  readonly retries?: number;
  readonly retryTimeout?: number;
  readonly timeout?: Timeout;
  readonly keepalivePool?: { readonly size?: number; readonly idleTimeout?: number; readonly requests?: number };
  /** Active and passive health checks, exactly as APISIX documents them (snake_case inside). */
  readonly checks?: JsonObject;
  readonly tls?: { readonly verify?: boolean; readonly clientCertificateRef?: LocalRef };
}

export interface UpstreamSpec extends UpstreamFields {
  readonly gatewayRef?: { readonly name: string };
  readonly adminId?: string;
  readonly desc?: string;
  readonly labels?: Labels;
}

export interface PluginConfigSpec {
  readonly gatewayRef?: { readonly name: string };
  readonly adminId?: string;
  readonly desc?: string;
  readonly plugins: Plugins;
  readonly pluginsFrom?: readonly PluginValueFrom[];
  readonly labels?: Labels;
}

export interface GlobalRuleSpec {
  readonly gatewayRef?: { readonly name: string };
  readonly plugins: Plugins;
  readonly pluginsFrom?: readonly PluginValueFrom[];
}

export interface PluginMetadataSpec {
  readonly gatewayRef?: { readonly name: string };
  readonly pluginName: string;
  /** Exactly as APISIX documents it for the plugin. */
  readonly metadata: JsonObject;
}

export interface ConsumerSpec {
  readonly gatewayRef?: { readonly name: string };
  readonly adminId?: string;
  readonly desc?: string;
  readonly groupRef?: LocalRef;
  readonly plugins?: Plugins;
  readonly pluginsFrom?: readonly PluginValueFrom[];
  readonly credentials?: readonly CredentialSpec[];
  readonly labels?: Labels;
}

/** A way to prove that one is this consumer. */
export interface CredentialSpec {
  /** Unique within the consumer. */
  readonly name: string;
  readonly desc?: string;
  /** One plugin that authenticates: `{ key-auth: { key: … } }`. */
  readonly plugins: Plugins;
  readonly pluginsFrom?: readonly PluginValueFrom[];
}

export interface ConsumerGroupSpec {
  readonly gatewayRef?: { readonly name: string };
  readonly adminId?: string;
  readonly desc?: string;
  readonly plugins: Plugins;
  readonly pluginsFrom?: readonly PluginValueFrom[];
  readonly labels?: Labels;
}

export interface StreamRouteSpec {
  readonly gatewayRef?: { readonly name: string };
  readonly adminId?: string;
  readonly desc?: string;
  readonly remoteAddr?: string;
  readonly serverAddr?: string;
  readonly serverPort?: number;
  readonly sni?: string;
  readonly serviceRef?: LocalRef;
  readonly upstreamRef?: LocalRef;
  readonly upstream?: UpstreamFields;
  readonly plugins?: Plugins;
  readonly pluginsFrom?: readonly PluginValueFrom[];
  readonly protocol?: {
    readonly name: string;
    readonly superiorRef?: LocalRef;
    readonly conf?: JsonObject;
    readonly logger?: readonly JsonObject[];
  };
  readonly labels?: Labels;
}

export interface ProtoSpec {
  readonly gatewayRef?: { readonly name: string };
  readonly adminId?: string;
  readonly desc?: string;
  readonly content?: string;
  /** A key of a ConfigMap, in place of `content`. */
  readonly contentFrom?: LocalKeyRef;
  readonly labels?: Labels;
}

export interface CertificateSpec {
  readonly gatewayRef?: { readonly name: string };
  readonly adminId?: string;
  readonly type?: "server" | "client";
  readonly snis?: readonly string[];
  /** A Secret with `tls.crt` and `tls.key`. */
  readonly secretRef: LocalRef;
  readonly client?: {
    readonly caFrom: LocalKeyRef;
    readonly depth?: number;
    readonly skipMtlsUriRegex?: readonly string[];
  };
  readonly sslProtocols?: readonly string[];
  readonly enabled?: boolean;
  readonly labels?: Labels;
}

export interface SecretProviderSpec {
  readonly gatewayRef?: { readonly name: string };
  readonly vault?: {
    readonly uri: string;
    readonly prefix: string;
    readonly tokenFrom: LocalKeyRef;
    readonly namespace?: string;
  };
  readonly aws?: {
    readonly accessKeyId: string;
    readonly secretAccessKeyFrom: LocalKeyRef;
    readonly sessionTokenFrom?: LocalKeyRef;
    readonly region?: string;
    readonly endpointUrl?: string;
  };
  readonly gcp?: {
    readonly authConfig: {
      readonly clientEmail: string;
      readonly privateKeyFrom: LocalKeyRef;
      readonly projectId: string;
      readonly tokenUri?: string;
      readonly scope?: readonly string[];
      readonly entriesUri?: string;
    };
    readonly sslVerify?: boolean;
  };
}

/** Where a gateway has its configuration from: objects in etcd, or one document that is pushed to every instance. */
export const gatewayModes = ["etcd", "standalone"] as const;
export type GatewayMode = (typeof gatewayModes)[number];

/** What may be done to the objects on a gateway, most first. */
export const syncPolicies = ["sync", "upsertOnly", "createOnly", "observe"] as const;
export type SyncPolicy = (typeof syncPolicies)[number];

/** What is done about what others changed on a gateway. */
export const driftPolicies = ["correct", "report", "ignore"] as const;
export type DriftPolicy = (typeof driftPolicies)[number];

/** How fast the operator may write to one gateway; left out: as fast as it answers, ten writes side by side. */
export interface GatewayPace {
  readonly concurrency?: number;
  readonly writesPerSecond?: number;
}

/** The Service in front of an Admin API: each of its ready endpoints is an address. */
export interface GatewayAdminService {
  readonly namespace: string;
  readonly name: string;
  /** The name of its port, or the number that its endpoints listen on. */
  readonly port: string | number;
  readonly scheme?: "http" | "https";
}

export interface GatewaySpec {
  /** One of `urls` and `service`. */
  readonly admin: {
    readonly urls?: readonly string[];
    readonly service?: GatewayAdminService;
    readonly keyFrom: SecretKeyRef;
    readonly caFrom?: SecretKeyRef;
  };
  readonly mode?: GatewayMode;
  readonly router?: RouterFlavor;
  readonly policy?: SyncPolicy;
  readonly guards?: { readonly maxDeletes?: number };
  readonly drift?: DriftPolicy;
  readonly pace?: GatewayPace;
  readonly instance?: string;
  readonly takeOver?: boolean;
  readonly default?: boolean;
}

/** What the spec of each attached kind holds. */
export interface AttachedSpecs {
  readonly GatewayRoute: RouteSpec;
  readonly GatewayService: ServiceSpec;
  readonly GatewayUpstream: UpstreamSpec;
  readonly GatewayPluginConfig: PluginConfigSpec;
  readonly GatewayGlobalRule: GlobalRuleSpec;
  readonly GatewayPluginMetadata: PluginMetadataSpec;
  readonly GatewayConsumer: ConsumerSpec;
  readonly GatewayConsumerGroup: ConsumerGroupSpec;
  readonly GatewayStreamRoute: StreamRouteSpec;
  readonly GatewayProto: ProtoSpec;
  readonly GatewayCertificate: CertificateSpec;
  readonly GatewaySecretProvider: SecretProviderSpec;
}

export type GatewayManifest = Manifest<"ApisixGateway", GatewaySpec>;
export type ManifestOf<Kind extends AttachedKind> = Manifest<Kind, AttachedSpecs[Kind]>;
export type RouteManifest = ManifestOf<"GatewayRoute">;
export type ServiceManifest = ManifestOf<"GatewayService">;
export type UpstreamManifest = ManifestOf<"GatewayUpstream">;
export type PluginConfigManifest = ManifestOf<"GatewayPluginConfig">;
export type AttachedManifest = { readonly [Kind in AttachedKind]: ManifestOf<Kind> }[AttachedKind];
export type AnyManifest = GatewayManifest | AttachedManifest;

/** A resource that could not be decoded: it keeps its last good version on the gateway and carries the blame. */
export interface InvalidManifest {
  readonly kind: ResourceKind;
  readonly meta: ObjectMeta;
  /** `spec.gatewayRef.name` where it could still be read. */
  readonly gatewayRef?: { readonly name: string };
  readonly status?: JsonObject;
  readonly problems: readonly FieldProblem[];
}

/** One thing wrong with one field: `path` as in `spec.hosts[0]`, message in words a person understands. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

export type Decoded<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problems: readonly FieldProblem[] };

export function refOf(object: { readonly kind: ResourceKind; readonly meta: ObjectMeta }): ResourceRef {
  return { kind: object.kind, namespace: object.meta.namespace, name: object.meta.name };
}

/** `GatewayRoute/shop/cart`, `ApisixGateway/main`: unique, sortable, and what the `origin` label says. */
export function keyOf(ref: ResourceRef): string {
  return ref.namespace === "" ? `${ref.kind}/${ref.name}` : `${ref.kind}/${ref.namespace}/${ref.name}`;
}

/** `GatewayRoute shop/cart`: for people. */
export function nameOf(ref: ResourceRef): string {
  return ref.namespace === "" ? `${ref.kind} ${ref.name}` : `${ref.kind} ${ref.namespace}/${ref.name}`;
}
