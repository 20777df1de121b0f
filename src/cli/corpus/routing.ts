import {
  levelText,
  MatchCache,
  matchedParams,
  normaliseRequest,
  statusOf,
  tableOf,
  textOf,
  traceMatch,
  type MatchResult,
  type RouterRequest,
  type RouteTable,
} from "../../core/matcher/index.ts";
import {
  differencesFrom,
  rawRequestOf,
  routesInLoadOrder,
  type RoutingAnswer,
  type RoutingCase,
  type RoutingMiss,
  type RoutingRequest,
} from "./routing-case.ts";

export interface RoutingReport {
  readonly passed: number;
  readonly misses: readonly RoutingMiss[];
  /** Requests that could not be asked there. */
  readonly skips: readonly RoutingSkip[];
}

export interface RoutingSkip {
  readonly case: RoutingCase;
  readonly request: RoutingRequest;
  readonly reason: string;
}

/** Asks the matcher each request of each case and compares winner, status, seen, via and params with the record. */
export function runRoutingOnMatcher(cases: readonly RoutingCase[]): RoutingReport {
  const misses: RoutingMiss[] = [];
  let passed = 0;
  for (const routingCase of cases) {
    const ask = askerOf(routingCase);
    for (const request of routingCase.requests) {
      const answer = ask(request);
      const differences = differencesFrom(request, answer);
      if (differences.length === 0) passed++;
      else misses.push({ case: routingCase, request, answer, differences });
    }
  }
  return { passed, misses, skips: [] };
}

/** Answers requests on the case's table, one after the other: with the match cache on, earlier ones count. */
function askerOf(routingCase: RoutingCase): (request: RoutingRequest) => RoutingAnswer {
  const table = tableOf(
    { flavor: routingCase.router },
    { routes: routesInLoadOrder(routingCase), services: routingCase.services },
  );
  const cache = new MatchCache(table);
  const recordsParams = routingCase.router === "radixtree_uri_with_parameter";
  const hasGlobalRules = routingCase.globalRule !== false;
  return (asked) => {
    const normalised = normaliseRequest(rawRequestOf(asked));
    if (normalised.kind === "refused") {
      return { winner: null, status: normalised.status, because: normalised.reason };
    }
    const { request } = normalised;
    const result = cache.match(request, { hasGlobalRules });
    return {
      winner: winnerOf(result),
      status: statusOf(result),
      seen: { uri: textOf(request.path), host: textOf(request.host) },
      because: reasonOf(table, request, result),
      ...(result.kind === "matched" && {
        via: result.candidate.pattern.text,
        ...(recordsParams && { params: matchedParams(result.candidate, request) }),
      }),
    };
  };
}

function winnerOf(result: MatchResult): string | null {
  return result.kind === "matched" ? result.candidate.owner.id : null;
}

function reasonOf(table: RouteTable, request: RouterRequest, result: MatchResult): string {
  switch (result.kind) {
    case "error":
      return `${result.routeId}: ${result.reason}`;
    case "unknown":
      return `cannot tell: ${result.maybe.map(({ owner }) => owner.id).join(", ")}`;
    case "notFound":
      return "no route matches";
    case "matched": {
      const { runnerUp } = traceMatch(table, request);
      const place = `${levelText(result.candidate.level)} ${result.candidate.pattern.text}`;
      return runnerUp === undefined
        ? `${place}, alone`
        : `${place}, before ${runnerUp.routeId} by ${runnerUp.decidedBy}`;
    }
  }
}
