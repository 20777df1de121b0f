import type { AdminKind, Json } from "../model/index.ts";

/**
 * What a gateway may have filled in, shaped like the schema it comes from: `value` for the field itself, `fields` for
 * what is inside an object, `items` for each element of a list.
 */
export interface FieldDefaults {
  readonly value?: Json;
  readonly fields?: ReadonlyMap<string, FieldDefaults>;
  readonly items?: FieldDefaults;
}

export type KindDefaults = Readonly<Record<AdminKind, FieldDefaults>>;

// APISIX up to 3.13 validates the object that it stores, and its validator fills defaults in; from 3.14 on nothing is
// added. A default counts only inside an object that is there.
// Source: apache/apisix 3.13, apisix/schema_def.lua, health_checker, upstream_schema, _M.route; `http_method` and
// `http_req_body` are fields of 3.18.
const activeCheck = fieldsOf({
  type: "http",
  timeout: 1,
  concurrency: 10,
  http_method: "GET",
  http_path: "/",
  http_req_body: "",
  https_verify_certificate: true,
  healthy: fieldsOf({ interval: 1, http_statuses: [200, 302], successes: 2 }),
  unhealthy: fieldsOf({
    interval: 1,
    http_statuses: [429, 404, 500, 501, 502, 503, 504, 505],
    http_failures: 5,
    tcp_failures: 2,
    timeouts: 3,
  }),
});

const passiveCheck = fieldsOf({
  type: "http",
  healthy: fieldsOf({
    http_statuses: [200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308],
    successes: 5,
  }),
  unhealthy: fieldsOf({ http_statuses: [429, 500, 503], tcp_failures: 2, timeouts: 7, http_failures: 5 }),
});

const upstream = fieldsOf({
  type: "roundrobin",
  hash_on: "vars",
  scheme: "http",
  pass_host: "pass",
  nodes: { items: fieldsOf({ priority: 0 }) },
  checks: fieldsOf({ active: activeCheck, passive: passiveCheck }),
  keepalive_pool: fieldsOf({ size: 320, idle_timeout: 60, requests: 1000 }),
  tls: fieldsOf({ verify: false }),
});

/** Defaults of the core schema; those of plugins are the gateway's own to tell. */
export const builtInDefaults: KindDefaults = {
  routes: fieldsOf({ priority: 0, status: 1, upstream }),
  services: fieldsOf({ upstream }),
  upstreams: upstream,
  plugin_configs: {},
  global_rules: {},
  plugin_metadata: {},
  consumers: {},
  credentials: {},
  consumer_groups: {},
  protos: {},
  stream_routes: fieldsOf({ upstream }),
};

function fieldsOf(
  fields: Readonly<Record<string, Exclude<Json, object> | readonly number[] | FieldDefaults>>,
): FieldDefaults {
  return {
    fields: new Map(
      Object.entries(fields).map(([name, field]) => [name, isDefaults(field) ? field : { value: field }]),
    ),
  };
}

function isDefaults(field: Exclude<Json, object> | readonly number[] | FieldDefaults): field is FieldDefaults {
  return typeof field === "object" && field !== null && !Array.isArray(field);
}
