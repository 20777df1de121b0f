import type { DecidingRule, OrderRule, Step } from "../../core/matcher/index.ts";
import type { NamedRoute } from "./named-table.ts";

/** How one request is answered, and why. */
export interface Explanation {
  readonly request: ExplainedRequest;
  readonly verdict: Verdict;
  /** Host levels that the request leads to, in order. */
  readonly levels: readonly string[];
  /** Every candidate that was tried, in order; where a route wins, it is the last one. */
  readonly steps: readonly ExplainedStep[];
  /** Who would answer if the winner were gone, and the rule that puts the winner first. */
  readonly runnerUp: RunnerUp | undefined;
}

/** The request as sent, and as the router sees it. */
export interface ExplainedRequest {
  readonly method: string;
  readonly scheme: "http" | "https";
  readonly target: string;
  readonly hostHeader: string | undefined;
  /** `undefined`: the server refuses the request before a router sees it. */
  readonly seen: { readonly host: string; readonly path: string; readonly remoteAddr: string } | undefined;
}

export type Verdict =
  | { readonly kind: "matched"; readonly winner: Winner }
  /** The winner wins because it was loaded first: `tiedWith` match as well, of `mayTieWith` this can't be told. */
  | {
      readonly kind: "loadOrder";
      readonly winner: Winner;
      readonly tiedWith: readonly NamedRoute[];
      readonly mayTieWith: readonly NamedRoute[];
    }
  | { readonly kind: "noRoute" }
  | { readonly kind: "refused"; readonly status: 400 | 405 | 414; readonly reason: string }
  /** The gateway answers 500. */
  | { readonly kind: "error"; readonly route: NamedRoute; readonly reason: string }
  /** `maybe` come first and may match or not; `otherwise`: what comes if none of them does. */
  | {
      readonly kind: "unknown";
      readonly maybe: readonly NamedRoute[];
      readonly otherwise: Extract<Verdict, { readonly kind: "matched" | "noRoute" | "error" }>;
    };

export interface Winner {
  readonly route: NamedRoute;
  /** The uri as written, and the host level, under which it took the request. */
  readonly uri: string;
  readonly level: string;
  /** What the route refers to and the gateway does not have: it answers 404 (service) or 503 (plugin config) itself. */
  readonly missing: "service" | "pluginConfig" | undefined;
}

export interface ExplainedStep extends Omit<Step, "routeId" | "priority"> {
  readonly route: NamedRoute;
  readonly comesNextBy: OrderRule | undefined;
}

export interface RunnerUp {
  readonly route: NamedRoute;
  readonly uri: string;
  readonly level: string;
  readonly decidedBy: DecidingRule;
}

/** A route answers, and it stays that one whatever the order of loading and whatever this model can't tell. */
export function isSettled(verdict: Verdict): boolean {
  return verdict.kind === "matched" && verdict.winner.missing === undefined;
}

/** HTTP status that the gateway itself answers; `undefined`: the route answers, or it can't be told. */
export function gatewayStatus(verdict: Verdict): number | undefined {
  switch (verdict.kind) {
    case "matched":
    case "loadOrder":
      return missingStatus[verdict.winner.missing ?? "nothing"];
    case "noRoute":
      return 404;
    case "refused":
      return verdict.status;
    case "error":
      return 500;
    case "unknown":
      return undefined;
  }
}

const missingStatus = { nothing: undefined, service: 404, pluginConfig: 503 } as const;
