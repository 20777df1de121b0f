import type { LuaValue } from "../lua.ts";

/** A field without "=" is `true`; one that occurs several times is a list. */
export type Fields = ReadonlyMap<string, string | true | readonly (string | true)[]>;

/**
 * Query arguments, or a posted form. Source: openresty/lua-nginx-module, src/ngx_http_lua_args.c, ngx_http_lua_parse_args,
 * and src/ngx_http_lua_util.c, ngx_http_lua_unescape_uri: "+" is a blank, a broken escape stays as it is.
 */
export function parseFields(text: string): Fields {
  const fields = new Map<string, string | true | readonly (string | true)[]>();
  for (const pair of text === "" ? [] : text.split("&")) {
    const equals = pair.indexOf("=");
    const name = unescape(equals < 0 ? pair : pair.slice(0, equals));
    if (name === "") continue;
    const value = equals < 0 ? true : unescape(pair.slice(equals + 1));
    const before = fields.get(name);
    if (before === undefined) fields.set(name, value);
    else fields.set(name, typeof before === "object" ? [...before, value] : [before, value]);
  }
  return fields;
}

export function firstOf(fields: Fields, name: string): LuaValue {
  const value = fields.get(name);
  return typeof value === "object" ? value[0] : value;
}

function unescape(text: string): string {
  if (!/[%+]/.test(text)) return text;
  return text
    .replaceAll("+", " ")
    .replace(/%([\da-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
