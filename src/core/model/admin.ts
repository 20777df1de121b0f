import { type Json, type JsonObject, isJsonObject } from "./json.ts";

/**
 * The kinds of the Admin API that the operator writes, as they stand in its URLs. Where the references leave it open,
 * work is done in this order, and deletions in reverse.
 */
export const adminKinds = [
  "secrets",
  "ssls",
  "upstreams",
  "protos",
  "plugin_configs",
  "consumer_groups",
  "services",
  "consumers",
  "credentials",
  "plugin_metadata",
  "global_rules",
  "stream_routes",
  "routes",
] as const;
export type AdminKind = (typeof adminKinds)[number];

/** `pluginConfigs` for `plugin_configs`: what the count of a kind is called in the status of a gateway. */
export function countNameOf(kind: AdminKind): string {
  return kind.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

export type Labels = Readonly<Record<string, string>>;
/** Plugin name → its configuration, exactly as APISIX documents it. */
export type Plugins = Readonly<Record<string, JsonObject>>;

/** Seconds. Source: apache/apisix 3.18, apisix/schema_def.lua, timeout_def. */
export interface Timeout {
  readonly connect: number;
  readonly send: number;
  readonly read: number;
}

/**
 * A route as the Admin API spells it (field names are APISIX's own). The matcher, the precedence code and the
 * sandbox all read this shape; foreign routes may carry more fields than are named here.
 * Source: apache/apisix 3.18, apisix/schema_def.lua, _M.route.
 */
export interface AdminRoute {
  readonly id?: string | number;
  readonly name?: string;
  readonly desc?: string;
  readonly labels?: Labels;
  readonly uri?: string;
  readonly uris?: readonly string[];
  readonly host?: string;
  readonly hosts?: readonly string[];
  readonly methods?: readonly string[];
  readonly remote_addr?: string;
  readonly remote_addrs?: readonly string[];
  readonly vars?: readonly Json[];
  readonly filter_func?: string;
  /** Absent means 0. */
  readonly priority?: number;
  /** 0: disabled; absent or 1: enabled. */
  readonly status?: number;
  readonly enable_websocket?: boolean;
  readonly timeout?: Timeout;
  readonly plugins?: Plugins;
  readonly plugin_config_id?: string | number;
  readonly service_id?: string | number;
  readonly upstream_id?: string | number;
  readonly upstream?: AdminUpstream;
}

export interface AdminService {
  readonly id?: string | number;
  readonly name?: string;
  readonly desc?: string;
  readonly labels?: Labels;
  readonly hosts?: readonly string[];
  readonly plugins?: Plugins;
  readonly upstream_id?: string | number;
  readonly upstream?: AdminUpstream;
  readonly enable_websocket?: boolean;
}

export interface AdminUpstream {
  readonly id?: string | number;
  readonly name?: string;
  readonly desc?: string;
  readonly labels?: Labels;
  readonly nodes?: readonly UpstreamNode[] | Readonly<Record<string, number>>;
  readonly service_name?: string;
  readonly discovery_type?: string;
  readonly discovery_args?: JsonObject;
  readonly type?: string;
  readonly hash_on?: string;
  readonly key?: string;
  readonly scheme?: string;
  readonly pass_host?: string;
  readonly upstream_host?: string;
  readonly retries?: number;
  readonly retry_timeout?: number;
  readonly timeout?: Timeout;
  readonly keepalive_pool?: JsonObject;
  readonly checks?: JsonObject;
  readonly tls?: JsonObject;
}

export interface UpstreamNode {
  readonly host: string;
  readonly port?: number;
  readonly weight: number;
  readonly priority?: number;
}

export interface AdminPluginConfig {
  readonly id?: string | number;
  readonly name?: string;
  readonly desc?: string;
  readonly labels?: Labels;
  readonly plugins: Plugins;
}

export interface AdminGlobalRule {
  readonly id?: string | number;
  readonly plugins: Plugins;
}

export interface AdminConsumer {
  readonly id?: string | number;
  readonly username: string;
  readonly desc?: string;
  readonly labels?: Labels;
  readonly group_id?: string | number;
  readonly plugins?: Plugins;
}

/** Its id holds the consumer's: `shop_jack/credentials/main`. */
export interface AdminCredential {
  readonly id?: string | number;
  readonly desc?: string;
  readonly labels?: Labels;
  readonly plugins?: Plugins;
}

export interface AdminConsumerGroup {
  readonly id?: string | number;
  readonly desc?: string;
  readonly labels?: Labels;
  readonly plugins: Plugins;
}

export interface AdminProto {
  readonly id?: string | number;
  readonly desc?: string;
  readonly labels?: Labels;
  readonly content: string;
}

export interface AdminStreamRoute {
  readonly id?: string | number;
  readonly desc?: string;
  readonly labels?: Labels;
  readonly remote_addr?: string;
  readonly server_addr?: string;
  readonly server_port?: number;
  readonly sni?: string;
  readonly plugins?: Plugins;
  readonly protocol?: {
    readonly name: string;
    readonly superior_id?: string | number;
    readonly conf?: JsonObject;
    readonly logger?: readonly JsonObject[];
  };
  readonly service_id?: string | number;
  readonly upstream_id?: string | number;
  readonly upstream?: AdminUpstream;
}

/** A certificate and its key. The gateway never shows the key again. */
export interface AdminSsl {
  readonly id?: string | number;
  readonly labels?: Labels;
  readonly type?: "server" | "client";
  readonly cert: string;
  readonly key: string;
  readonly snis?: readonly string[];
  readonly client?: { readonly ca: string; readonly depth?: number; readonly skip_mtls_uri_regex?: readonly string[] };
  readonly ssl_protocols?: readonly string[];
  readonly status?: number;
}

/** What a PUT of each kind carries. */
export interface AdminBodies {
  readonly routes: AdminRoute;
  readonly services: AdminService;
  readonly upstreams: AdminUpstream;
  readonly plugin_configs: AdminPluginConfig;
  readonly global_rules: AdminGlobalRule;
  /** Whatever the plugin wants; its id is the plugin's name. */
  readonly plugin_metadata: JsonObject;
  readonly consumers: AdminConsumer;
  readonly credentials: AdminCredential;
  readonly consumer_groups: AdminConsumerGroup;
  readonly protos: AdminProto;
  readonly stream_routes: AdminStreamRoute;
  readonly ssls: AdminSsl;
  /** As the manager wants it; the id begins with the manager: `vault/shop.keys_secret_main`. */
  readonly secrets: JsonObject;
}

/** The labels of a stored object; kinds without labels have none. */
export function labelsIn(body: AdminBodies[AdminKind]): Labels | undefined {
  const labels: unknown = "labels" in body ? body.labels : undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- wire/admin reads labels as texts by name
  return isJsonObject(labels) ? (labels as Labels) : undefined;
}

/** The three routers of APISIX, by their configuration strings (`apisix.router.http`). */
export const routerFlavors = ["radixtree_host_uri", "radixtree_uri", "radixtree_uri_with_parameter"] as const;
export type RouterFlavor = (typeof routerFlavors)[number];
