import { fieldsOf, isTable, type Mutable, type MutableObject } from "../schema/lua.ts";
import { violationOf } from "../schema/check.ts";
import type { EnabledPlugins } from "../schema/plugin-names.ts";
import { readLua } from "../lua/syntax.ts";
import { isAuthPlugin, pluginSpecOf } from "../plugins/catalogue.ts";
import type { PluginRole } from "../plugins/spec.ts";
import { expressionFault } from "./expression.ts";

/** Where plugins stand, and which of them there are. */
export interface PluginUse {
  readonly role: PluginRole;
  readonly enabled: EnabledPlugins;
  readonly subsystem?: "http" | "stream";
}

/**
 * What is wrong with the plugins of an object. Fills in defaults, in place.
 * Source: apache/apisix 3.18, apisix/plugin.lua, check_single_plugin_schema().
 */
export function pluginsFault(plugins: Mutable | undefined, options: PluginUse): string | undefined {
  if (!isTable(plugins)) return undefined;
  for (const [name, config] of Object.entries(plugins)) {
    const fault = pluginFault(name, config, options);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function pluginFault(
  name: string,
  config: Mutable,
  { role, enabled, subsystem = "http" }: PluginUse,
): string | undefined {
  if (!isTable(config)) return `invalid plugin conf ${JSON.stringify(config)} for plugin [${name}]`;
  const spec = pluginSpecOf(name, enabled, subsystem);
  if (spec === undefined) return `unknown plugin [${name}]`;
  const fields = fieldsOf(config);
  const schema = role === "consumer" ? (spec.consumerSchema ?? spec.schema) : spec.schema;
  const fault = violationOf(schema, config) ?? spec.check?.(fields, role);
  const meta = fieldsOf(fields["_meta"]);
  // A plugin that is switched off may be configured in any way.
  if (fault !== undefined && meta["disable"] !== true) {
    return `failed to check the configuration of plugin ${name} err: ${fault}`;
  }
  return metaFault(name, meta);
}

function metaFault(name: string, meta: MutableObject): string | undefined {
  const { filter, pre_function } = meta;
  const fault = filter === undefined ? undefined : expressionFault(filter);
  if (fault !== undefined) return `failed to validate the 'vars' expression: ${fault}`;
  if (typeof pre_function !== "string") return undefined;
  const reading = readLua(pre_function);
  return "fault" in reading ? `failed to load _meta.pre_function in plugin ${name}: ${reading.fault}` : undefined;
}

/** A credential takes plugins that say who the consumer is, and no others. */
export function credentialPluginsFault(plugins: Mutable | undefined): string | undefined {
  if (!isTable(plugins)) return undefined;
  return Object.keys(plugins).every(isAuthPlugin)
    ? undefined
    : "only supports auth type plugins in consumer credential";
}
