import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { bytesOf } from "../../../core/matcher/index.ts";
import { expressionFault } from "../admin/expression.ts";
import type { Schema } from "../schema/check.ts";
import { fieldsOf, isTable, written, type Mutable, type MutableObject } from "../schema/lua.ts";
import type { Exchange, ResponseHead } from "../proxy/exchange.ts";
import { headersFault } from "./header-fields.ts";
import type { BodyChange, Plugin } from "./plugin.ts";
import { patternFault, substitute } from "./regex.ts";
import { resolveTemplate } from "./template.ts";

const valuesByName: Schema = {
  type: "object",
  minProperties: 1,
  patternProperties: { "^[^:]+$": { oneOf: [{ type: "string" }, { type: "number" }] } },
};

/** Changes the answer on its way to the client. Source: apache/apisix 3.18, apisix/plugins/response-rewrite.lua. */
export const responseRewrite: Plugin = {
  name: "response-rewrite",
  priority: 899,
  spec: {
    schema: {
      type: "object",
      properties: {
        max_resp_body_size: { type: "integer", minimum: 1, default: 67_108_864 },
        headers: {
          description: "new headers for response",
          anyOf: [
            valuesByName,
            {
              properties: {
                add: { type: "array", minItems: 1, items: { type: "string", pattern: "^[^:]+:[^:]*[^/]$" } },
                set: valuesByName,
                remove: { type: "array", minItems: 1, items: { type: "string", pattern: "^[^:]+$" } },
              },
            },
          ],
        },
        body: { description: "new body for response", type: "string" },
        body_base64: { type: "boolean", default: false },
        status_code: { description: "new status code for response", type: "integer", minimum: 200, maximum: 598 },
        vars: { type: "array" },
        filters: {
          type: "array",
          minItems: 1,
          items: {
            type: "object",
            required: ["regex", "replace"],
            properties: {
              regex: { type: "string", minLength: 1 },
              scope: { type: "string", enum: ["once", "global"], default: "once" },
              replace: { type: "string" },
              options: { type: "string", default: "jo" },
            },
          },
        },
      },
      dependencies: { body: { not: { required: ["filters"] } }, filters: { not: { required: ["body"] } } },
    },
    check: (config) =>
      headersFault(config["headers"], { isRequest: false }) ??
      bodyFault(config) ??
      varsFault(config) ??
      filtersFault(config),
  },

  respond(config, exchange, head) {
    const { vars, status_code } = config;
    if (Array.isArray(vars) && !exchange.holds(vars)) return undefined;
    if (typeof status_code === "number") head.status = status_code;
    const encoding = head.headers.get("Content-Encoding");
    const change = bodyChange(config, encoding);
    if (change !== undefined) head.headers.remove("Content-Length", "Content-Encoding", "Last-Modified", "ETag");
    rewriteHeaders(config["headers"], exchange, head);
    return change;
  },
};

function bodyFault({ body, body_base64 }: MutableObject): string | undefined {
  if (body_base64 !== true) return undefined;
  const isBase64 =
    typeof body === "string" && body !== "" && /^[A-Za-z0-9+/]+={0,2}$/.test(body) && body.length % 4 === 0;
  return isBase64 ? undefined : "invalid base64 content";
}

function varsFault({ vars }: MutableObject): string | undefined {
  const fault = vars === undefined ? undefined : expressionFault(vars);
  return fault === undefined ? undefined : `failed to validate the 'vars' expression: ${fault}`;
}

function filtersFault({ filters }: MutableObject): string | undefined {
  for (const filter of filtersIn(filters)) {
    const fault = patternFault(written(filter["regex"]));
    if (fault !== undefined) return `regex "${written(filter["regex"])}" validation failed: ${fault}`;
  }
  return undefined;
}

function filtersIn(filters: Mutable | undefined): MutableObject[] {
  return Array.isArray(filters) ? filters.map(fieldsOf) : [];
}

function bodyChange(
  { body, body_base64, filters, max_resp_body_size }: MutableObject,
  encoding: string | undefined,
): BodyChange | undefined {
  if (typeof body === "string" && filters === undefined) {
    // An empty body leaves the length to the server: nothing is sent.
    return { kind: "replace", body: Buffer.from(body, body_base64 === true ? "base64" : "utf8") };
  }
  if (!Array.isArray(filters)) return undefined;
  return {
    kind: "transform",
    limit: Number(max_resp_body_size),
    apply: (bytes) => filtered(bytes, filtersIn(filters), encoding),
  };
}

function filtered(bytes: Buffer, filters: readonly MutableObject[], encoding: string | undefined): Buffer {
  const decoded = decodedBody(bytes, encoding);
  if (decoded === undefined) return bytes;
  let text = decoded.toString("latin1");
  for (const { regex, replace, scope } of filters) {
    text = substitute(
      text,
      bytesOf(written(regex)),
      bytesOf(written(replace)),
      scope === "global" ? "global" : "once",
    ).text;
  }
  return Buffer.from(text, "latin1");
}

function decodedBody(bytes: Buffer, encoding: string | undefined): Buffer | undefined {
  if (encoding === undefined) return bytes;
  try {
    if (encoding === "gzip") return gunzipSync(bytes);
    return encoding === "br" ? brotliDecompressSync(bytes) : undefined;
  } catch {
    return undefined;
  }
}

function rewriteHeaders(config: Mutable | undefined, { variable }: Exchange, { headers }: ResponseHead): void {
  const fields = fieldsOf(config);
  const { add, set, remove } = fields;
  const isSorted = [add, set, remove].some(isTable);
  for (const line of isSorted && Array.isArray(add) ? add : []) {
    const [, name, value] = /^([^:\s]+)\s*:\s*([^:]+)$/.exec(written(line)) ?? [];
    if (name !== undefined && value !== undefined) headers.add(name, resolveTemplate(value, variable));
  }
  for (const [name, value] of Object.entries(isSorted ? fieldsOf(set) : fields)) {
    const resolved = resolveTemplate(written(value), variable);
    headers.set(name, ...(resolved === "" ? [] : [resolved]));
  }
  if (isSorted && Array.isArray(remove)) headers.remove(...remove.map(String));
}
