import type { Schema } from "./check.ts";

const uri: Schema = {
  type: "string",
  pattern: "^[^\\/]+:\\/\\/([\\da-zA-Z.-]+|\\[[\\da-fA-F:]+\\])(:\\d+)?",
};
const text: Schema = { type: "string" };

/** By secret manager. Source: apache/apisix 3.18, apisix/secret/{vault,aws,gcp}.lua. */
export const secretSchemas: Readonly<Record<string, Schema | undefined>> = {
  vault: {
    type: "object",
    properties: { uri, prefix: text, token: text, namespace: text },
    required: ["uri", "prefix", "token"],
  },
  aws: {
    type: "object",
    properties: {
      access_key_id: text,
      secret_access_key: text,
      session_token: text,
      region: { type: "string", default: "us-east-1" },
      endpoint_url: uri,
    },
    required: ["access_key_id", "secret_access_key"],
  },
  gcp: {
    type: "object",
    properties: {
      auth_config: {
        type: "object",
        properties: {
          client_email: text,
          private_key: text,
          project_id: text,
          token_uri: { type: "string", default: "https://oauth2.googleapis.com/token" },
          scope: {
            type: "array",
            items: { type: "string" },
            default: ["https://www.googleapis.com/auth/cloud-platform"],
          },
          entries_uri: { type: "string", default: "https://secretmanager.googleapis.com/v1" },
        },
        required: ["client_email", "private_key", "project_id"],
      },
      ssl_verify: { type: "boolean", default: true },
      auth_file: text,
    },
    oneOf: [{ required: ["auth_config"] }, { required: ["auth_file"] }],
  },
};
