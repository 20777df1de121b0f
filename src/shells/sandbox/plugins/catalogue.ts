import type { Schema } from "../schema/check.ts";
import { asOf } from "../schema/as-of.ts";
import { type EnabledPlugins, authPlugins, encryptedFields } from "../schema/plugin-names.ts";
import { accessSpecs } from "./access-specs.ts";
import { authSpecs } from "./auth-specs.ts";
import { limitSpecs } from "./limit-specs.ts";
import { faultInjection } from "./fault-injection.ts";
import { mocking } from "./mocking.ts";
import { proxyRewrite } from "./proxy-rewrite.ts";
import { redirect } from "./redirect.ts";
import { responseRewrite } from "./response-rewrite.ts";
import type { PluginSpec } from "./spec.ts";

const spelledOut: Readonly<Record<string, PluginSpec | undefined>> = {
  ...accessSpecs,
  ...authSpecs,
  ...limitSpecs,
  "fault-injection": faultInjection.spec,
  mocking: mocking.spec,
  "proxy-rewrite": proxyRewrite.spec,
  redirect: redirect.spec,
  "response-rewrite": responseRewrite.spec,
};

/**
 * A plugin as a gateway has it; `undefined`: no such plugin is enabled. A plugin whose schema is not spelled out takes
 * any object.
 */
export function pluginSpecOf(
  name: string,
  enabled: EnabledPlugins,
  subsystem: "http" | "stream" = "http",
): PluginSpec | undefined {
  if (!enabled.of(subsystem).includes(name)) return undefined;
  const { version } = enabled;
  const { schema, consumerSchema, metadataSchema, check } = spelledOut[name] ?? looseSpec(name);
  return {
    schema: servedSchema(schema, version),
    ...(consumerSchema !== undefined && { consumerSchema: asOf(consumerSchema, version) }),
    ...(metadataSchema !== undefined && { metadataSchema: asOf(metadataSchema, version) }),
    ...(check !== undefined && { check }),
  };
}

export function isAuthPlugin(name: string): boolean {
  return authPlugins.includes(name);
}

const served = new WeakMap<Schema, Schema>();

/** The schema as it is checked and served: every plugin also takes `_meta`. */
export function servedSchema(schema: Schema, version: string): Schema {
  const known = served.get(schema) ?? {
    $comment: "this is a mark for our injected plugin schema",
    ...schema,
    properties: { ...schema.properties, _meta: meta },
  };
  served.set(schema, known);
  return asOf(known, version);
}

function looseSpec(name: string): PluginSpec {
  const encrypt_fields = encryptedFields[name];
  return { schema: { type: "object", properties: {}, ...(encrypt_fields === undefined ? {} : { encrypt_fields }) } };
}

const meta: Schema = {
  type: "object",
  properties: {
    disable: { type: "boolean" },
    error_response: { oneOf: [{ type: "string" }, { type: "object" }] },
    priority: { description: "priority of plugins by customized order", type: "integer" },
    filter: { description: "filter determines whether the plugin needs to be executed at runtime", type: "array" },
    pre_function: {
      description:
        "function to be executed in each phase before execution of plugins. The pre_function will have access to two arguments: `conf` and `ctx`.",
      type: "string",
      since: "3.12",
    },
  },
  additionalProperties: false,
  was: [{ until: "3.12", without: ["additionalProperties"] }],
};
