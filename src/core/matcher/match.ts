import type { Candidate } from "./bucket.ts";
import { textOf } from "./bytes.ts";
import { accepts } from "./candidate.ts";
import type { Truth } from "./conditions/truth.ts";
import { LuaError } from "./lua.ts";
import { paramsOf } from "./pattern.ts";
import type { RouterRequest } from "./request/request.ts";
import type { RouteTable } from "./table.ts";

export type MatchResult =
  | Matched
  | { readonly kind: "notFound" } // 404, with a JSON body
  /** 500. `routeId`: the route at which it happened. */
  | { readonly kind: "error"; readonly routeId: string; readonly reason: string }
  /** A route that comes first may match or not: this model cannot tell. `otherwise`: the answer if none of them does. */
  | {
      readonly kind: "unknown";
      readonly maybe: readonly Candidate[];
      readonly otherwise:
        | Matched
        | { readonly kind: "notFound" }
        | { readonly kind: "error"; readonly routeId: string; readonly reason: string };
    };

export interface Matched {
  readonly kind: "matched";
  readonly candidate: Candidate;
  /** What the route refers to and the gateway does not have. A plugin config answers 503, a service 404. */
  readonly missing: "pluginConfig" | "service" | undefined;
}

/** Sees each candidate in the order in which it is tried, with the outcome. */
export type Witnessing = (candidate: Candidate, outcome: Truth | LuaError) => void;

/**
 * Who wins a request.
 * Source: apache/apisix 3.18, apisix/http/router/radixtree_host_uri.lua, matching; apisix/http/route.lua, match_uri;
 * api7/lua-resty-radixtree 2.9.2, lib/resty/radixtree.lua, match_route.
 */
export function match(table: RouteTable, request: RouterRequest, witness?: Witnessing): MatchResult {
  const { breakage } = table;
  if (breakage !== undefined) return { kind: "error", routeId: breakage.id, reason: breakage.problem };
  const maybe: Candidate[] = [];
  const answer = firstCertain(table, request, maybe, witness);
  return maybe.length === 0 ? answer : { kind: "unknown", maybe, otherwise: answer };
}

/** HTTP status of the gateway itself; 200 stands for whatever the route answers. `undefined`: unknown. */
export function statusOf(result: MatchResult): 200 | 404 | 500 | 503 | undefined {
  switch (result.kind) {
    case "matched":
      return result.missing === undefined ? 200 : result.missing === "service" ? 404 : 503;
    case "notFound":
      return 404;
    case "error":
      return 500;
    case "unknown":
      return undefined;
  }
}

/** Parameters out of the path, by name, as text. */
export function matchedParams(candidate: Candidate, request: RouterRequest): Readonly<Record<string, string>> {
  const params = paramsOf(candidate.pattern, request.path);
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [textOf(name), textOf(value)]));
}

type Certain = Exclude<MatchResult, { readonly kind: "unknown" }>;

function firstCertain(table: RouteTable, request: RouterRequest, maybe: Candidate[], witness?: Witnessing): Certain {
  for (const candidate of candidatesFor(table, request)) {
    try {
      const outcome = accepts(candidate, request);
      witness?.(candidate, outcome);
      if (outcome === true) return matchedBy(table, candidate);
      if (outcome === undefined) maybe.push(candidate);
    } catch (error) {
      if (!(error instanceof LuaError)) throw error;
      witness?.(candidate, error);
      return { kind: "error", routeId: candidate.owner.id, reason: error.message };
    }
  }
  return { kind: "notFound" };
}

/** All candidates whose key begins the path, level by level, bucket by bucket. */
export function* candidatesFor(table: RouteTable, request: RouterRequest): Generator<Candidate> {
  for (const level of table.hosts.levelsFor(request.host)) {
    for (const bucket of level.bucketsFor(request.path)) yield* bucket;
  }
}

/** Source: apache/apisix 3.18, apisix/init.lua, http_access_phase: the plugin config is asked for first. */
function matchedBy(table: RouteTable, candidate: Candidate): Matched {
  if (table.isWhole) return { kind: "matched", candidate, missing: undefined };
  const { pluginConfigId, serviceId } = candidate.owner;
  const missing = table.lacksPluginConfig(pluginConfigId)
    ? "pluginConfig"
    : table.lacksService(serviceId)
      ? "service"
      : undefined;
  return { kind: "matched", candidate, missing };
}
