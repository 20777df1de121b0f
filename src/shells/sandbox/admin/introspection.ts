import type { Json } from "../../../core/model/index.ts";
import { schemaAsJson, type Schema } from "../schema/check.ts";
import { kindSchemas } from "../schema/kinds.ts";
import { httpPlugins, streamPlugins } from "../schema/plugin-names.ts";
import { pluginSpecOf, servedSchema } from "../plugins/catalogue.ts";
import { Breakdown, refusal, type Answer } from "./answer.ts";

// How a client learns what this gateway knows. Source: apache/apisix 3.18, apisix/admin/{schema,plugins}.lua.

export function schemaAnswer(name: string | undefined): Answer {
  if (name === undefined) throw new Breakdown("no name");
  const schema = new Map<string, Schema>(Object.entries(kindSchemas)).get(name);
  return schema === undefined ? refusal(400, `not found schema: ${name}`) : { status: 200, body: schemaAsJson(schema) };
}

export function pluginAnswer(name: string | undefined, query: URLSearchParams): Answer {
  const subsystem = query.get("subsystem") ?? "http";
  if (subsystem !== "http" && subsystem !== "stream") return refusal(400, `unsupported subsystem: ${subsystem}`);
  if (query.get("all") === "true") return { status: 200, body: allPlugins(subsystem) };
  const spec = pluginSpecOf(name ?? "", subsystem);
  if (spec === undefined) return refusal(404, `plugin not found in subsystem ${subsystem}`);
  if (query.get("schema_type") !== "consumer") return { status: 200, body: schemaAsJson(servedSchema(spec.schema)) };
  if (spec.consumerSchema === undefined) return refusal(400, "not found schema");
  return { status: 200, body: schemaAsJson(spec.consumerSchema) };
}

export function pluginListAnswer(query: URLSearchParams): Answer {
  const subsystem = query.get("subsystem") ?? "http";
  if (subsystem !== "http" && subsystem !== "stream") return { status: 400, text: "invalid subsystem passed" };
  return { status: 200, body: subsystem === "http" ? httpPlugins : streamPlugins };
}

function allPlugins(subsystem: "http" | "stream"): Json {
  const names = subsystem === "http" ? httpPlugins : streamPlugins;
  return Object.fromEntries(
    names.map((name, index) => {
      const spec = pluginSpecOf(name, subsystem);
      const schema = spec === undefined ? {} : schemaAsJson(servedSchema(spec.schema));
      const consumer = spec?.consumerSchema === undefined ? {} : { consumer_schema: schemaAsJson(spec.consumerSchema) };
      const metadata = spec?.metadataSchema === undefined ? {} : { metadata_schema: schemaAsJson(spec.metadataSchema) };
      return [name, { priority: names.length - index, version: 0.1, schema, ...consumer, ...metadata }];
    }),
  );
}
