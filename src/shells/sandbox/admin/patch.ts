import { fieldsOf, isTable, kindOf, type Mutable } from "../schema/lua.ts";

/**
 * Merges in place: objects deeply, lists as a whole, null deletes. An empty object counts as a list, so it replaces.
 * Source: apache/apisix 3.18, apisix/core/table.lua, merge().
 */
export function mergeInto(origin: Mutable, extension: Mutable): void {
  const target = fieldsOf(origin);
  for (const [name, value] of Object.entries(isTable(extension) ? extension : {})) {
    const before = target[name];
    if (value === null) delete target[name];
    else if (isTable(value) && isTable(before) && kindOf(before) === "object" && kindOf(value) === "object")
      mergeInto(before, value);
    else target[name] = value;
  }
}

/**
 * Replaces what a path leads to, making the objects on the way; gives the `error_msg` where it leads through a scalar.
 * Source: apache/apisix 3.18, apisix/core/table.lua, patch().
 */
export function replaceAt(origin: Mutable, path: string, value: Mutable): string | undefined {
  const names = path.split("/").filter((name) => name !== "");
  const last = names.pop();
  let target = fieldsOf(origin);
  for (const [index, name] of names.entries()) {
    const next = (target[name] ??= {});
    if (!isTable(next)) return `invalid sub-path: /${names.slice(0, index + 1).join("/")}`;
    if (Array.isArray(next)) {
      if (next.length > 0) return `invalid sub-path: /${names.slice(0, index + 1).join("/")}`;
      target = target[name] = {}; // an empty list is an empty object
    } else target = next;
  }
  if (last !== undefined) target[last] = value;
  return undefined;
}
