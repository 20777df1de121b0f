import { type AdminBodies, type AdminKind, type Json, type JsonObject, isJsonObject } from "../../core/model/index.ts";
import { listOf } from "./list-of.ts";

type Shape = "text" | "id" | "number" | "boolean" | "texts" | "list" | "object" | "labels";

const common: Readonly<Record<string, Shape>> = { id: "id", name: "text", desc: "text", labels: "labels" };

/** What decides which requests a route takes. */
const matching: Readonly<Record<string, Shape>> = {
  uri: "text",
  uris: "texts",
  host: "text",
  hosts: "texts",
  methods: "texts",
  remote_addr: "text",
  remote_addrs: "texts",
  vars: "list",
  filter_func: "text",
  priority: "number",
  status: "number",
};

/** The fields that somebody reads, and what they must be; all others pass as they are. */
const shapes: Readonly<Record<AdminKind, Readonly<Record<string, Shape>>>> = {
  routes: {
    ...common,
    ...matching,
    enable_websocket: "boolean",
    timeout: "object",
    plugins: "object",
    plugin_config_id: "id",
    service_id: "id",
    upstream_id: "id",
    upstream: "object",
  },
  services: { ...common, hosts: "texts", plugins: "object", upstream_id: "id", upstream: "object" },
  upstreams: common,
  plugin_configs: { ...common, plugins: "object" },
  global_rules: { id: "id", plugins: "object" },
  plugin_metadata: { id: "id" },
  consumers: { ...common, username: "text", group_id: "id", plugins: "object" },
  credentials: { ...common, plugins: "object" },
  consumer_groups: { ...common, plugins: "object" },
  protos: { ...common, content: "text" },
  ssls: { ...common, cert: "text", key: "text" },
  secrets: { id: "id" },
  stream_routes: {
    ...common,
    plugins: "object",
    protocol: "object",
    service_id: "id",
    upstream_id: "id",
    upstream: "object",
  },
};

/** Kinds that are nothing without plugins. */
const withPlugins: ReadonlySet<AdminKind> = new Set(["plugin_configs", "consumer_groups", "global_rules"]);

/**
 * A stored value as its kind. A field of the wrong type is left out. A route with such a field among those that match
 * requests reads as disabled: a worker that meets an object against its schema does not take it in.
 * Source: apache/apisix 3.18, apisix/core/config_etcd.lua, load_full_data() and sync_data().
 */
export function readValue<Kind extends AdminKind>(kind: Kind, raw: Json | undefined): AdminBodies[Kind] {
  const fields: [string, Json][] = [];
  let isLoaded = isJsonObject(raw);
  for (const [name, value] of Object.entries(isJsonObject(raw) ? raw : {})) {
    const shape = Object.hasOwn(shapes[kind], name) ? shapes[kind][name] : undefined;
    const read = shape === undefined ? value : readers[shape](value);
    if (read !== undefined) fields.push([name, read]);
    else if (Object.hasOwn(matching, name)) isLoaded = false;
  }
  if (kind === "routes" && !isLoaded) fields.push(["status", 0]);
  const value: JsonObject = { ...(withPlugins.has(kind) && { plugins: {} }), ...Object.fromEntries(fields) };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every field that somebody reads was looked at
  return value as unknown as AdminBodies[Kind];
}

/** The value if it is of that shape. */
const readers: Readonly<Record<Shape, (value: Json) => Json | undefined>> = {
  text: (value) => (typeof value === "string" ? value : undefined),
  number: (value) => (typeof value === "number" ? value : undefined),
  boolean: (value) => (typeof value === "boolean" ? value : undefined),
  id: (value) => (typeof value === "string" || typeof value === "number" ? value : undefined),
  object: (value) => (isJsonObject(value) ? value : undefined),
  list: listOf,
  texts: (value) => (listOf(value)?.every((item) => typeof item === "string") === true ? listOf(value) : undefined),
  labels: (value) => (isJsonObject(value) ? textsOf(value) : undefined),
};

function textsOf(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, label]) => typeof label === "string"));
}
