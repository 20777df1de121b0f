import { type PluginDefaults, isJsonObject } from "../../core/model/index.ts";
import { listOf } from "./list-of.ts";
import { decodeDefaults } from "./schema.ts";

/**
 * The names in the answer to `GET /plugins/list`; `undefined`: that is no such answer.
 * Source: apache/apisix 3.18, apisix/admin/init.lua, get_plugins_list().
 */
export function decodePluginNames(answer: unknown): readonly string[] | undefined {
  const list = Array.isArray(answer) || isJsonObject(answer) ? listOf(answer) : undefined;
  return list?.every((name) => typeof name === "string") === true ? list : undefined;
}

/**
 * Every plugin in the answer to `GET /plugins?all=true`, with the defaults of its schemas; `undefined`: that is no such
 * answer. Source: apache/apisix 3.13, apisix/admin/plugins.lua, _M.get().
 */
export function decodePlugins(answer: unknown): ReadonlyMap<string, PluginDefaults> | undefined {
  if (!isJsonObject(answer)) return undefined;
  return new Map(
    Object.entries(answer).map(([name, plugin]) => {
      const facts = isJsonObject(plugin) ? plugin : {};
      const [config, consumer, metadata] = ["schema", "consumer_schema", "metadata_schema"].map((schema) =>
        facts[schema] === undefined ? undefined : (decodeDefaults(facts[schema]) ?? {}),
      );
      const defaults: PluginDefaults = {
        ...(config !== undefined && { config }),
        ...(consumer !== undefined && { consumer }),
        ...(metadata !== undefined && { metadata }),
      };
      return [name, defaults];
    }),
  );
}
