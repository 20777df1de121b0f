import { bytesOf, lowerAscii } from "../bytes.ts";

/** Header lines as nginx keeps them; byte strings. */
export interface Headers {
  /** $http_NAME: lines of one name, "-" and "_" being the same, joined. */
  readonly joined: ReadonlyMap<string, string>;
  /** First line of each name, as ngx.req.get_headers has it; lower-case, with dashes. */
  readonly first: ReadonlyMap<string, string>;
}

/** Headers that nginx refuses to see twice. Source: nginx 1.29.2, src/http/ngx_http_request.c, ngx_http_headers_in. */
const uniqueNames = new Set([
  "host",
  "if-modified-since",
  "if-unmodified-since",
  "if-match",
  "if-none-match",
  "content-length",
  "content-range",
  "if-range",
  "transfer-encoding",
  "expect",
  "authorization",
]);

/**
 * `undefined`: nginx answers 400. Names with other bytes than letters, digits, "-" and "_" are dropped in silence.
 * Source: nginx 1.29.2, src/http/ngx_http_parse.c, ngx_http_parse_header_line; apisix/cli/config.lua, underscores_in_headers.
 */
export function parseHeaders(lines: readonly (readonly [name: string, value: string])[]): Headers | undefined {
  const joined = new Map<string, string>();
  const first = new Map<string, string>();
  for (const [writtenName, writtenValue] of lines) {
    const name = lowerAscii(bytesOf(writtenName));
    const value = bytesOf(writtenValue).replace(/^ +| +$/g, "");
    // oxlint-disable-next-line no-control-regex -- control bytes are what nginx refuses
    if (name === "" || /[\x00-\x20:\x7f]/.test(name) || /[\x00\r\n]/.test(value)) return undefined;
    if (!/^[\w-]+$/.test(name)) continue;
    if (uniqueNames.has(name) && first.has(name)) return undefined;
    if (!first.has(name)) first.set(name, value);
    const variable = name.replaceAll("-", "_");
    const before = joined.get(variable);
    joined.set(variable, before === undefined ? value : `${before}${variable === "cookie" ? "; " : ", "}${value}`);
  }
  return { joined, first };
}
