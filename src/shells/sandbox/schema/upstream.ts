import type { Schema } from "./check.ts";
import { certificate, closed, host, id, metadata, method, port, privateKey, timeout } from "./parts.ts";

// Source: apache/apisix 3.3 to 3.18, apisix/schema_def.lua, upstream_schema.

const checkType: Schema = { type: "string", enum: ["http", "https", "tcp"], default: "http" };
const count = (minimum: number, byDefault: number): Schema => ({
  type: "integer",
  minimum,
  maximum: 254,
  default: byDefault,
});
const interval: Schema = { type: "integer", minimum: 1, default: 1 };
const statuses = (byDefault: readonly number[]): Schema => ({
  type: "array",
  minItems: 1,
  items: { type: "integer", minimum: 200, maximum: 599 },
  uniqueItems: true,
  default: byDefault,
});

const active: Schema = {
  type: "object",
  properties: {
    type: checkType,
    timeout: { type: "number", default: 1 },
    concurrency: { type: "integer", default: 10 },
    host,
    port,
    http_method: { type: "string", enum: method.enum ?? [], default: "GET", since: "3.18" },
    http_path: { type: "string", default: "/" },
    http_req_body: { type: "string", default: "", since: "3.18" },
    https_verify_certificate: { type: "boolean", default: true },
    healthy: {
      type: "object",
      properties: { interval, http_statuses: statuses([200, 302]), successes: count(1, 2) },
    },
    unhealthy: {
      type: "object",
      properties: {
        interval,
        http_statuses: statuses([429, 404, 500, 501, 502, 503, 504, 505]),
        http_failures: count(1, 5),
        tcp_failures: count(1, 2),
        timeouts: count(1, 3),
      },
    },
    req_headers: { type: "array", minItems: 1, items: { type: "string", uniqueItems: true } },
  },
};

const healthyByDefault = [
  200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308,
];
const passive: Schema = {
  type: "object",
  properties: {
    type: checkType,
    healthy: { type: "object", properties: { http_statuses: statuses(healthyByDefault), successes: count(0, 5) } },
    unhealthy: {
      type: "object",
      properties: {
        http_statuses: statuses([429, 500, 503]),
        tcp_failures: count(0, 2),
        timeouts: count(0, 7),
        http_failures: count(0, 5),
      },
    },
  },
};

const weight: Schema = { description: "weight of node", type: "integer", minimum: 0 };
const nodes: Schema = {
  anyOf: [
    { type: "object", patternProperties: { ".*": weight } },
    {
      type: "array",
      items: {
        type: "object",
        properties: {
          host,
          port: { description: "port of node", ...port, was: [{ until: "3.10", without: ["maximum"] }] },
          weight,
          priority: { description: "priority of node", type: "integer", default: 0 },
          metadata: { description: "metadata of node", type: "object" },
        },
        required: ["host", "weight"],
        was: [{ until: "3.8", schema: { required: ["host", "port", "weight"] } }],
      },
    },
  ],
};

const tls: Schema = {
  type: "object",
  properties: {
    client_cert_id: id,
    client_cert: certificate,
    client_key: privateKey,
    verify: {
      type: "boolean",
      description: "Turn on server certificate verification, currently only kafka upstream is supported",
      default: false,
    },
  },
  dependencies: {
    client_cert: { required: ["client_key"] },
    client_key: { required: ["client_cert"] },
    client_cert_id: { not: { required: ["client_cert", "client_key"] } },
  },
  was: [
    {
      until: "3.7",
      schema: {
        dependencies: {
          client_cert: { required: ["client_key"], not: { required: ["client_cert_id"] } },
          client_key: { required: ["client_cert"], not: { required: ["client_cert_id"] } },
          client_cert_id: { not: { required: ["client_client", "client_key"] } },
        },
      },
    },
  ],
};

export const upstream: Schema = {
  type: "object",
  properties: {
    ...metadata,
    nodes,
    retries: { type: "integer", minimum: 0 },
    retry_timeout: { type: "number", minimum: 0 },
    timeout,
    tls,
    keepalive_pool: {
      type: "object",
      properties: {
        size: { type: "integer", default: 320, minimum: 1 },
        idle_timeout: { type: "number", default: 60, minimum: 0 },
        requests: { type: "integer", default: 1000, minimum: 1 },
      },
    },
    type: { description: "algorithms of load balancing", type: "string", default: "roundrobin" },
    checks: {
      type: "object",
      properties: { active, passive },
      anyOf: [{ required: ["active"] }, { required: ["active", "passive"] }],
      was: [{ until: "3.14", schema: { additionalProperties: false } }],
    },
    hash_on: {
      type: "string",
      default: "vars",
      enum: ["vars", "header", "cookie", "consumer", "vars_combinations"],
    },
    key: { description: "the key of chash for dynamic load balancing", type: "string" },
    scheme: {
      default: "http",
      enum: ["grpc", "grpcs", "http", "https", "tcp", "tls", "udp", "kafka"],
      description:
        "The scheme of the upstream. For L7 proxy, it can be one of grpc/grpcs/http/https. For L4 proxy, it can be one of tcp/tls/udp. For specific protocols, it can be kafka.",
    },
    discovery_type: { description: "discovery type", type: "string" },
    discovery_args: {
      type: "object",
      properties: {
        namespace_id: { description: "namespace id", type: "string" },
        group_name: { description: "group name", type: "string" },
      },
    },
    pass_host: {
      description: "mod of host passing",
      type: "string",
      enum: ["pass", "node", "rewrite"],
      default: "pass",
    },
    upstream_host: host,
    service_name: { type: "string", minLength: 1, maxLength: 256 },
  },
  oneOf: [{ required: ["nodes"] }, { required: ["service_name", "discovery_type"] }],
  ...closed,
};

const headerKey: Schema = { type: "string", pattern: "^[a-zA-Z0-9-_]+$" };
/** What `key` must look like under `type: chash`, by `hash_on`. */
export const hashKeys: Readonly<Record<string, Schema | undefined>> = {
  vars: {
    type: "string",
    pattern:
      "^((uri|server_name|server_addr|request_uri|remote_port|remote_addr|query_string|host|hostname|mqtt_client_id)|arg_[0-9a-zA-z_-]+)$",
  },
  header: headerKey,
  cookie: headerKey,
  vars_combinations: { type: "string" },
};
