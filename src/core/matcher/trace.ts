import { bucketRuleBetween, type BucketRule, type Candidate } from "./bucket.ts";
import { textOf } from "./bytes.ts";
import { accepts, reasonOf } from "./candidate.ts";
import type { ConditionReport } from "./conditions/condition.ts";
import type { Truth } from "./conditions/truth.ts";
import type { HostPattern } from "./host.ts";
import { LuaError } from "./lua.ts";
import { candidatesFor, match, type MatchResult } from "./match.ts";
import type { RouterRequest } from "./request/request.ts";
import type { RouterRules } from "./rules.ts";
import type { RouteTable } from "./table.ts";

/** How a request was decided, step by step. */
export interface Trace {
  readonly result: MatchResult;
  /** Host levels that the request leads to, in order; in the uri routers one, that of all hosts. */
  readonly levels: readonly string[];
  /** Each candidate that was tried, in order. The last one is the winner, where there is one. */
  readonly steps: readonly Step[];
  /** The next route that would answer if the winner were gone, and the rule that puts the winner before it. */
  readonly runnerUp: RunnerUp | undefined;
  /** Other routes that match as well and stand level with the winner: load order alone decides. */
  readonly tiedWith: readonly string[];
  /** Routes level with the winner of which this model cannot tell whether they match. */
  readonly mayTieWith: readonly string[];
}

export interface Step {
  readonly routeId: string;
  /** The uri as written. */
  readonly uri: string;
  readonly level: string;
  readonly bucket: { readonly kind: "exact" | "tree"; readonly key: string };
  readonly priority: number;
  /** What put the step before ahead of this one; of the first step there is none. */
  readonly comesNextBy: OrderRule | undefined;
  readonly outcome: "won" | "passedOver" | "cannotTell" | "raisedError";
  /** Of all but the winner: what refused, what it demands, what it saw. */
  readonly reason: ConditionReport | undefined;
}

export interface RunnerUp {
  readonly routeId: string;
  readonly uri: string;
  readonly level: string;
  readonly decidedBy: DecidingRule;
}

/** In the order in which they count. */
export type DecidingRule = "host level" | "exact path" | "longer prefix" | BucketRule;

/** Two uris of one route in one bucket stand as written, unless their texts differ in length. */
export type OrderRule = DecidingRule | "order of uris";

/** Like match, and tells how. */
export function traceMatch(table: RouteTable, request: RouterRequest): Trace {
  const steps: Step[] = [];
  let before: Candidate | undefined;
  const result = match(table, request, (candidate, outcome) => {
    const comesNextBy = before === undefined ? undefined : orderRule(before, candidate, table.rules);
    steps.push(stepOf(candidate, { outcome, comesNextBy, reason: reasonFor(candidate, outcome, request) }));
    before = candidate;
  });
  const levels = [...table.hosts.levelsFor(request.host)].map(({ host }) => levelText(host));
  const winner = result.kind === "matched" ? result.candidate : undefined;
  if (winner === undefined) return { result, levels, steps, runnerUp: undefined, tiedWith: [], mayTieWith: [] };
  const rest = othersThatMatch(table, request, winner);
  const level = rest.filter(({ candidate }) => decidingRule(winner, candidate, table.rules) === "load order");
  const next = rest.find(({ outcome }) => outcome === true)?.candidate;
  return {
    result,
    levels,
    steps,
    runnerUp: next === undefined ? undefined : runnerUpOf(winner, next, table.rules),
    tiedWith: idsOf(level.filter(({ outcome }) => outcome === true)),
    mayTieWith: idsOf(level.filter(({ outcome }) => outcome === undefined)),
  };
}

/** The first rule that tells two candidates apart, `winner` being tried first. */
export function decidingRule(winner: Candidate, other: Candidate, rules: RouterRules): DecidingRule {
  if (levelText(winner.level) !== levelText(other.level)) return "host level";
  if (winner.pattern.kind !== other.pattern.kind) return "exact path";
  if (winner.pattern.key !== other.pattern.key) return "longer prefix";
  return bucketRuleBetween(winner, other, rules);
}

/** `a.com`, `*.a.com`, `*`; "any host" for routes without hosts. */
export function levelText(host: HostPattern): string {
  return host.kind === "any" ? "any host" : textOf(host.text);
}

function orderRule(before: Candidate, candidate: Candidate, rules: RouterRules): OrderRule {
  const rule = decidingRule(before, candidate, rules);
  return rule === "load order" && before.owner === candidate.owner ? "order of uris" : rule;
}

interface Seen extends Pick<Step, "comesNextBy" | "reason"> {
  readonly outcome: Truth | LuaError;
}

function stepOf({ owner, pattern, level }: Candidate, { outcome, comesNextBy, reason }: Seen): Step {
  return {
    routeId: owner.id,
    uri: pattern.text,
    level: levelText(level),
    bucket: { kind: pattern.kind, key: textOf(pattern.key) },
    priority: owner.priority,
    comesNextBy,
    outcome: outcomeName(outcome),
    reason,
  };
}

function outcomeName(outcome: Truth | LuaError): Step["outcome"] {
  if (outcome instanceof LuaError) return "raisedError";
  return outcome === undefined ? "cannotTell" : outcome ? "won" : "passedOver";
}

function reasonFor(
  candidate: Candidate,
  outcome: Truth | LuaError,
  request: RouterRequest,
): ConditionReport | undefined {
  if (outcome === true) return undefined;
  if (outcome instanceof LuaError) return { place: "route", demands: "", saw: outcome.message };
  return reasonOf(candidate, request, outcome);
}

/** Candidates behind the winner, of other routes, that match or may match; up to the first that raises an error. */
function othersThatMatch(
  table: RouteTable,
  request: RouterRequest,
  winner: Candidate,
): readonly { readonly candidate: Candidate; readonly outcome: Truth }[] {
  const found: { candidate: Candidate; outcome: Truth }[] = [];
  let isBehind = false;
  for (const candidate of candidatesFor(table, request)) {
    if (isBehind && candidate.owner !== winner.owner) {
      const outcome = outcomeOrError(candidate, request);
      if (outcome === "error") return found;
      if (outcome !== false) found.push({ candidate, outcome });
    }
    if (candidate === winner) isBehind = true;
    // The first sure match outside the winner's bucket is the last that anybody asks for.
    if (found.some(({ outcome }) => outcome === true) && !isSameBucket(candidate, winner)) return found;
  }
  return found;
}

function outcomeOrError(candidate: Candidate, request: RouterRequest): Truth | "error" {
  try {
    return accepts(candidate, request);
  } catch (error) {
    if (error instanceof LuaError) return "error";
    throw error;
  }
}

function isSameBucket(a: Candidate, b: Candidate): boolean {
  return (
    levelText(a.level) === levelText(b.level) && a.pattern.kind === b.pattern.kind && a.pattern.key === b.pattern.key
  );
}

function runnerUpOf(winner: Candidate, next: Candidate, rules: RouterRules): RunnerUp {
  const { owner, pattern, level } = next;
  const decidedBy = decidingRule(winner, next, rules);
  return { routeId: owner.id, uri: pattern.text, level: levelText(level), decidedBy };
}

function idsOf(found: readonly { readonly candidate: Candidate }[]): readonly string[] {
  return [...new Set(found.map(({ candidate }) => candidate.owner.id))];
}
