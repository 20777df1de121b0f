import { type AdminBodies, type AdminKind, type DesiredObject, type Json, isJsonObject } from "../model/index.ts";

/** `services/shop.web_service`: names one object of the gateway. */
export type ObjectKey = string;

export function objectKey(object: { readonly kind: AdminKind; readonly id: string | number }): ObjectKey {
  return `${object.kind}/${object.id}`;
}

/**
 * The objects that a body refers to: those that must be there before it is written, and that can't be deleted while
 * it is there. Source: apache/apisix 3.18, apisix/admin/routes.lua and services.lua, check_conf();
 * apisix/admin/upstreams.lua, up_id_in_plugins().
 */
export function referencesOf(body: AdminBodies[AdminKind]): readonly ObjectKey[] {
  const keys: ObjectKey[] = [];
  if ("service_id" in body && body.service_id !== undefined) keys.push(`services/${body.service_id}`);
  if ("upstream_id" in body && body.upstream_id !== undefined) keys.push(`upstreams/${body.upstream_id}`);
  if ("plugin_config_id" in body && body.plugin_config_id !== undefined)
    keys.push(`plugin_configs/${body.plugin_config_id}`);
  if ("plugins" in body) keys.push(...splitUpstreamsOf(body.plugins?.["traffic-split"]));
  return keys;
}

/** What was resolved, and what the body names by itself; each once. */
export function allReferencesOf({ body, references }: DesiredObject): readonly ObjectKey[] {
  const keys = [...referencesOf(body)];
  for (const reference of references) {
    const key = objectKey(reference);
    if (!keys.includes(key)) keys.push(key);
  }
  return keys;
}

/** `traffic-split` is the one plugin that names upstreams. A disabled or odd configuration is read all the same. */
function splitUpstreamsOf(config: Json | undefined): readonly ObjectKey[] {
  return listIn(config, "rules")
    .flatMap((rule) => listIn(rule, "weighted_upstreams"))
    .map((target) => (isJsonObject(target) ? target["upstream_id"] : undefined))
    .filter((id) => typeof id === "string" || typeof id === "number")
    .map((id) => `upstreams/${id}`);
}

function listIn(value: Json | undefined, name: string): readonly Json[] {
  const list = isJsonObject(value) ? value[name] : undefined;
  return Array.isArray(list) ? list : [];
}
