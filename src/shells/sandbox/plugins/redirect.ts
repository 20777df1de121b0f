import { bytesOf } from "../../../core/matcher/index.ts";
import { HeaderList } from "../proxy/headers.ts";
import { written, type MutableObject } from "../schema/lua.ts";
import type { Exchange } from "../proxy/exchange.ts";
import type { Plugin } from "./plugin.ts";
import { patternFault, substitute } from "./regex.ts";
import { escapePath } from "./uri.ts";

/** Sends the client somewhere else. Source: apache/apisix 3.18, apisix/plugins/redirect.lua. */
export const redirect: Plugin = {
  name: "redirect",
  priority: 900,
  spec: {
    schema: {
      type: "object",
      properties: {
        ret_code: { type: "integer", minimum: 200, default: 302 },
        uri: {
          type: "string",
          minLength: 2,
          pattern: "(\\\\\\$[0-9a-zA-Z_]+)|\\$\\{([0-9a-zA-Z_]+)\\}|\\$([0-9a-zA-Z_]+)|(\\$|[^$\\\\]+)",
        },
        regex_uri: { type: "array", maxItems: 2, minItems: 2, items: { type: "string" } },
        http_to_https: { type: "boolean" },
        encode_uri: { type: "boolean", default: false },
        append_query_string: { type: "boolean", default: false },
      },
      oneOf: [{ required: ["uri"] }, { required: ["regex_uri"] }, { required: ["http_to_https"] }],
    },
    check({ regex_uri, http_to_https, append_query_string }) {
      const [pattern, replacement] = Array.isArray(regex_uri) ? regex_uri : [];
      const fault = pattern === undefined ? undefined : patternFault(written(pattern));
      if (fault !== undefined) return `invalid regex_uri (${written(pattern)}, ${written(replacement)}), err:${fault}`;
      if (http_to_https !== true || append_query_string !== true) return undefined;
      return "only one of `http_to_https` and `append_query_string` can be configured.";
    },
  },

  rewrite(config, exchange) {
    const { variable } = exchange;
    const upgraded = config["http_to_https"] === true && variable("scheme") !== "https";
    // 9443 is where a default gateway listens for TLS.
    const uri = upgraded ? "https://$host:9443$request_uri" : config["uri"];
    const location = typeof uri === "string" ? filledIn(bytesOf(uri), exchange) : substitutedUri(config, exchange);
    if (location === undefined) return undefined;
    const isSafe = exchange.request.method === "GET" || exchange.request.method === "HEAD";
    const status = upgraded ? (isSafe ? 301 : 308) : Number(config["ret_code"]);
    return { status, headers: new HeaderList(["Location", finished(location, config, exchange)]) };
  },
};

/** `\$x` stays as it is, `$x` and `${x}` are variables. */
function filledIn(uri: string, { variable }: Exchange): string {
  return uri.replace(
    /(\\\$\w+)|\$\{(\w+)\}|\$(\w+)/g,
    (_whole, escaped?: string, braced?: string, bare?: string) => escaped ?? variable(braced ?? bare ?? "") ?? "",
  );
}

function substitutedUri({ regex_uri }: MutableObject, { variable }: Exchange): string | undefined {
  if (!Array.isArray(regex_uri)) return undefined;
  const [pattern, replacement] = regex_uri.map((part) => bytesOf(written(part)));
  const { text, count } = substitute(variable("uri") ?? "/", pattern ?? "", replacement ?? "", "once");
  return count === 0 ? undefined : text;
}

function finished(
  location: string,
  { encode_uri, append_query_string }: MutableObject,
  { variable }: Exchange,
): string {
  const mark = location.indexOf("?");
  const path = mark < 0 ? location : location.slice(0, mark);
  const encoded = encode_uri === true ? escapePath(path) + location.slice(path.length) : location;
  const args = variable("args");
  if (append_query_string !== true || args === undefined) return encoded;
  return `${encoded}${mark < 0 ? "?" : "&"}${args}`;
}
