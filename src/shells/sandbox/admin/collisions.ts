import { isJsonObject, type Json } from "../../../core/model/index.ts";
import { fieldsOf, isTable, written, type Mutable } from "../schema/lua.ts";
import type { BodyCheck } from "./context.ts";
import { decrypt } from "./encryption.ts";

/**
 * A plugin stands in one global rule only. Source: apache/apisix 3.18, apisix/admin/global_rules.lua, check_conf().
 */
export const pluginInTwoGlobalRules: BodyCheck = (body, { id, store }) => {
  if (!isTable(body["plugins"])) return undefined;
  for (const { value } of store.below("/global_rules/")) {
    if (!isJsonObject(value) || written(value["id"]) === written(id)) continue;
    const others = value["plugins"];
    const shared = Object.keys(fieldsOf(body["plugins"])).find(
      (name) => isJsonObject(others) && others[name] !== undefined,
    );
    if (shared !== undefined)
      return `plugin '${shared}' already exists in global rule with id '${written(value["id"])}'`;
  }
  return undefined;
};

/** By which field each plugin finds its consumer. */
const findsBy: Readonly<Record<string, string>> = {
  "key-auth": "key",
  "basic-auth": "username",
  "jwt-auth": "key",
  "hmac-auth": "key_id",
  "ldap-auth": "user_dn",
  "ldap-auth-advanced": "user_dn",
};

/**
 * Two consumers must not be found by the same key. Source: apache/apisix 3.18, apisix/consumer.lua,
 * check_duplicate_key().
 */
export const duplicateKey: BodyCheck = (body, { id, consumer, store }) => {
  const plugins = fieldsOf(body["plugins"]);
  for (const [plugin, field] of Object.entries(findsBy)) {
    const value: Mutable | undefined = fieldsOf(plugins[plugin])[field];
    if (typeof value !== "string" || /^\$(?:secret|env|ENV):\/\//.test(value)) continue;
    for (const object of store.list("/consumers/")) {
      const [, , username = "", , credential] = object.key.split("/");
      const isSelf =
        consumer === undefined
          ? username === body["username"]
          : username === consumer && credential !== undefined && credential === written(id);
      if (isSelf || keyIn(object.value, plugin, field) !== value) continue;
      const owner =
        credential === undefined ? `consumer: ${username}` : `credential: ${credential} of consumer: ${username}`;
      return `duplicate ${field} of plugin ${plugin} found with ${owner}`;
    }
  }
  return undefined;
};

function keyIn(value: Json, plugin: string, field: string): string | undefined {
  const plugins = isJsonObject(value) ? value["plugins"] : undefined;
  const config = isJsonObject(plugins) ? plugins[plugin] : undefined;
  const key = isJsonObject(config) ? config[field] : undefined;
  return typeof key === "string" ? (decrypt(key) ?? key) : undefined;
}
