import type { Schema } from "../schema/check.ts";
import type { PluginSpec } from "./spec.ts";
import { written } from "../schema/lua.ts";

// Schemas of the plugins that say who the consumer is. Source: apache/apisix 3.3 to 3.18, apisix/plugins/NAME.lua.

const text: Schema = { type: "string" };
const someText: Schema = { type: "string", minLength: 1 };
const no: Schema = { type: "boolean", default: false };
const anonymous_consumer: Schema = { ...someText, since: "3.12" };
const realm = (byDefault: string): Schema => ({
  type: "string",
  pattern: "^[ -!#-[\\]-~]+$",
  default: byDefault,
  minLength: 1,
  maxLength: 128,
});
const shared = (name: string) =>
  ({
    realm: { ...realm(name), since: "3.15" },
    hide_credentials: no,
    anonymous_consumer,
  }) as const satisfies Readonly<Record<string, Schema>>;

const hmacAlgorithms = ["hmac-sha1", "hmac-sha256", "hmac-sha512"];
const symmetric = ["HS256", "HS384", "HS512"];
const asymmetric = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "EdDSA"];

export const authSpecs: Readonly<Record<string, PluginSpec>> = {
  "key-auth": {
    schema: {
      type: "object",
      properties: {
        header: { type: "string", default: "apikey" },
        query: { type: "string", default: "apikey" },
        ...shared("key"),
      },
    },
    consumerSchema: { type: "object", properties: { key: text }, encrypt_fields: ["key"], required: ["key"] },
  },
  "basic-auth": {
    schema: { type: "object", title: "work with route or service object", properties: shared("basic") },
    consumerSchema: {
      type: "object",
      title: "work with consumer object",
      properties: { username: text, password: text },
      encrypt_fields: ["password"],
      required: ["username", "password"],
    },
  },
  "hmac-auth": {
    schema: {
      type: "object",
      title: "work with route or service object",
      properties: {
        allowed_algorithms: {
          type: "array",
          minItems: 1,
          items: { type: "string", enum: hmacAlgorithms },
          default: hmacAlgorithms,
          since: "3.11",
        },
        clock_skew: { type: "integer", default: 300, minimum: 1 },
        signed_headers: {
          type: "array",
          default: ["date"],
          items: { type: "string", minLength: 1, maxLength: 50 },
        },
        validate_request_body: no,
        max_req_body_size: { type: "integer", minimum: 1, default: 67_108_864, since: "3.17" },
        ...shared("hmac"),
      },
    },
    consumerSchema: {
      type: "object",
      title: "work with consumer object",
      properties: {
        key_id: { type: "string", minLength: 1, maxLength: 256 },
        secret_key: { type: "string", minLength: 1, maxLength: 256 },
      },
      encrypt_fields: ["secret_key"],
      required: ["key_id", "secret_key"],
    },
  },
  "jwt-auth": {
    schema: {
      type: "object",
      properties: {
        header: { type: "string", default: "authorization" },
        query: { type: "string", default: "jwt" },
        cookie: { type: "string", default: "jwt" },
        key_claim_name: { type: "string", default: "key", minLength: 1, since: "3.12" },
        store_in_ctx: { ...no, since: "3.12" },
        claims_to_verify: {
          since: "3.16",
          type: "array",
          items: { type: "string", enum: ["exp", "nbf"] },
          uniqueItems: true,
        },
        ...shared("jwt"),
      },
    },
    consumerSchema: {
      type: "object",
      properties: {
        key: someText,
        secret: someText,
        algorithm: { type: "string", enum: [...symmetric, ...asymmetric], default: "HS256" },
        exp: { type: "integer", minimum: 1, default: 86_400 },
        base64_secret: no,
        lifetime_grace_period: { type: "integer", minimum: 0, default: 0 },
      },
      dependencies: {
        algorithm: {
          oneOf: [
            { properties: { algorithm: { enum: symmetric, default: "HS256" } } },
            { properties: { public_key: someText, algorithm: { enum: asymmetric } }, required: ["public_key"] },
          ],
        },
      },
      encrypt_fields: ["secret"],
      required: ["key"],
    },
    check(config, role) {
      if (role !== "consumer") return undefined;
      const isSymmetric = written(config["algorithm"]).startsWith("HS");
      if (isSymmetric && config["secret"] === undefined) {
        return 'property "secret" is required when using HS based algorithms';
      }
      return isSymmetric || config["public_key"] !== undefined ? undefined : "missing valid public key";
    },
  },
  "jwe-decrypt": {
    schema: {
      type: "object",
      properties: {
        header: { type: "string", default: "Authorization" },
        forward_header: { type: "string", default: "Authorization" },
        strict: { type: "boolean", default: true },
      },
      required: ["header", "forward_header"],
    },
    consumerSchema: {
      type: "object",
      properties: { key: text, secret: text, is_base64_encoded: { type: "boolean" } },
      required: ["key", "secret"],
      encrypt_fields: ["key", "secret"],
    },
  },
  "ldap-auth": {
    schema: {
      type: "object",
      title: "work with route or service object",
      properties: {
        base_dn: text,
        ldap_uri: text,
        use_tls: no,
        tls_verify: no,
        uid: { type: "string", default: "cn" },
        hide_credentials: { ...no, since: "3.18" },
        realm: realm("ldap"),
      },
      required: ["base_dn", "ldap_uri"],
    },
    consumerSchema: {
      type: "object",
      title: "work with consumer object",
      properties: { user_dn: text },
      required: ["user_dn"],
    },
  },
};
