import { setTimeout as sleep } from "node:timers/promises";
import { HeaderList } from "../proxy/headers.ts";
import { fieldsOf, written, type Mutable, type MutableObject } from "../schema/lua.ts";
import type { Plugin } from "./plugin.ts";
import { resolveTemplate } from "./template.ts";

const contentTypes = ["application/xml", "application/json", "text/plain", "text/html", "text/xml"];

/** Answers with an example, or with something made after a schema. Source: apache/apisix 3.18, apisix/plugins/mocking.lua. */
export const mocking: Plugin = {
  name: "mocking",
  priority: 10_900,
  spec: {
    schema: {
      type: "object",
      properties: {
        delay: { type: "integer", default: 0 },
        response_status: { type: "integer", default: 200, minimum: 100 },
        content_type: { type: "string", default: "application/json;charset=utf8" },
        response_example: { type: "string" },
        response_schema: { type: "object" },
        with_mock_header: { type: "boolean", default: true },
        response_headers: {
          type: "object",
          minProperties: 1,
          patternProperties: { "^[^:]+$": { oneOf: [{ type: "string" }, { type: "number" }] } },
        },
      },
      anyOf: [{ required: ["response_example"] }, { required: ["response_schema"] }],
    },
    check: ({ content_type }) =>
      contentTypes.includes(mediaTypeOf(content_type)) ? undefined : "unsupported content type!",
  },

  async access(config, exchange) {
    const { delay, response_status, response_example, content_type, with_mock_header } = config;
    const headers = new HeaderList(["Content-Type", written(content_type)]);
    if (with_mock_header === true) headers.set("x-mock-by", `APISIX/${exchange.version}`);
    for (const [name, value] of Object.entries(fieldsOf(config["response_headers"]))) {
      headers.add(name, resolveTemplate(written(value), exchange.variable));
    }
    const example = typeof response_example === "string" ? response_example : exampleText(config);
    if (Number(delay) > 0) await sleep(Number(delay) * 1_000);
    return { status: Number(response_status), headers, body: resolveTemplate(example, exchange.variable) };
  },
};

function mediaTypeOf(contentType: Mutable | undefined): string {
  return written(contentType ?? "").split(";", 1)[0] ?? "";
}

function exampleText({ response_schema, content_type }: MutableObject): string {
  const example = exampleOf({ type: "object", ...fieldsOf(response_schema) });
  const type = mediaTypeOf(content_type);
  if (type.endsWith("/xml")) return xmlOf("data", example);
  return type === "text/html" ? "" : JSON.stringify(example);
}

/** The original makes random values where there is no example; ours are always the same. */
function exampleOf(schema: MutableObject): Mutable {
  const { type, example, items, properties } = schema;
  switch (written(type).toLowerCase()) {
    case "object":
      return Object.fromEntries(
        Object.entries(fieldsOf(properties)).map(([name, part]) => [name, exampleOf(fieldsOf(part))]),
      );
    case "array":
      return items === undefined ? [] : [exampleOf(fieldsOf(items))];
    case "string":
      return typeof example === "string" ? example : "text";
    case "number":
      return typeof example === "number" ? example : 1.5;
    case "integer":
      return typeof example === "number" ? Math.floor(example) : 1;
    case "boolean":
      return typeof example === "boolean" ? example : true;
    default:
      return null;
  }
}

function xmlOf(name: string, value: Mutable): string {
  if (Array.isArray(value)) return value.map((item) => xmlOf(name, item)).join("");
  const inner =
    typeof value === "object" && value !== null
      ? Object.entries(value)
          .map(([child, item]) => xmlOf(child, item))
          .join("")
      : String(value).replace(/[<>&]/g, (sign) => ({ "<": "&lt;", ">": "&gt;", "&": "&amp;" })[sign] ?? sign);
  return `<${name}>${inner}</${name}>`;
}
