import { gatewayStatus, isSettled, type ExplainedStep, type Explanation } from "../explain/explanation.ts";
import { routeName, type NamedRoute, type NamedTable } from "../explain/named-table.ts";
import { explanationSummary } from "./explain-summary.ts";

/** The object that `explain -o json` prints; docs/explain.md is its contract. Absent values are `null`, never left out. */
export function explanationJson(explanation: Explanation, { table, origin, notes }: NamedTable): ExplanationJson {
  const { request, verdict, levels, steps, runnerUp } = explanation;
  const winner = verdict.kind === "matched" || verdict.kind === "loadOrder" ? verdict.winner : undefined;
  return {
    summary: explanationSummary(explanation),
    outcome: verdict.kind === "loadOrder" ? "matched" : verdict.kind,
    settled: isSettled(verdict),
    status: gatewayStatus(verdict) ?? null,
    winner: winner === undefined ? null : routeName(winner.route),
    winnerId: winner?.route.id ?? null,
    missing: winner?.missing ?? null,
    dependsOnLoadOrder: verdict.kind === "loadOrder",
    tiedWith: verdict.kind === "loadOrder" ? verdict.tiedWith.map(routeName) : [],
    mayTieWith: verdict.kind === "loadOrder" ? verdict.mayTieWith.map(routeName) : [],
    dependsOnUnknown: verdict.kind === "unknown" || (verdict.kind === "loadOrder" && verdict.mayTieWith.length > 0),
    maybe: verdict.kind === "unknown" ? verdict.maybe.map(routeName) : [],
    otherwise:
      verdict.kind === "unknown" && verdict.otherwise.kind === "matched"
        ? routeName(verdict.otherwise.winner.route)
        : null,
    error: errorIn(explanation),
    request: {
      method: request.method,
      scheme: request.scheme,
      target: request.target,
      hostHeader: request.hostHeader ?? null,
      host: request.seen?.host ?? null,
      path: request.seen?.path ?? null,
      remoteAddr: request.seen?.remoteAddr ?? null,
    },
    levels,
    steps: steps.map(stepJson),
    runnerUp:
      runnerUp === undefined
        ? null
        : { ...routeJson(runnerUp.route), uri: runnerUp.uri, host: runnerUp.level, decidedBy: runnerUp.decidedBy },
    table: {
      from: origin.from,
      gateway: origin.gateway ?? null,
      observed: origin.isObserved,
      router: origin.router,
      apisixVersion: origin.apisixVersion,
      routes: table.size,
    },
    notes,
  };
}

export interface ExplanationJson {
  readonly summary: string;
  readonly outcome: "matched" | "noRoute" | "refused" | "error" | "unknown";
  readonly settled: boolean;
  readonly status: number | null;
  readonly winner: string | null;
  readonly winnerId: string | null;
  readonly missing: "service" | "pluginConfig" | null;
  readonly dependsOnLoadOrder: boolean;
  readonly tiedWith: readonly string[];
  readonly mayTieWith: readonly string[];
  readonly dependsOnUnknown: boolean;
  readonly maybe: readonly string[];
  readonly otherwise: string | null;
  readonly error: { readonly route: string | null; readonly reason: string } | null;
  readonly request: Readonly<Record<"method" | "scheme" | "target", string>> &
    Readonly<Record<"hostHeader" | "host" | "path" | "remoteAddr", string | null>>;
  readonly levels: readonly string[];
  readonly steps: readonly StepJson[];
  readonly runnerUp: (RouteJson & Readonly<Record<"uri" | "host" | "decidedBy", string>>) | null;
  readonly table: {
    readonly from: "files" | "cluster" | "gateway";
    readonly gateway: string | null;
    readonly observed: boolean;
    readonly router: string;
    readonly apisixVersion: string;
    readonly routes: number;
  };
  readonly notes: readonly string[];
}

interface RouteJson {
  readonly route: string;
  readonly id: string;
  readonly priority: { readonly value: number; readonly source: string; readonly reason: string };
}

interface StepJson extends RouteJson {
  readonly uri: string;
  readonly host: string;
  readonly bucket: { readonly kind: "exact" | "prefix"; readonly text: string };
  readonly outcome: ExplainedStep["outcome"];
  readonly comesNextBy: string | null;
  readonly why: { readonly place: string; readonly demands: string; readonly saw: string } | null;
}

function stepJson({ route, uri, level, bucket, outcome, comesNextBy, reason }: ExplainedStep): StepJson {
  return {
    ...routeJson(route),
    uri,
    host: level,
    bucket: { kind: bucket.kind === "exact" ? "exact" : "prefix", text: bucket.key },
    outcome,
    comesNextBy: comesNextBy ?? null,
    why: reason === undefined ? null : { place: reason.place, demands: reason.demands, saw: reason.saw },
  };
}

function routeJson(route: NamedRoute): RouteJson {
  const { value, source, reason } = route.priority;
  return { route: routeName(route), id: route.id, priority: { value, source, reason } };
}

function errorIn({ verdict }: Explanation): ExplanationJson["error"] {
  switch (verdict.kind) {
    case "error":
      return { route: routeName(verdict.route), reason: verdict.reason };
    case "refused":
      return { route: null, reason: verdict.reason };
    case "matched":
    case "loadOrder":
    case "noRoute":
    case "unknown":
      return null;
  }
}
