import type { Schema } from "../schema/check.ts";
import { fieldsOf, written, type MutableObject } from "../schema/lua.ts";
import { clientAddress, id, method } from "../schema/parts.ts";
import { upstream } from "../schema/upstream.ts";
import { isAddressOrRange } from "../admin/addresses.ts";
import { expressionFault } from "../admin/expression.ts";
import type { PluginSpec } from "./spec.ts";

// Schemas of plugins that are often met and that the sandbox does not run.
// Source: apache/apisix 3.18, apisix/plugins/NAME.lua.

const origins = "^(\\*|\\*\\*|null|\\w+://[^,]+(,\\w+://[^,]+)*)$";
const everything: Schema = { type: "string", default: "*" };
const texts: Schema = {
  type: "array",
  items: { type: "string", minLength: 1, maxLength: 4096 },
  minItems: 1,
  uniqueItems: true,
};
const rejectedCode: Schema = { type: "integer", minimum: 200, default: 403 };
const charSet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIGKLMNOPQRSTUVWXYZ0123456789";
const addressList: Schema = { type: "array", items: { anyOf: clientAddress.anyOf ?? [] }, minItems: 1 };
const names: Schema = { type: "array", minItems: 1, items: { type: "string" } };
const agents: Schema = { type: "array", minItems: 1, items: { type: "string", minLength: 1 } };

export const accessSpecs: Readonly<Record<string, PluginSpec>> = {
  cors: {
    schema: {
      type: "object",
      properties: {
        allow_origins: { type: "string", pattern: origins, default: "*" },
        allow_methods: everything,
        allow_headers: everything,
        expose_headers: { type: "string" },
        max_age: { type: "integer", default: 5 },
        allow_credential: { type: "boolean", default: false },
        allow_origins_by_regex: texts,
        allow_origins_by_metadata: texts,
        timing_allow_origins: { type: "string", pattern: origins, since: "3.8" },
        timing_allow_origins_by_regex: { ...texts, since: "3.8" },
      },
    },
    check(config) {
      const options = ["allow_origins", "allow_methods", "allow_headers", "expose_headers", "timing_allow_origins"];
      if (config["allow_credential"] !== true || options.every((option) => config[option] !== "*")) return undefined;
      return "you can not set '*' for other option when 'allow_credential' is true";
    },
  },
  "request-id": {
    schema: {
      type: "object",
      properties: {
        header_name: { type: "string", default: "X-Request-Id" },
        include_in_response: { type: "boolean", default: true },
        algorithm: { type: "string", enum: ["uuid", "nanoid", "range_id", "ksuid", "uuidv7"], default: "uuid" },
        range_id: {
          type: "object",
          properties: {
            length: { type: "integer", minimum: 6, default: 16 },
            char_set: { type: "string", minLength: 6, default: charSet },
          },
          default: { length: 16, char_set: charSet },
        },
      },
    },
  },
  "traffic-split": {
    schema: {
      type: "object",
      properties: {
        rules: {
          type: "array",
          items: {
            type: "object",
            properties: {
              match: { type: "array", items: { type: "object", properties: { vars: { type: "array" } } } },
              weighted_upstreams: {
                type: "array",
                items: {
                  type: "object",
                  properties: {
                    upstream_id: id,
                    upstream,
                    weight: { type: "integer", default: 1, minimum: 0 },
                  },
                },
                default: [{ weight: 1 }],
                minItems: 1,
                maxItems: 20,
              },
            },
          },
        },
      },
    },
    check(config) {
      for (const rule of objectsIn(config["rules"])) {
        for (const { vars } of objectsIn(rule["match"])) {
          const fault = vars === undefined ? "missing argument rule" : expressionFault(vars);
          if (fault !== undefined) return `failed to validate the 'vars' expression: ${fault}`;
        }
      }
      return undefined;
    },
  },
  "grpc-transcode": {
    schema: {
      type: "object",
      properties: {
        proto_id: id,
        service: { type: "string" },
        method: { type: "string" },
        deadline: { type: "number", default: 0 },
        show_status_in_body: { type: "boolean", default: false },
        status_detail_type: { type: "string" },
      },
      required: ["proto_id", "service", "method"],
    },
  },
  "ip-restriction": {
    schema: {
      type: "object",
      properties: {
        message: { type: "string", minLength: 1, maxLength: 1024, default: "Your IP address is not allowed" },
        response_code: { type: "integer", minimum: 403, maximum: 404, default: 403 },
        whitelist: addressList,
        blacklist: addressList,
      },
      oneOf: [{ required: ["whitelist"] }, { required: ["blacklist"] }],
    },
    check(config) {
      const listed = [config["whitelist"], config["blacklist"]].flatMap((list) => (Array.isArray(list) ? list : []));
      const bad = listed.find((address) => !isAddressOrRange(written(address)));
      return bad === undefined ? undefined : `invalid ip address: ${written(bad)}`;
    },
  },
  "consumer-restriction": {
    schema: {
      type: "object",
      properties: {
        type: {
          type: "string",
          enum: ["consumer_name", "service_id", "route_id", "consumer_group_id"],
          default: "consumer_name",
        },
        blacklist: names,
        whitelist: names,
        allowed_by_methods: {
          type: "array",
          items: {
            type: "object",
            properties: { user: { type: "string" }, methods: { type: "array", minItems: 1, items: method } },
          },
        },
        rejected_code: rejectedCode,
        rejected_msg: { type: "string" },
      },
      anyOf: [{ required: ["blacklist"] }, { required: ["whitelist"] }, { required: ["allowed_by_methods"] }],
    },
  },
  "uri-blocker": {
    schema: {
      type: "object",
      properties: {
        block_rules: { type: "array", items: { type: "string", minLength: 1, maxLength: 4096 }, uniqueItems: true },
        rejected_code: rejectedCode,
        rejected_msg: { type: "string", minLength: 1 },
        case_insensitive: { type: "boolean", default: false },
      },
      required: ["block_rules"],
    },
  },
  "ua-restriction": {
    schema: {
      type: "object",
      properties: {
        bypass_missing: { type: "boolean", default: false },
        allowlist: agents,
        denylist: agents,
        message: { type: "string", minLength: 1, maxLength: 1024, default: "Not allowed" },
      },
      oneOf: [{ required: ["allowlist"] }, { required: ["denylist"] }],
    },
  },
  prometheus: {
    schema: { type: "object", properties: { prefer_name: { type: "boolean", default: false } } },
  },
  "http-logger": {
    schema: {
      type: "object",
      properties: {
        uri: { type: "string", pattern: "^[^\\/]+:\\/\\/([\\da-zA-Z.-]+|\\[[\\da-fA-F:]+\\])(:\\d+)?" },
        auth_header: { type: "string" },
        timeout: { type: "integer", minimum: 1, default: 3 },
        log_format: { type: "object" },
        include_req_body: { type: "boolean", default: false },
        include_resp_body: { type: "boolean", default: false },
        concat_method: { type: "string", default: "json", enum: ["json", "new_line"] },
        ssl_verify: { type: "boolean", default: false },
      },
      required: ["uri"],
      encrypt_fields: ["auth_header"],
    },
    metadataSchema: logMetadata(),
  },
  ...Object.fromEntries(
    ["tcp-logger", "udp-logger", "kafka-logger", "file-logger", "syslog"].map((name) => [
      name,
      { schema: { type: "object", properties: {} }, metadataSchema: logMetadata() } satisfies PluginSpec,
    ]),
  ),
};

function logMetadata(): Schema {
  return { type: "object", properties: { log_format: { type: "object" }, log_format_extra: { type: "object" } } };
}

function objectsIn(value: MutableObject[string] | undefined): MutableObject[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}
