import { isTable, type Mutable } from "../schema/lua.ts";
import { readLua } from "../lua/syntax.ts";
import type { BodyCheck } from "./context.ts";
import { expressionFault } from "./expression.ts";

// What APISIX looks at in a route beside its schema. Source: apache/apisix 3.18, apisix/admin/routes.lua, check_conf().

export const onlyOneOf =
  (one: string, many: string): BodyCheck =>
  (body) =>
    body[one] !== undefined && body[many] !== undefined ? `only one of ${one} or ${many} is allowed` : undefined;

export const varsFault: BodyCheck = ({ vars }) => {
  const fault = vars === undefined ? undefined : (expressionFault(vars) ?? bodyPathFault(vars));
  return fault === undefined ? undefined : `failed to validate the 'vars' expression: ${fault}`;
};

/** The path in a variable `post_arg.PATH` is read as JSONPath, its first letter missing by a slip of the original. */
function bodyPathFault(rule: Mutable): string | undefined {
  if (!Array.isArray(rule)) return undefined;
  const [variable] = rule;
  if (rule.length >= 3 && typeof variable === "string" && variable.startsWith("post_arg.")) {
    const path = `$.${variable.slice("post_arg.".length + 1)}`;
    return isJsonPath(path) ? undefined : `invalid expression "${path}" near "${path.replace(/^[\w$.*]+/, "")}"`;
  }
  for (const part of rule) {
    const fault = bodyPathFault(part);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function isJsonPath(path: string): boolean {
  const bracket = String.raw`\[\s*(?:\*|'[^']*'|"[^"]*"|-?\d+|-?\d*:-?\d*(?::-?\d*)?|\??\([^)]*\)|[^\]'"(),]+)(?:\s*,\s*(?:'[^']*'|"[^"]*"|-?\d+|\w+))*\s*\]`;
  return new RegExp(String.raw`^\$(?:\.{1,2}(?:[\w\-@$]+|\*)|\.{0,2}${bracket})*$`).test(path);
}

export const filterFunctionFault: BodyCheck = ({ filter_func }) => {
  if (typeof filter_func !== "string") return undefined;
  const reading = readLua(`return ${filter_func}`);
  if ("fault" in reading) {
    return `failed to load 'filter_func' string: [string "return ${filter_func}"]:1: ${reading.fault}`;
  }
  return reading.returned === "function" || reading.returned === "unknown"
    ? undefined
    : "'filter_func' should be a function";
};

export const scriptFault: BodyCheck = ({ script }) => {
  if (typeof script !== "string") return undefined;
  const reading = readLua(script);
  if ("fault" in reading) return `failed to load 'script' string: ${reading.fault}`;
  return reading.returned === "table" || reading.returned === "unknown" ? undefined : "'script' should be a Lua object";
};

/** The fields that the gateway alone may set; PATCH may. */
export const timesFault: BodyCheck = (body) => {
  for (const [prefix, fields] of [
    ["", body],
    ["upstream.", body["upstream"]],
    ["plugins.", body["plugins"]],
  ] as const) {
    if (!isTable(fields) || Array.isArray(fields)) continue;
    for (const name of ["create_time", "update_time"]) {
      const value = fields[name];
      if (value !== undefined && value !== false) return `the property is forbidden:  ${prefix}${name}`;
    }
  }
  return undefined;
};
