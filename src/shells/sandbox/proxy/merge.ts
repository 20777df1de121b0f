import {
  isJsonObject,
  type AdminUpstream,
  type Json,
  type JsonObject,
  type Timeout,
} from "../../../core/model/index.ts";
import type { ObjectStore } from "../store/objects.ts";
import { written } from "../schema/lua.ts";

/** A matched route with what it takes from its plugin config and its service. */
export interface MergedRoute {
  readonly id: string;
  readonly name: string | undefined;
  readonly serviceId: string | undefined;
  readonly serviceName: string | undefined;
  /** Plugin name → configuration; the whole configuration comes from one place. */
  readonly plugins: JsonObject;
  readonly hasWebsocket: boolean;
  readonly timeout: Timeout | undefined;
  readonly upstream:
    | { readonly kind: "ready"; readonly upstream: AdminUpstream }
    /** It names one that is gone. */
    | { readonly kind: "lost" }
    /** There is none, neither here nor in the service. */
    | { readonly kind: "none" };
}

/**
 * `"lostService"` and `"lostPluginConfig"`: the reference was broken by force, so the request ends there.
 * Source: apache/apisix 3.18, apisix/init.lua, http_access_phase(), and apisix/plugin.lua, merge_service_route().
 */
export function mergedRoute(route: JsonObject, store: ObjectStore): MergedRoute | "lostService" | "lostPluginConfig" {
  const pluginConfig = referenced(route["plugin_config_id"], "plugin_configs", store);
  if (pluginConfig === "lost") return "lostPluginConfig";
  const service = referenced(route["service_id"], "services", store);
  if (service === "lost") return "lostService";
  const enabled = route["enable_websocket"] ?? service["enable_websocket"];
  return {
    id: written(route["id"]),
    name: textOf(route["name"]),
    serviceId: route["service_id"] === undefined ? undefined : written(route["service_id"]),
    serviceName: textOf(service["name"]),
    plugins: { ...objectOf(service["plugins"]), ...objectOf(pluginConfig["plugins"]), ...objectOf(route["plugins"]) },
    hasWebsocket: enabled === true,
    timeout: timeoutOf(route["timeout"]),
    upstream: upstreamOf(route, service, store),
  };
}

/** An id on the route over all of the service; an inline upstream of the route clears an id of the service. */
function upstreamOf(route: JsonObject, service: JsonObject, store: ObjectStore): MergedRoute["upstream"] {
  const ownInline = route["upstream"];
  const id = route["upstream_id"] ?? (ownInline === undefined ? service["upstream_id"] : undefined);
  if (id !== undefined) {
    const named = referenced(id, "upstreams", store);
    return named === "lost" ? { kind: "lost" } : { kind: "ready", upstream: named };
  }
  const inline = ownInline ?? service["upstream"];
  return isJsonObject(inline) ? { kind: "ready", upstream: inline } : { kind: "none" };
}

/** `{}` where nothing is named. */
function referenced(id: Json | undefined, kind: string, store: ObjectStore): JsonObject | "lost" {
  if (id === undefined) return {};
  const stored = store.get(`/${kind}/${written(id)}`);
  return stored === undefined ? "lost" : objectOf(stored.value);
}

function timeoutOf(value: Json | undefined): Timeout | undefined {
  const { connect, send, read } = objectOf(value);
  if (typeof connect !== "number" || typeof send !== "number" || typeof read !== "number") return undefined;
  return { connect, send, read };
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function textOf(value: Json | undefined): string | undefined {
  return value === undefined ? undefined : written(value);
}
