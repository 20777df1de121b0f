import { isAtLeast, type Json } from "../../../core/model/index.ts";
import { asOf } from "../schema/as-of.ts";
import { schemaAsJson, type Schema } from "../schema/check.ts";
import { kindSchemas } from "../schema/kinds.ts";
import type { EnabledPlugins } from "../schema/plugin-names.ts";
import { pluginSpecOf } from "../plugins/catalogue.ts";
import { Breakdown, refusal, type Answer } from "./answer.ts";

// How a client learns what this gateway knows. Source: apache/apisix 3.18, apisix/admin/{schema,plugins}.lua.

export function schemaAnswer(name: string | undefined, version: string): Answer {
  if (name === undefined) throw new Breakdown("no name");
  const schema = new Map<string, Schema>(Object.entries(kindSchemas)).get(name);
  const isKnown = schema !== undefined && (name !== "credential" || isAtLeast(version, "3.11"));
  if (!isKnown) return refusal(400, `not found schema: ${name}`);
  return { status: 200, body: schemaAsJson(asOf(schema, version)) };
}

export function pluginAnswer(name: string | undefined, query: URLSearchParams, enabled: EnabledPlugins): Answer {
  const subsystem = query.get("subsystem") ?? "http";
  if (subsystem !== "http" && subsystem !== "stream") return refusal(400, `unsupported subsystem: ${subsystem}`);
  if (query.get("all") === "true") return { status: 200, body: allPlugins(subsystem, enabled) };
  const spec = pluginSpecOf(name ?? "", enabled, subsystem);
  if (spec === undefined) return refusal(404, `plugin not found in subsystem ${subsystem}`);
  if (query.get("schema_type") !== "consumer") return { status: 200, body: schemaAsJson(spec.schema) };
  if (spec.consumerSchema === undefined) return refusal(400, "not found schema");
  return { status: 200, body: schemaAsJson(spec.consumerSchema) };
}

export function pluginListAnswer(query: URLSearchParams, enabled: EnabledPlugins): Answer {
  const subsystem = query.get("subsystem") ?? "http";
  if (subsystem !== "http" && subsystem !== "stream") return { status: 400, text: "invalid subsystem passed" };
  return { status: 200, body: enabled.of(subsystem) };
}

function allPlugins(subsystem: "http" | "stream", enabled: EnabledPlugins): Json {
  const names = enabled.of(subsystem);
  return Object.fromEntries(
    names.map((name, index) => {
      const spec = pluginSpecOf(name, enabled, subsystem);
      const schema = spec === undefined ? {} : schemaAsJson(spec.schema);
      const consumer = spec?.consumerSchema === undefined ? {} : { consumer_schema: schemaAsJson(spec.consumerSchema) };
      const metadata = spec?.metadataSchema === undefined ? {} : { metadata_schema: schemaAsJson(spec.metadataSchema) };
      return [name, { priority: names.length - index, version: 0.1, schema, ...consumer, ...metadata }];
    }),
  );
}
