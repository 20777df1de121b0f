import type { ObjectMeta } from "../model/index.ts";

const longestName = 100; // 256 since 3.15; apache/apisix, apisix/schema_def.lua

/** `shop/cart`: what logs and dashboards of the gateway show (`$route_name`). */
export function displayNameOf(meta: ObjectMeta): string {
  return `${meta.namespace}/${meta.name}`.slice(0, longestName);
}
