import type { IncomingMessage } from "node:http";
import { BodyTooLarge, readBody } from "../../../edges/http/index.ts";
import { isAtLeast, type Secret } from "../../../core/model/index.ts";
import type { Mutable } from "../schema/lua.ts";
import type { EnabledPlugins } from "../schema/plugin-names.ts";
import type { ObjectStore } from "../store/objects.ts";
import { Breakdown, refusal, type Answer } from "./answer.ts";
import { pluginAnswer, pluginListAnswer, schemaAnswer } from "./introspection.ts";
import { kindOf } from "./kinds.ts";
import type { Ledger } from "./ledger.ts";
import { numberOf } from "./list.ts";
import { answerResource, type ResourceRequest } from "./resource.ts";
import { type AdminHandler, served } from "./served.ts";
import { adminRoot, type Target } from "./target.ts";
import { tokenRefusal } from "./token.ts";
import { configsAnswer, schemaValidationAnswer } from "./validation.ts";

export interface AdminApiOptions {
  readonly store: ObjectStore;
  readonly key: Secret;
  readonly ledger: Ledger;
  readonly version: string;
  readonly plugins: EnabledPlugins;
  /** The `Server` header of every answer. */
  readonly server: string;
  /** Whether TCP and UDP are proxied too; else every call for stream routes is refused. */
  readonly hasStreamProxy: boolean;
}

const largestBody = 1_572_864;
const methods = ["GET", "PUT", "POST", "DELETE", "PATCH"] as const;
type Method = (typeof methods)[number];

/**
 * Serves `/apisix/admin`. Source: apache/apisix 3.18, apisix/admin/init.lua; statuses and bodies are those that a real
 * gateway was seen to give.
 */
export function adminApi(options: AdminApiOptions): AdminHandler {
  return served((request, target) => answerOf(request, target, options), options);
}

async function answerOf(request: IncomingMessage, target: Target, options: AdminApiOptions): Promise<Answer> {
  const { path } = target;
  const method = request.method ?? "GET";
  if (path === adminRoot && method === "HEAD" && isAtLeast(options.version, "3.13")) return { status: 200, text: "" }; // the one call without a key
  if (method === "TRACE") return { status: 405, page: true };
  if (method === "OPTIONS" && path.startsWith(adminRoot)) return { status: 200, text: "" };
  const known = methods.find((name) => name === method);
  if (known === undefined || !path.startsWith(`${adminRoot}/`)) return { status: 404, page: true };
  const refused = tokenRefusal(request, target, options.key);
  if (refused !== undefined) return refused;
  return (await special(known, request, target, options)) ?? general(known, request, target, options);
}

/** Paths that have a handler of their own. */
async function special(
  method: Method,
  request: IncomingMessage,
  target: Target,
  options: AdminApiOptions,
): Promise<Answer | undefined> {
  const path = target.segments.join("/");
  if (path === "plugins/list" && method === "GET") return pluginListAnswer(target.query, options.plugins);
  if (path === "plugins/reload") {
    if (method === "PUT") return { status: 200, text: "done" };
    return refusal(405, `please use PUT method to reload the plugins, ${method} method is not allowed.`);
  }
  if (method !== "POST") return undefined;
  if (path === "configs/validate" && isAtLeast(options.version, "3.17")) {
    const body = await jsonBody(request, { empty: "empty request body" });
    return "refused" in body ? body.refused : configsAnswer(body.value ?? null, options);
  }
  if (path.startsWith("schema/validate/") && isAtLeast(options.version, "3.5")) {
    const body = await jsonBody(request, {});
    return "refused" in body ? body.refused : schemaValidationAnswer(target.segments[2], body.value, options.version);
  }
  return undefined;
}

async function general(
  method: Method,
  request: IncomingMessage,
  target: Target,
  options: AdminApiOptions,
): Promise<Answer> {
  const { segments, query } = target;
  const [name, first] = segments;
  if (name === undefined) throw new Breakdown("no kind");
  if (name === "stream_routes" && !options.hasStreamProxy) {
    return refusal(400, "stream mode is disabled, can not add stream routes");
  }
  const isIntrospection = name === "schema" || name === "plugins";
  const place = isIntrospection ? undefined : placeOf(segments, options.version);
  if (place === undefined && !isIntrospection) return refusal(404, `Unsupported resource type: ${name}`);
  if (isIntrospection && method !== "GET") return refusal(404, "not found");
  const body = await jsonBody(request, { echo: true });
  if ("refused" in body) return body.refused;
  if (query.has("ttl") && numberOf(query.get("ttl")) === undefined) {
    return refusal(400, "invalid argument ttl: should be a number");
  }
  if (place !== undefined)
    return answerResource({ method, ...place, body: body.value, query }, resourceOptions(options));
  if (name === "schema" && first !== "plugins") return schemaAnswer(first, options.version);
  return pluginAnswer(name === "schema" ? segments[2] : first, query, options.plugins);
}

function resourceOptions({ store, version, plugins }: AdminApiOptions): Parameters<typeof answerResource>[1] {
  return { store, version, plugins, now: () => Math.floor(Date.now() / 1_000) };
}

type Place = Pick<ResourceRequest, "kind" | "id" | "consumer" | "manager" | "subPath">;

function placeOf(segments: readonly string[], version: string): Place | undefined {
  const [name = "", first, second, ...rest] = segments;
  const isCredential = name === "consumers" && second === "credentials";
  const kind = kindOf(isCredential ? "credentials" : name, version);
  if (kind === undefined) return undefined;
  if (isCredential) return { kind, id: rest[0], consumer: first, manager: undefined, subPath: "" };
  if (kind.identity === "manager/id") {
    return { kind, id: second, consumer: undefined, manager: first, subPath: rest.join("/") };
  }
  const subPath = second === undefined ? "" : [second, ...rest].join("/");
  return { kind, id: first, consumer: undefined, manager: undefined, subPath };
}

type Body = { readonly value: Mutable | undefined } | { readonly refused: Answer };

async function jsonBody(
  request: IncomingMessage,
  options: { readonly empty?: string; readonly echo?: boolean },
): Promise<Body> {
  let text: string;
  try {
    text = (await readBody(request, largestBody)).toString("utf8");
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) throw error;
    const sentence = `request size ${error.size} is greater than the maximum size ${largestBody} allowed`;
    return { refused: refusal(400, `invalid request body: ${sentence}`) };
  }
  if (text === "") {
    return options.empty === undefined
      ? { value: undefined }
      : { refused: refusal(400, `invalid request body: ${options.empty}`) };
  }
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON.parse gives JSON
    return { value: JSON.parse(text) as Mutable };
  } catch (error) {
    const error_msg = `invalid request body: ${error instanceof Error ? error.message : "no JSON"}`;
    return { refused: { status: 400, body: options.echo === true ? { error_msg, req_body: text } : { error_msg } } };
  }
}
