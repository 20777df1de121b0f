import type { LuaValue } from "../lua.ts";

/**
 * JSON out of a byte string, as cjson reads it: bytes that are no UTF-8 and raw control bytes pass inside strings, an
 * escape becomes the bytes of its UTF-8. `undefined` where it is no JSON.
 * Source: openresty/lua-cjson, lua_cjson.c, json_next_string_token.
 */
export function parseJson(bytes: string): { readonly value: LuaValue } | undefined {
  const prepared = bytes.replace(/"[^"\\]*(?:\\[^][^"\\]*)*"/g, prepareString);
  try {
    const value: LuaValue = JSON.parse(prepared); // JSON.parse gives JSON; its strings are byte strings by now
    return { value };
  } catch {
    return undefined;
  }
}

function prepareString(token: string): string {
  return token.replace(
    // oxlint-disable-next-line no-control-regex -- control bytes are what JSON.parse refuses and cjson takes
    /\\u([\da-fA-F]{4})(?:\\u([dD][c-fC-F][\da-fA-F]{2}))?|\\[^]|[\x00-\x1f]/g,
    (part, first?: string, second?: string) => {
      if (part.length === 1) return `\\u${part.charCodeAt(0).toString(16).padStart(4, "0")}`;
      if (first === undefined) return part;
      const unit = Number.parseInt(first, 16);
      if (unit < 0x80) return `\\u${first}${second === undefined ? "" : `\\u${second}`}`;
      const text =
        String.fromCharCode(unit) + (second === undefined ? "" : String.fromCharCode(Number.parseInt(second, 16)));
      return Buffer.from(text, "utf8").toString("latin1");
    },
  );
}
