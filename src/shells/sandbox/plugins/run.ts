import { isJsonObject, type JsonObject } from "../../../core/model/index.ts";
import type { Exchange, Reply, ResponseHead } from "../proxy/exchange.ts";
import { violationOf } from "../schema/check.ts";
import { mutableCopy, fieldsOf, type Mutable, type MutableObject } from "../schema/lua.ts";
import { servedSchema } from "./catalogue.ts";
import { recordedVersion } from "../../../core/matcher/index.ts";
import { faultInjection } from "./fault-injection.ts";
import { mocking } from "./mocking.ts";
import type { BodyChange, Plugin } from "./plugin.ts";
import { proxyRewrite } from "./proxy-rewrite.ts";
import { redirect } from "./redirect.ts";
import { responseRewrite } from "./response-rewrite.ts";

/** What the sandbox really does. Every other plugin is checked and stored, and has no effect. */
const plugins: readonly Plugin[] = [faultInjection, mocking, proxyRewrite, redirect, responseRewrite];

/** A plugin with the configuration it runs with here. */
export interface Engaged {
  readonly plugin: Plugin;
  /** With its defaults. */
  readonly config: MutableObject;
  readonly meta: MutableObject;
}

const prepared = new WeakMap<JsonObject, MutableObject>();

/** The plugins of an object that run, highest priority first. Source: apache/apisix 3.18, apisix/plugin.lua, filter(). */
export function engage(configs: JsonObject): readonly Engaged[] {
  const engaged = plugins.flatMap((plugin) => {
    const stored = configs[plugin.name];
    if (!isJsonObject(stored)) return [];
    const config = preparedConfig(plugin, stored);
    const meta = fieldsOf(config["_meta"]);
    return meta["disable"] === true ? [] : [{ plugin, config, meta }];
  });
  return engaged.sort((a, b) => priorityOf(b) - priorityOf(a));
}

function preparedConfig(plugin: Plugin, stored: JsonObject): MutableObject {
  const known = prepared.get(stored);
  if (known !== undefined) return known;
  const config = fieldsOf(mutableCopy(stored));
  // For the defaults; it was checked when it was written. Plugins run as they do in the recorded version.
  violationOf(servedSchema(plugin.spec.schema, recordedVersion), config);
  prepared.set(stored, config);
  return config;
}

function priorityOf({ plugin, meta }: Engaged): number {
  const own = meta["priority"];
  return typeof own === "number" ? own : plugin.priority;
}

/** Runs a phase; the first reply ends the request. */
export async function runPhase(
  phase: "rewrite" | "access",
  engaged: readonly Engaged[],
  exchange: Exchange,
): Promise<Reply | undefined> {
  for (const { plugin, config, meta } of engaged) {
    if (!isMeant(meta, exchange)) continue;
    const reply = await plugin[phase]?.(config, exchange);
    if (reply === undefined) continue;
    const error = meta["error_response"];
    return reply.status >= 400 && error !== undefined ? { ...reply, body: error } : reply;
  }
  return undefined;
}

/** Lets the plugins change the head of an answer; gives what they ask for the body. */
export function changeResponse(
  engaged: readonly Engaged[],
  exchange: Exchange,
  head: ResponseHead,
): readonly BodyChange[] {
  return engaged.flatMap(({ plugin, config, meta }) => {
    if (!isMeant(meta, exchange)) return [];
    return plugin.respond?.(config, exchange, head) ?? [];
  });
}

function isMeant(meta: MutableObject, { holds }: Exchange): boolean {
  const filter: Mutable | undefined = meta["filter"];
  return !Array.isArray(filter) || holds(filter);
}
