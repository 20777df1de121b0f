import { LuaError } from "../lua.ts";
import type { RouterRequest } from "../request/request.ts";
import { unknownValue, variableOf, type VariableValue } from "../request/variables.ts";
import type { Expression } from "./expression.ts";
import { compare } from "./operators.ts";
import { not, type Truth } from "./truth.ts";

/**
 * Lazy and from left to right, as lua-resty-expr evaluates: what decides ends it. Throws LuaError where the gateway raises
 * an error; behind a part that cannot be told, an error cannot be told either.
 * Source: api7/lua-resty-expr 1.3.2, lib/resty/expr/v1.lua, eval_and and eval_or.
 */
export function evaluate(expression: Expression, request: RouterRequest): Truth {
  if (expression.kind === "comparison") return compareIn(expression, request);
  const isOr = expression.logic.endsWith("OR");
  const outcome = firstDecisive(expression.parts, request, isOr);
  return expression.logic.startsWith("!") ? not(outcome) : outcome;
}

/** The left side of a comparison, as the request has it. */
export function leftOf(
  expression: Expression & { readonly kind: "comparison" },
  request: RouterRequest,
): VariableValue {
  if (typeof expression.variable === "number") throw new LuaError("the name of a variable is no text");
  return variableOf(request, expression.variable);
}

function compareIn(expression: Expression & { readonly kind: "comparison" }, request: RouterRequest): Truth {
  const left = leftOf(expression, request);
  if (left === unknownValue) return undefined;
  const outcome = compare(left, expression.operator, expression.operand);
  return expression.isNegated ? not(outcome) : outcome;
}

/** `true` decides an OR, `false` an AND. */
function firstDecisive(parts: readonly Expression[], request: RouterRequest, decisive: boolean): Truth {
  let isUnknown = false;
  for (const part of parts) {
    let outcome: Truth;
    try {
      outcome = evaluate(part, request);
    } catch (error) {
      if (isUnknown && error instanceof LuaError) return undefined;
      throw error;
    }
    if (outcome === decisive) return decisive;
    if (outcome === undefined) isUnknown = true;
  }
  return isUnknown ? undefined : !decisive;
}
