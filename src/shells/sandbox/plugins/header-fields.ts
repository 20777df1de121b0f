import { fieldsOf, isTable, type Mutable } from "../schema/lua.ts";

/**
 * What is wrong with headers given as one object, name by name; the form with `add`, `set` and `remove` is left to the
 * schema. Source: apache/apisix 3.18, check_set_headers() of apisix/plugins/{proxy,response}-rewrite.lua.
 */
export function headersFault(
  headers: Mutable | undefined,
  { isRequest }: { readonly isRequest: boolean },
): string | undefined {
  const fields = fieldsOf(headers);
  if (["add", "set", "remove"].some((name) => isTable(fields[name]))) return undefined;
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value !== "string" && typeof value !== "number") return "invalid type as header value";
    if (name === "") return "invalid field length in header";
    if (isRequest && !/^[!-9;-~]+$/.test(name)) return "invalid field character in header";
    if (isRequest && typeof value === "string" && !/^[ -~]*$/.test(value)) return "invalid value character in header";
  }
  return undefined;
}
