import {
  levelText,
  normaliseRequest,
  textOf,
  traceMatch,
  type Candidate,
  type MatchResult,
  type RawRequest,
  type RouterRequest,
  type Trace,
} from "../../core/matcher/index.ts";
import type { ExplainedRequest, Explanation, Verdict, Winner } from "./explanation.ts";
import type { NamedRoute, NamedTable } from "./named-table.ts";

type NameOf = (id: string) => NamedRoute;

/** How a gateway that holds this table answers the request. Pure. */
export function explain({ table, routes }: Pick<NamedTable, "table" | "routes">, raw: RawRequest): Explanation {
  const normalised = normaliseRequest(raw);
  if (normalised.kind === "refused") {
    const { status, reason } = normalised;
    const verdict: Verdict = { kind: "refused", status, reason };
    return { request: requestOf(raw, undefined), verdict, levels: [], steps: [], runnerUp: undefined };
  }
  const { request } = normalised;
  const nameOf: NameOf = (id) => routes.get(id) ?? nameless(id);
  const trace = traceMatch(table, request);
  return {
    request: requestOf(raw, request),
    verdict: verdictOf(trace, nameOf),
    levels: trace.levels,
    steps: trace.steps.map(({ routeId, priority: _priority, ...step }) => ({ ...step, route: nameOf(routeId) })),
    runnerUp: trace.runnerUp && {
      route: nameOf(trace.runnerUp.routeId),
      uri: trace.runnerUp.uri,
      level: trace.runnerUp.level,
      decidedBy: trace.runnerUp.decidedBy,
    },
  };
}

function verdictOf({ result, tiedWith, mayTieWith }: Trace, nameOf: NameOf): Verdict {
  if (result.kind === "unknown") {
    const maybe = [...new Set(result.maybe.map(({ owner }) => owner.id))].map(nameOf);
    return { kind: "unknown", maybe, otherwise: certainVerdict(result.otherwise, nameOf) };
  }
  const verdict = certainVerdict(result, nameOf);
  if (verdict.kind !== "matched" || tiedWith.length + mayTieWith.length === 0) return verdict;
  return { ...verdict, kind: "loadOrder", tiedWith: tiedWith.map(nameOf), mayTieWith: mayTieWith.map(nameOf) };
}

type Certain = Exclude<MatchResult, { readonly kind: "unknown" }>;

function certainVerdict(
  result: Certain,
  nameOf: NameOf,
): Extract<Verdict, { readonly kind: "matched" | "noRoute" | "error" }> {
  switch (result.kind) {
    case "matched":
      return { kind: "matched", winner: winnerOf(result.candidate, result.missing, nameOf) };
    case "notFound":
      return { kind: "noRoute" };
    case "error":
      return { kind: "error", route: nameOf(result.routeId), reason: result.reason };
  }
}

function winnerOf({ owner, pattern, level }: Candidate, missing: Winner["missing"], nameOf: NameOf): Winner {
  return { route: nameOf(owner.id), uri: pattern.text, level: levelText(level), missing };
}

function requestOf(
  { method, scheme = "http", target, headers }: RawRequest,
  request: RouterRequest | undefined,
): ExplainedRequest {
  return {
    method,
    scheme,
    target,
    hostHeader: headers.find(([name]) => name.toLowerCase() === "host")?.[1],
    seen: request && { host: textOf(request.host), path: textOf(request.path), remoteAddr: request.remoteAddr },
  };
}

function nameless(id: string): NamedRoute {
  return { id, ref: undefined, priority: { value: 0, source: "Foreign", reason: "nothing is known of it" } };
}
