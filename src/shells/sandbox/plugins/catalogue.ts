import type { Schema } from "../schema/check.ts";
import { authPlugins, dormantPlugins, encryptedFields, httpPlugins, streamPlugins } from "../schema/plugin-names.ts";
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

/** `undefined`: no such plugin is enabled. A plugin whose schema is not spelled out takes any object. */
export function pluginSpecOf(name: string, subsystem: "http" | "stream" = "http"): PluginSpec | undefined {
  if (!(subsystem === "http" ? httpPlugins : streamPlugins).includes(name)) return undefined;
  return spelledOut[name] ?? looseSpec(name);
}

export function isInstalled(name: string): boolean {
  return httpPlugins.includes(name) || streamPlugins.includes(name) || dormantPlugins.includes(name);
}

export function isAuthPlugin(name: string): boolean {
  return authPlugins.includes(name);
}

/** The schema as it is checked and served: every plugin also takes `_meta`. */
export function servedSchema(schema: Schema): Schema {
  return {
    $comment: "this is a mark for our injected plugin schema",
    ...schema,
    properties: { ...schema.properties, _meta: meta },
  };
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
    },
  },
  additionalProperties: false,
};
