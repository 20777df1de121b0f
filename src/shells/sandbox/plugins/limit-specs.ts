import type { Schema } from "../schema/check.ts";
import type { PluginSpec } from "./spec.ts";

// Schemas of the plugins that count. Source: apache/apisix 3.3 to 3.18, apisix/plugins/limit-{count/init,conn,req}.lua and
// apisix/utils/redis-schema.lua.

const amount = (bound: Schema): Schema => ({ oneOf: [{ type: "integer", ...bound }, { type: "string" }] });
const positive = amount({ exclusiveMinimum: 0 });
const rejection = {
  rejected_code: { type: "integer", minimum: 200, maximum: 599, default: 503 },
  rejected_msg: { type: "string", minLength: 1 },
  allow_degradation: { type: "boolean", default: false },
} as const satisfies Readonly<Record<string, Schema>>;
const keyType = (options: readonly string[]): Schema => ({ type: "string", enum: options, default: "var" });

const redisFields: Readonly<Record<string, readonly string[]>> = {
  redis: ["redis_host"],
  "redis-cluster": ["redis_cluster_nodes", "redis_cluster_name"],
  "redis-sentinel": ["redis_sentinels", "redis_master_name"],
};

/** `policy` and the fields that each way of storing the counters needs. */
function policies(names: readonly string[]): Schema {
  const [name, ...others] = names;
  if (name === undefined) return {};
  return {
    if: { properties: { policy: { enum: [name] } } },
    // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema calls it so
    then: { required: redisFields[name] ?? [] },
    ...(others.length === 0 ? {} : { else: policies(others) }),
  };
}
const policy = (names: readonly string[]): Schema => ({ type: "string", enum: ["local", ...names], default: "local" });

export const limitSpecs: Readonly<Record<string, PluginSpec>> = {
  "limit-count": {
    schema: {
      type: "object",
      properties: {
        count: positive,
        time_window: positive,
        window_type: { type: "string", enum: ["fixed", "sliding"], default: "fixed", since: "3.17" },
        rules: {
          since: "3.16",
          type: "array",
          items: {
            type: "object",
            properties: {
              count: positive,
              time_window: positive,
              key: { type: "string" },
              header_prefix: { type: "string", description: "prefix for rate limit headers" },
            },
            required: ["count", "time_window", "key"],
          },
        },
        group: { type: "string" },
        key: { type: "string", default: "remote_addr" },
        key_type: keyType(["var", "var_combination", "constant"]),
        ...rejection,
        policy: policy(["redis", "redis-cluster", "redis-sentinel"]),
        show_limit_quota_header: { type: "boolean", default: true },
        sync_interval: { type: "number", default: -1, since: "3.17" },
      },
      oneOf: [{ required: ["count", "time_window"] }, { required: ["rules"] }],
      ...policies(["redis", "redis-cluster", "redis-sentinel"]),
      encrypt_fields: ["redis_password", "sentinel_password"],
    },
    metadataSchema: {
      type: "object",
      properties: {
        limit_header: { type: "string", default: "X-RateLimit-Limit" },
        remaining_header: { type: "string", default: "X-RateLimit-Remaining" },
        reset_header: { type: "string", default: "X-RateLimit-Reset" },
      },
    },
  },
  "limit-conn": {
    schema: {
      type: "object",
      properties: {
        conn: positive,
        burst: amount({ minimum: 0 }),
        default_conn_delay: { type: "number", exclusiveMinimum: 0 },
        only_use_default_delay: { type: "boolean", default: false },
        key: { type: "string" },
        key_type: keyType(["var", "var_combination"]),
        policy: { ...policy(["redis", "redis-cluster"]), since: "3.9" },
        ...rejection,
        rules: {
          since: "3.16",
          type: "array",
          items: {
            type: "object",
            properties: { conn: positive, burst: amount({ minimum: 0 }), key: { type: "string" } },
            required: ["conn", "burst", "key"],
          },
        },
      },
      oneOf: [
        { required: ["conn", "burst", "default_conn_delay", "key"] },
        { required: ["default_conn_delay", "rules"] },
      ],
      ...policies(["redis", "redis-cluster"]),
      encrypt_fields: ["redis_password"],
    },
  },
  "limit-req": {
    schema: {
      type: "object",
      properties: {
        rate: { type: "number", exclusiveMinimum: 0 },
        burst: { type: "number", minimum: 0 },
        key: { type: "string" },
        key_type: keyType(["var", "var_combination"]),
        policy: { ...policy(["redis", "redis-cluster"]), since: "3.9" },
        ...rejection,
        nodelay: { type: "boolean", default: false },
      },
      required: ["rate", "burst", "key"],
      ...policies(["redis", "redis-cluster"]),
      encrypt_fields: ["redis_password"],
    },
  },
};
