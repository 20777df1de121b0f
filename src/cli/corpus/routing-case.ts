import type { RawRequest } from "../../core/matcher/index.ts";
import type { AdminRoute, AdminService, JsonObject, RouterFlavor } from "../../core/model/index.ts";

/** One case of `routing-*.json`: a table and what a real gateway answered. Format: test/corpus/README.md. */
export interface RoutingCase {
  readonly name: string;
  readonly group: string;
  readonly router: RouterFlavor;
  readonly services: readonly AdminService[];
  readonly routes: readonly AdminRoute[];
  readonly requests: readonly RoutingRequest[];
  /** The Admin calls that led to the table, in order; paths below `/apisix/admin`. */
  readonly steps?: readonly { readonly method: string; readonly path: string; readonly body?: JsonObject }[];
  /** The gateway was restarted: routes stand in the order of their ids. */
  readonly loadOrder?: "id";
  /** True: holds only with a global rule; false: recorded without any, requests in this order. */
  readonly globalRule?: boolean;
}

export interface RoutingRequest {
  readonly method: string;
  readonly host: string | null | readonly string[];
  readonly uri: string;
  readonly http?: "1.0";
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  readonly remoteAddr?: string;
  readonly winner: string | null;
  readonly status: number;
  readonly seen?: { readonly uri?: string; readonly host?: string };
  readonly via?: string;
  readonly params?: Readonly<Record<string, string>>;
}

/** What there is of an answer, from whoever gave it. Absent parts were not to be had, or were not recorded for this router. */
export interface RoutingAnswer {
  readonly winner: string | null;
  readonly status: number | undefined;
  readonly seen?: { readonly uri: string; readonly host: string };
  readonly via?: string;
  readonly params?: Readonly<Record<string, string>>;
  /** The rule that decided, for the list of misses. */
  readonly because: string;
}

/** A request that was answered otherwise than recorded. */
export interface RoutingMiss {
  readonly case: RoutingCase;
  readonly request: RoutingRequest;
  readonly answer: RoutingAnswer;
  /** Each part that differs: `winner: "a", recorded "b"`. */
  readonly differences: readonly string[];
}

/** In the order in which the gateway has them. */
export function routesInLoadOrder({ routes, loadOrder }: RoutingCase): readonly AdminRoute[] {
  if (loadOrder !== "id") return routes;
  return routes.toSorted((a, b) => Buffer.compare(Buffer.from(String(a.id)), Buffer.from(String(b.id))));
}

/** The request as the client sent it; the client's address came in X-Real-IP unless it was a real one. */
export function rawRequestOf({ method, host, uri, http, headers = {}, body, remoteAddr }: RoutingRequest): RawRequest {
  const hosts = host === null ? [] : typeof host === "string" ? [host] : host;
  const lines = [
    ...hosts.map((value): [string, string] => ["Host", value]),
    ...Object.entries(headers).flatMap(([name, value]) =>
      (typeof value === "string" ? [value] : value).map((line): [string, string] => [name, line]),
    ),
  ];
  const isForwarded = remoteAddr !== undefined && !remoteAddr.startsWith("127.");
  if (isForwarded && !lines.some(([name]) => name.toLowerCase() === "x-real-ip")) lines.push(["X-Real-IP", remoteAddr]);
  if (body !== undefined) lines.push(["Content-Length", String(Buffer.byteLength(body))]);
  return {
    method,
    target: uri,
    headers: lines,
    ...(http !== undefined && { http }),
    ...(body !== undefined && { body }),
    ...(remoteAddr !== undefined && { remoteAddr }),
  };
}

/** What differs between an answer and the record; parts that the answer lacks are left out. */
export function differencesFrom(request: RoutingRequest, answer: RoutingAnswer): readonly string[] {
  const differences: string[] = [];
  const compare = (part: string, found: unknown, recorded: unknown) => {
    if (JSON.stringify(found) !== JSON.stringify(recorded)) {
      differences.push(
        `${part}: ${JSON.stringify(found) ?? "unknown"}, recorded ${JSON.stringify(recorded) ?? "none"}`,
      );
    }
  };
  compare("winner", answer.winner, request.winner);
  compare("status", answer.status, request.status);
  if (answer.seen !== undefined) {
    if (request.seen?.uri !== undefined) compare("seen uri", answer.seen.uri, request.seen.uri);
    if (request.seen?.host !== undefined) compare("seen host", answer.seen.host, request.seen.host);
    if (request.seen === undefined) compare("seen", answer.seen, plainlySeen(request));
  }
  if (answer.via !== undefined && request.via !== undefined) compare("via", answer.via, request.via);
  const params = request.params ?? (answer.seen?.uri === answer.via ? undefined : {});
  if (answer.params !== undefined && params !== undefined)
    compare("params", namedParams(answer.params), namedParams(params));
  return differences;
}

/** Without `seen` in the record, the target up to "?" or "#" and the lower-case host without port. */
function plainlySeen({ uri, host }: RoutingRequest): RoutingAnswer["seen"] {
  const name = (typeof host === "string" ? host : "").toLowerCase();
  return { uri: uri.replace(/[?#].*$/s, ""), host: name.replace(/^(\[.*\]|[^:]*):\d*$/, "$1") };
}

/** Of a path that spells its own uri the recorder kept none; a nameless star it kept only beside others. */
function namedParams(params: Readonly<Record<string, string>>): readonly [string, string][] {
  const entries = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 1 && entries[0]?.[0] === ":ext" ? [] : entries;
}
