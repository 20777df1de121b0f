/**
 * Cookies by name; the last of several wins. A name reaches from the first byte that is no blank to "=", whatever lies
 * between; a value ends at a semicolon or blank.
 * Source: cloudflare/lua-resty-cookie, lib/resty/cookie.lua, get_cookie_table. Forks differ in quoted values, which are
 * taken as they are here (read from source, not recorded).
 */
export function parseCookies(header: string): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const match of header.matchAll(/[ \t]*([^= \t][^=]*|(?==))=([^; \t]*)(?:[; \t]|$)/gy)) {
    cookies.set(match[1] ?? "", match[2] ?? "");
  }
  return cookies;
}
