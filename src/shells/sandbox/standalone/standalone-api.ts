import type { IncomingMessage } from "node:http";
import { BodyTooLarge, readBody } from "../../../edges/http/index.ts";
import { yamlTextOf, yamlValueOf } from "../../../edges/files/index.ts";
import type { Json, Secret } from "../../../core/model/index.ts";
import { Breakdown, refusal, type Answer } from "../admin/answer.ts";
import type { Ledger } from "../admin/ledger.ts";
import { type AdminHandler, served } from "../admin/served.ts";
import { adminRoot, type Target } from "../admin/target.ts";
import { tokenRefusal } from "../admin/token.ts";
import { configsAnswer } from "../admin/validation.ts";
import { fieldsOf, isTable, mutableCopy, type Mutable } from "../schema/lua.ts";
import type { EnabledPlugins } from "../schema/plugin-names.ts";
import type { ObjectStore } from "../store/objects.ts";
import { Configuration } from "./configuration.ts";

export interface StandaloneApiOptions {
  /** Where the items of the configuration go. */
  readonly store: ObjectStore;
  readonly key: Secret;
  readonly ledger: Ledger;
  readonly version: string;
  readonly plugins: EnabledPlugins;
  /** The `Server` header of every answer. */
  readonly server: string;
}

/** Only memory sets a bound to a push. */
const largestPush = 64 * 1024 * 1024;
/** Source: apache/apisix, apisix/admin/config_validate.lua, MAX_REQ_BODY. */
const largestLook = 1_572_864;

/**
 * Serves `/apisix/admin/configs`, the one thing that a gateway without etcd has of the Admin API; all else is a page.
 * Source: apache/apisix 3.18, apisix/admin/standalone.lua; statuses and bodies are those that a real gateway gave.
 */
export function standaloneApi(options: StandaloneApiOptions): AdminHandler {
  const { key, store, version, plugins } = options;
  const configuration = new Configuration(store, plugins);
  const abilities = abilitiesOf(version);
  return served(async (request, target) => {
    const method = request.method ?? "GET";
    if (target.path === adminRoot && method === "HEAD") return { status: 200, text: "" }; // the one call without a key
    if (method === "TRACE") return { status: 405, page: true };
    if (method === "OPTIONS" && target.path.startsWith(adminRoot)) return { status: 200, text: "" };
    const call = callOf(method, target, abilities);
    if (call === undefined) return { status: 404, page: true };
    const refused = tokenRefusal(request, target, key);
    if (refused !== undefined) return refused;
    switch (call) {
      case "read":
        return readAnswer(configuration, abilities, request.headers.accept);
      case "head":
        return { status: 200, text: "", headers: marksOf(configuration) };
      case "push":
        return pushAnswer(request, configuration, abilities);
      case "validate": {
        const body = await bodyOf(request, largestLook);
        return "refused" in body ? body.refused : configsAnswer(body.value, options);
      }
    }
  }, options);
}

/** What came when. Source: apache/apisix, docs/en/latest/admin-api.md and apisix/admin/standalone.lua at 3.13, 3.14, 3.15. */
interface Abilities {
  readonly isThere: boolean;
  readonly hasDigest: boolean;
  readonly validates: boolean;
}

function abilitiesOf(version: string): Abilities {
  const [major = 3, minor = 0] = version.split(".").map(Number);
  const since = (wanted: number) => major > 3 || (major === 3 && minor >= wanted);
  return { isThere: since(13), hasDigest: since(14), validates: since(15) };
}

function callOf(
  method: string,
  { path }: Target,
  { isThere, hasDigest, validates }: Abilities,
): "read" | "head" | "push" | "validate" | undefined {
  if (!isThere) return undefined;
  if (path === `${adminRoot}/configs/validate`) return method === "POST" && validates ? "validate" : undefined;
  if (path !== `${adminRoot}/configs`) return undefined;
  if (method === "GET") return "read";
  if (method === "PUT") return "push";
  return method === "HEAD" && hasDigest ? "head" : undefined;
}

function readAnswer(configuration: Configuration, { hasDigest }: Abilities, accept: string | undefined): Answer {
  const headers = hasDigest ? marksOf(configuration) : {};
  const { stored } = configuration;
  const marks = !hasDigest || stored === undefined ? {} : bodyMarks(stored.digest, stored.lastModified);
  const body = { ...configuration.read(), ...marks };
  if (accept !== "application/yaml") return { status: 200, body, headers };
  return { status: 200, text: yamlTextOf(body), headers: { ...headers, "Content-Type": "application/yaml" } };
}

async function pushAnswer(
  request: IncomingMessage,
  configuration: Configuration,
  { hasDigest }: Abilities,
): Promise<Answer> {
  const sent = request.headers["x-digest"];
  const digest = hasDigest && typeof sent === "string" ? sent : undefined;
  if (hasDigest && digest === undefined) return refusal(400, "missing digest header");
  const body = await bodyOf(request, largestPush);
  if ("refused" in body) return body.refused;
  if (digest !== undefined && configuration.stored?.digest === digest) return { status: 204, text: "" };
  if (!isTable(body.value)) throw new Breakdown("a configuration that is no table");
  const taken = configuration.replace(fieldsOf(body.value), digest);
  switch (taken.kind) {
    case "refused":
      return refusal(400, taken.error);
    case "tooLarge":
      return refusal(500, "failed to put config: no memory");
    case "stored":
      return { status: 202, text: "", headers: hasDigest ? marksOf(configuration) : {} };
  }
}

function marksOf({ stored }: Configuration): Readonly<Record<string, string>> {
  if (stored === undefined) return {};
  return { "X-Digest": stored.digest ?? "", "X-Last-Modified": String(stored.lastModified) };
}

function bodyMarks(digest: string | undefined, lastModified: number): Readonly<Record<string, Json>> {
  return { "X-Digest": digest ?? null, "X-Last-Modified": lastModified };
}

type Body = { readonly value: Mutable } | { readonly refused: Answer };

async function bodyOf(request: IncomingMessage, limit: number): Promise<Body> {
  const text = await textOf(request, limit);
  if (typeof text !== "string") return text;
  if (text === "") return { refused: refusal(400, "invalid request body: empty request body") };
  if (request.headers["content-type"] === "application/yaml") return yamlBody(text);
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON.parse gives JSON
    return { value: JSON.parse(text) as Mutable };
  } catch (error) {
    return { refused: refusal(400, `invalid request body: ${error instanceof Error ? error.message : "no JSON"}`) };
  }
}

/** Source: apache/apisix 3.18, apisix/core/request.lua, get_body(). */
async function textOf(request: IncomingMessage, limit: number): Promise<string | { readonly refused: Answer }> {
  try {
    return (await readBody(request, limit)).toString("utf8");
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) throw error;
    const sentence = `request size ${error.size} is greater than the maximum size ${limit} allowed`;
    return { refused: refusal(400, `invalid request body: ${sentence}`) };
  }
}

function yamlBody(text: string): Body {
  const value = yamlOrBreakdown(text);
  if (typeof value !== "object" || value === null) {
    return { refused: refusal(400, "invalid request body: invalid yaml request body") };
  }
  return { value: mutableCopy(value) };
}

function yamlOrBreakdown(text: string): Json | undefined {
  try {
    return yamlValueOf(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Breakdown(error.message);
    throw error;
  }
}
