import type { Schema } from "./check.ts";

// The pieces that schemas of several kinds share. Facts of apache/apisix, apisix/schema_def.lua, of 3.18 and, for what
// came or changed since 3.3, of the releases named.

export const id: Schema = {
  anyOf: [
    { type: "string", minLength: 1, maxLength: 64, pattern: "^[a-zA-Z0-9-_.]+$" },
    { type: "integer", minimum: 1 },
  ],
};

/** `*`, or a name whose only star may be the first character. */
export const host: Schema = {
  type: "string",
  pattern: "^\\*$|^\\*?[0-9a-zA-Z-._\\[\\]:]+$",
  was: [{ until: "3.15", schema: { pattern: "^\\*?[0-9a-zA-Z-._\\[\\]:]+$" } }],
};

const octet = "([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])";
const looseIpv6 = "([a-fA-F0-9]{0,4}:){1,8}(:[a-fA-F0-9]{0,4}){0,8}([a-fA-F0-9]{0,4})?";
const addresses: readonly Schema[] = [
  { title: "IPv4", type: "string", format: "ipv4" },
  { title: "IPv4/CIDR", type: "string", pattern: `^${Array(4).fill(octet).join("\\.")}/([12]?[0-9]|3[0-2])$` },
  { title: "IPv6", type: "string", format: "ipv6" },
  // Looser than any parser: `1:2:3/64` passes here and breaks the router later.
  { title: "IPv6/CIDR", type: "string", pattern: `^${looseIpv6}/[0-9]{1,3}$` },
];
export const clientAddress: Schema = { description: "client IP", type: "string", anyOf: addresses };
export const serverAddress: Schema = { description: "server IP", type: "string", anyOf: addresses };

export const name: Schema = {
  type: "string",
  minLength: 1,
  maxLength: 256,
  was: [{ until: "3.15", schema: { maxLength: 100 } }],
};
export const desc: Schema = { type: "string", maxLength: 256 };
export const labels: Schema = {
  description: "key/value pairs to specify attributes",
  type: "object",
  patternProperties: {
    ".*": {
      description: "value of label",
      type: "string",
      pattern: "^\\S+$",
      minLength: 1,
      maxLength: 256,
      was: [{ until: "3.4", schema: { maxLength: 64 } }],
    },
  },
};
const timestamp: Schema = { type: "integer" };
export const times = { create_time: timestamp, update_time: timestamp };
/** What most kinds carry beside their own fields. */
export const metadata = { id, name, desc, labels, ...times };

const seconds: Schema = { type: "number", exclusiveMinimum: 0 };
export const timeout: Schema = {
  type: "object",
  properties: { connect: seconds, send: seconds, read: seconds },
  required: ["connect", "send", "read"],
};

export const method: Schema = {
  description: "HTTP method",
  type: "string",
  enum: ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT", "TRACE", "PURGE"],
};

export const plugins: Schema = { type: "object" };
export const script: Schema = { type: "string", minLength: 10, maxLength: 102_400 };
export const websocket: Schema = { description: "enable websocket for request", type: "boolean" };
export const port: Schema = { type: "integer", minimum: 1, maximum: 65_535 };
export const status = (what: string): Schema => ({
  description: `${what} status, 1 to enable, 0 to disable`,
  type: "integer",
  enum: [1, 0],
  default: 1,
});

export const certificate: Schema = { type: "string", minLength: 128, maxLength: 65_536 };
export const privateKey: Schema = {
  type: "string",
  minLength: 64,
  maxLength: 65_536,
  was: [{ until: "3.17", schema: { minLength: 128 } }],
};

/** Unknown fields are refused since 3.6; before, they were stored and had no effect. */
export const closed = {
  additionalProperties: false,
  was: [{ until: "3.6", without: ["additionalProperties"] }],
} as const satisfies Schema;

/** A list of at least one, without repeats. */
export const someOf = (items: Schema): Schema => ({ type: "array", items, minItems: 1, uniqueItems: true });
