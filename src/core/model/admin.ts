import type { Json, JsonObject } from "./json.ts";

/**
 * The kinds of the Admin API that the operator writes, as they stand in its URLs. Where the references leave it open,
 * work is done in this order, and deletions in reverse.
 */
export const adminKinds = ["upstreams", "plugin_configs", "services", "routes"] as const;
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

/** What a PUT of each kind carries. */
export interface AdminBodies {
  readonly routes: AdminRoute;
  readonly services: AdminService;
  readonly upstreams: AdminUpstream;
  readonly plugin_configs: AdminPluginConfig;
}

/** The three routers of APISIX, by their configuration strings (`apisix.router.http`). */
export const routerFlavors = ["radixtree_host_uri", "radixtree_uri", "radixtree_uri_with_parameter"] as const;
export type RouterFlavor = (typeof routerFlavors)[number];
