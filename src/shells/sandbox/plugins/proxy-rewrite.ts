import { bytesOf } from "../../../core/matcher/index.ts";
import type { Exchange, Reply } from "../proxy/exchange.ts";
import { fieldsOf, isTable, written, type Mutable, type MutableObject } from "../schema/lua.ts";
import type { Schema } from "../schema/check.ts";
import { headersFault } from "./header-fields.ts";
import type { Plugin } from "./plugin.ts";
import { findFirst, patternFault, substitute } from "./regex.ts";
import { resolveCaptures, resolveTemplate } from "./template.ts";
import { escapeControls, escapePath } from "./uri.ts";

const scalar: readonly Schema[] = [{ type: "string" }, { type: "number" }];
const valuesByName: Schema = {
  type: "object",
  minProperties: 1,
  patternProperties: {
    "^[^:]+$": { oneOf: [...scalar, { type: "array", minItems: 1, items: { oneOf: scalar } }] },
  },
};

/** Changes the request on its way to the upstream. Source: apache/apisix 3.18, apisix/plugins/proxy-rewrite.lua. */
export const proxyRewrite: Plugin = {
  name: "proxy-rewrite",
  priority: 1_008,
  spec: {
    schema: {
      type: "object",
      properties: {
        uri: { description: "new uri for upstream", type: "string", minLength: 1, maxLength: 4096, pattern: "^\\/.*" },
        method: {
          description: "proxy route method",
          type: "string",
          enum: "GET POST PUT HEAD DELETE OPTIONS MKCOL COPY MOVE PROPFIND LOCK UNLOCK PATCH TRACE".split(" "),
        },
        regex_uri: { type: "array", minItems: 2, items: { description: "regex uri", type: "string" } },
        host: { description: "new host for upstream", type: "string", pattern: "^[0-9a-zA-Z-.]+(:\\d{1,5})?$" },
        headers: {
          description: "new headers for request",
          oneOf: [
            {
              type: "object",
              minProperties: 1,
              additionalProperties: false,
              properties: {
                add: valuesByName,
                set: valuesByName,
                remove: { type: "array", minItems: 1, items: { type: "string", pattern: "^[^:]+$" } },
              },
            },
            { type: "object", minProperties: 1, patternProperties: { "^[^:]+$": { oneOf: scalar } } },
          ],
        },
        use_real_request_uri_unsafe: { type: "boolean", default: false },
      },
      minProperties: 1,
    },
    check: ({ regex_uri, headers }) => regexFault(regex_uri) ?? headersFault(headers, { isRequest: true }),
  },

  rewrite(config, exchange) {
    const { onward } = exchange;
    if (typeof config["host"] === "string") onward.host = config["host"];
    const rewritten = rewriteTarget(config, exchange);
    if ("status" in rewritten) return rewritten;
    onward.target = rewritten.target;
    rewriteHeaders(fieldsOf(config["headers"]), exchange, rewritten.captures);
    if (typeof config["method"] === "string") onward.method = config["method"];
    return undefined;
  },
};

function regexFault(pairs: Mutable | undefined): string | undefined {
  if (!Array.isArray(pairs)) return undefined;
  if (pairs.length % 2 !== 0) return "The length of regex_uri should be an even number";
  for (let index = 0; index < pairs.length; index += 2) {
    const fault = patternFault(written(pairs[index]));
    if (fault !== undefined)
      return `invalid regex_uri(${written(pairs[index])}, ${written(pairs[index + 1])}): ${fault}`;
  }
  return undefined;
}

interface Rewritten {
  readonly target: string;
  readonly captures: readonly (string | undefined)[];
}

function rewriteTarget(config: MutableObject, exchange: Exchange): Rewritten | Reply {
  const { variable } = exchange;
  const isRaw = config["use_real_request_uri_unsafe"] === true;
  const raw = variable("real_request_uri") ?? "/";
  const start = isRaw ? raw : (variable("uri") ?? "/");
  const { uri, regex_uri } = config;
  if (typeof uri === "string") {
    const filled = resolveTemplate(uri, variable, (value) => value.replaceAll("?", "%3F"));
    const query = isRaw && raw.includes("?") ? raw.slice(raw.indexOf("?") + 1) : undefined;
    if (isRaw) return { target: query === undefined ? filled : joined(filled, query), captures: [] };
    return { target: safeTarget(filled, { hasQuery: true }, variable), captures: [] };
  }
  if (!Array.isArray(regex_uri)) {
    return { target: isRaw ? start : safeTarget(start, { hasQuery: false }, variable), captures: [] };
  }
  const { text, captures } = firstSubstitution(
    start,
    regex_uri.map((part) => bytesOf(written(part))),
  );
  return { target: isRaw ? text : safeTarget(text, { hasQuery: !start.includes("?") }, variable), captures };
}

function firstSubstitution(
  subject: string,
  pairs: readonly string[],
): { text: string; captures: readonly (string | undefined)[] } {
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    const pattern = pairs[index] ?? "";
    const found = findFirst(pattern, subject);
    if (found !== undefined) {
      return { text: substitute(subject, pattern, pairs[index + 1] ?? "", "once").text, captures: found.captures };
    }
  }
  return { text: subject, captures: [] };
}

/** Encoded for the request line, with the query of the client behind it. */
function safeTarget(
  target: string,
  { hasQuery }: { readonly hasQuery: boolean },
  variable: Exchange["variable"],
): string {
  const mark = hasQuery ? target.indexOf("?") : -1;
  const safe = mark < 0 ? escapePath(target) : escapePath(target.slice(0, mark)) + escapeControls(target.slice(mark));
  const args = variable("args");
  if (args === undefined) return safe;
  return mark < 0 ? `${safe}?${args}` : `${safe}&${args}`;
}

function joined(target: string, query: string): string {
  return `${target}${target.includes("?") ? "&" : "?"}${query}`;
}

function rewriteHeaders(config: MutableObject, exchange: Exchange, captures: readonly (string | undefined)[]): void {
  const { headers } = exchange.onward;
  const { add, set, remove } = config;
  const isSorted = [add, set, remove].some(isTable);
  const valuesOf = (value: Mutable): string[] =>
    (Array.isArray(value) ? value : [value]).map((one) =>
      resolveTemplate(resolveCaptures(written(one), captures), exchange.variable),
    );
  for (const [name, value] of Object.entries(isSorted ? fieldsOf(add) : {})) {
    for (const one of valuesOf(value)) headers.add(name, one);
  }
  for (const [name, value] of Object.entries(isSorted ? fieldsOf(set) : config)) {
    // The Host header is not one of them: it is made anew, from `host`.
    if (name.toLowerCase() === "host") exchange.onward.host = valuesOf(value)[0];
    else headers.set(name, ...valuesOf(value).filter((one) => one !== ""));
  }
  if (isSorted && Array.isArray(remove)) headers.remove(...remove.map(String));
}
