import type { ConditionReport } from "./conditions/condition.ts";
import type { Truth } from "./conditions/truth.ts";
import type { Candidate } from "./bucket.ts";
import { LuaError } from "./lua.ts";
import { passesCheck } from "./pattern.ts";
import { longestStar } from "./pattern-segments.ts";
import { textOf } from "./bytes.ts";
import type { RouterRequest } from "./request/request.ts";

/**
 * Whether a candidate of a bucket that the path leads to takes the request: its conditions, then its pattern. Throws
 * LuaError where the gateway raises an error, unless that depends on what this model cannot tell.
 * Source: api7/lua-resty-radixtree 2.9.2, lib/resty/radixtree.lua, _match_from_routes.
 */
export function accepts(candidate: Candidate, request: RouterRequest): Truth {
  if (candidate.isPlain && request.path.length <= longestStar) return true;
  const { owner, pattern } = candidate;
  let isUnknown = false;
  for (const condition of owner.conditions) {
    let outcome: Truth;
    try {
      outcome = condition.test(request);
    } catch (error) {
      if (isUnknown && error instanceof LuaError) return undefined;
      throw error;
    }
    if (outcome === false) return false;
    if (outcome === undefined) isUnknown = true;
  }
  const passes = pattern.kind === "exact" || passesCheck(pattern, request.path);
  if (passes === false) return false;
  return isUnknown || passes === undefined ? undefined : true;
}

/** Why a candidate did not simply accept: the first condition that refuses or, if none does, that cannot be told. */
export function reasonOf({ owner, pattern }: Candidate, request: RouterRequest, outcome: Truth): ConditionReport {
  for (const condition of owner.conditions) {
    const own = testedQuietly(() => condition.test(request));
    if (own === outcome) return condition.explain(request, outcome);
  }
  return { place: "uri", demands: pattern.text, saw: textOf(request.path) };
}

function testedQuietly(test: () => Truth): Truth | "error" {
  try {
    return test();
  } catch (error) {
    if (error instanceof LuaError) return "error";
    throw error;
  }
}
