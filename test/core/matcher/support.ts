import {
  match,
  normaliseRequest,
  tableOf,
  traceMatch,
  type MatchResult,
  type RawRequest,
  type RouterRequest,
  type RouteTable,
  type Trace,
} from "../../../src/core/matcher/index.ts";
import type { AdminRoute, AdminService, RouterFlavor } from "../../../src/core/model/index.ts";

export type Asked = string | (Partial<RawRequest> & { readonly host?: string | null });

/** `GET` of a target on h.test, unless told otherwise. */
export function rawOf(asked: Asked): RawRequest {
  const { host = "h.test", headers = [], ...rest } = typeof asked === "string" ? { target: asked } : asked;
  return { method: "GET", target: "/", ...rest, headers: host === null ? headers : [["Host", host], ...headers] };
}

export function requestOf(asked: Asked): RouterRequest {
  const normalised = normaliseRequest(rawOf(asked));
  if (normalised.kind === "refused") throw new Error(`refused: ${normalised.reason}`);
  return normalised.request;
}

export function routesIn(
  routes: readonly AdminRoute[],
  {
    flavor = "radixtree_host_uri",
    services = [],
    version,
  }: { flavor?: RouterFlavor; services?: readonly AdminService[]; version?: string } = {},
): RouteTable {
  return tableOf({ flavor, ...(version !== undefined && { version }) }, { routes, services });
}

export function ask(table: RouteTable, asked: Asked): MatchResult {
  return match(table, requestOf(asked));
}

export function trace(table: RouteTable, asked: Asked): Trace {
  return traceMatch(table, requestOf(asked));
}

/** Id of the winner, or what came instead. */
export function winnerOf(result: MatchResult): string {
  return result.kind === "matched" ? result.candidate.owner.id : result.kind;
}

export function winner(table: RouteTable, asked: Asked): string {
  return winnerOf(ask(table, asked));
}
