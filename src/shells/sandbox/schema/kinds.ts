import type { Schema } from "./check.ts";
import {
  certificate,
  clientAddress,
  closed,
  desc,
  host,
  id,
  labels,
  metadata,
  method,
  name,
  plugins,
  port,
  privateKey,
  script,
  serverAddress,
  someOf,
  status,
  timeout,
  times,
  websocket,
} from "./parts.ts";
import { upstream } from "./upstream.ts";

// What a PUT of each kind may carry. Source: apache/apisix 3.3 to 3.18, apisix/schema_def.lua.

const neitherNor = (one: string, many: string): Schema => ({
  oneOf: [{ not: { anyOf: [{ required: [one] }, { required: [many] }] } }, { required: [one] }, { required: [many] }],
});

const route: Schema = {
  type: "object",
  properties: {
    ...metadata,
    uri: { type: "string", minLength: 1, maxLength: 4096 },
    uris: someOf({ description: "HTTP uri", type: "string" }),
    priority: { type: "integer", default: 0 },
    methods: { type: "array", items: method, uniqueItems: true },
    host,
    hosts: someOf(host),
    remote_addr: clientAddress,
    remote_addrs: someOf(clientAddress),
    timeout,
    vars: { type: "array" },
    filter_func: { type: "string", minLength: 10, pattern: "^function" },
    script,
    script_id: id,
    plugins,
    plugin_config_id: id,
    upstream,
    service_id: id,
    upstream_id: id,
    enable_websocket: websocket,
    status: status("route"),
  },
  allOf: [
    { oneOf: [{ required: ["uri"] }, { required: ["uris"] }] },
    neitherNor("host", "hosts"),
    neitherNor("remote_addr", "remote_addrs"),
  ],
  anyOf: [
    { required: ["plugins", "uri"] },
    { required: ["upstream", "uri"] },
    { required: ["upstream_id", "uri"] },
    { required: ["service_id", "uri"] },
    { required: ["plugins", "uris"] },
    { required: ["upstream", "uris"] },
    { required: ["upstream_id", "uris"] },
    { required: ["service_id", "uris"] },
    { required: ["script", "uri"] },
    { required: ["script", "uris"] },
  ],
  not: { anyOf: [{ required: ["script", "plugins"] }, { required: ["script", "plugin_config_id"] }] },
  ...closed,
};

const service: Schema = {
  type: "object",
  properties: {
    ...metadata,
    plugins,
    upstream,
    upstream_id: id,
    script,
    enable_websocket: websocket,
    hosts: someOf(host),
  },
  ...closed,
};

const consumer: Schema = {
  type: "object",
  properties: {
    id: { ...id, since: "3.17" },
    username: {
      ...name,
      pattern: "^[a-zA-Z0-9_\\-]+$",
      was: [
        { until: "3.15", schema: { maxLength: 100 } },
        { until: "3.13", schema: { pattern: "^[a-zA-Z0-9_]+$" } },
      ],
    },
    desc,
    labels,
    ...times,
    group_id: id,
    plugins,
  },
  required: ["username"],
  ...closed,
};

const credential: Schema = {
  type: "object",
  properties: {
    id: {
      oneOf: [
        id,
        {
          type: "string",
          minLength: 15,
          maxLength: 128,
          pattern: "^[a-zA-Z0-9-_]+/credentials/[a-zA-Z0-9-_.]+$",
        },
      ],
      was: [{ until: "3.17", schema: id, without: ["oneOf"] }],
    },
    name: { ...name, since: "3.13" },
    desc,
    labels,
    ...times,
    plugins: { type: "object", maxProperties: 1 },
  },
  additionalProperties: false,
  was: [{ until: "3.13", without: ["additionalProperties"] }],
};

const snis: Schema = { type: "array", items: host, minItems: 1 };
const ssl: Schema = {
  type: "object",
  properties: {
    id,
    desc: { ...desc, since: "3.13" },
    labels,
    ...times,
    type: {
      description: "ssl certificate type, server to server certificate, client to client certificate for upstream",
      type: "string",
      default: "server",
      enum: ["server", "client"],
    },
    cert: certificate,
    key: privateKey,
    sni: host,
    snis,
    certs: { type: "array", items: certificate },
    keys: { type: "array", items: privateKey },
    client: {
      type: "object",
      properties: {
        ca: certificate,
        depth: { type: "integer", minimum: 0, default: 1 },
        skip_mtls_uri_regex: {
          ...someOf({ description: "uri regular expression to skip mtls", type: "string" }),
          since: "3.4",
        },
      },
      required: ["ca"],
    },
    status: status("ssl"),
    ssl_protocols: {
      since: "3.5",
      description: "set ssl protocols",
      type: "array",
      maxItems: 3,
      uniqueItems: true,
      items: { enum: ["TLSv1.1", "TLSv1.2", "TLSv1.3"] },
    },
  },
  if: { properties: { type: { enum: ["server"] } } },
  // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema calls it so
  then: { oneOf: [{ required: ["sni", "key", "cert"] }, { required: ["snis", "key", "cert"] }] },
  else: { required: ["key", "cert"] },
  ...closed,
};

const proto: Schema = {
  type: "object",
  properties: {
    ...metadata,
    name: { ...name, since: "3.13" },
    labels: { ...labels, since: "3.13" },
    content: { type: "string", minLength: 1, maxLength: 1_048_576 },
  },
  required: ["content"],
  ...closed,
};

const global_rule: Schema = {
  type: "object",
  properties: { id, ...times, plugins },
  required: ["id", "plugins"],
  ...closed,
};

const plugin_config: Schema = {
  type: "object",
  properties: { ...metadata, name: { type: "string", since: "3.7" }, plugins },
  required: ["id", "plugins"],
  ...closed,
};

const consumer_group: Schema = {
  type: "object",
  properties: { ...metadata, name: { ...name, since: "3.13" }, plugins },
  required: ["id", "plugins"],
  ...closed,
};

const protocol: Schema = {
  type: "object",
  properties: {
    name: { type: "string" },
    superior_id: id,
    conf: { description: "protocol-specific configuration", type: "object" },
    logger: {
      type: "array",
      items: {
        properties: {
          name: { type: "string" },
          filter: { description: "logger filter rules", type: "array" },
          conf: { description: "logger plugin configuration", type: "object" },
        },
        dependencies: { name: ["conf"] },
        additionalProperties: false,
      },
    },
  },
  required: ["name"],
};

const stream_route: Schema = {
  type: "object",
  properties: {
    ...metadata,
    name: { ...name, since: "3.13" },
    labels: { ...labels, since: "3.8" },
    remote_addr: clientAddress,
    server_addr: serverAddress,
    server_port: { description: "server port", ...port },
    sni: { description: "server name indication", ...host },
    upstream,
    upstream_id: id,
    service_id: { ...id, since: "3.7" },
    plugins,
    protocol,
  },
  ...closed,
};

/** By the name under which `GET /apisix/admin/schema/NAME` serves them. */
export const kindSchemas = {
  route,
  service,
  upstream,
  consumer,
  credential,
  ssl,
  proto,
  global_rule,
  plugin_config,
  consumer_group,
  stream_route,
} as const satisfies Readonly<Record<string, Schema>>;
