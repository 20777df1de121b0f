import { textOf as textOfBytes } from "../bytes.ts";
import { LuaError } from "../lua.ts";
import type { RouterRequest } from "../request/request.ts";
import { unknownValue, type VariableValue } from "../request/variables.ts";
import { evaluate, leftOf } from "./evaluate.ts";
import { comparisonText, type Expression } from "./expression.ts";
import type { Truth } from "./truth.ts";

/** The part of an expression that decided it: where it stands, what it says, what it saw. */
export interface DecidingPart {
  readonly place: string;
  readonly text: string;
  /** The value of its variable, for people; in a group with several, each with its name. */
  readonly saw: string;
}

/** The smallest part that by itself gives the expression this outcome (false, or unknown). */
export function decidingPartOf(expression: Expression, request: RouterRequest, outcome: Truth): DecidingPart {
  if (expression.kind === "group" && expression.logic === "AND") {
    // An AND fails by its first part that does; what has no single cause is told as a whole.
    const cause = expression.parts.find((part) => outcomeIn(part, request) === outcome);
    if (cause !== undefined) return decidingPartOf(cause, request, outcome);
  }
  return { place: expression.place, text: textOf(expression), saw: seenBy(expression, request) };
}

/** A value as a person reads it: text in quotes, `absent`, JSON. */
export function valueText(value: VariableValue): string {
  if (value === unknownValue) return "unknown";
  if (value === undefined) return "absent";
  if (value === true) return "true (named without a value)";
  return typeof value === "string" ? JSON.stringify(textOfBytes(value)) : JSON.stringify(value);
}

function seenBy(expression: Expression, request: RouterRequest): string {
  const comparisons = comparisonsIn(expression);
  const [only] = comparisons;
  if (comparisons.length === 1 && only !== undefined) return leftText(only, request);
  return [...new Set(comparisons.map((comparison) => `${comparison.variable} ${leftText(comparison, request)}`))].join(
    ", ",
  );
}

function comparisonsIn(expression: Expression): readonly (Expression & { readonly kind: "comparison" })[] {
  return expression.kind === "comparison" ? [expression] : expression.parts.flatMap(comparisonsIn);
}

function leftText(comparison: Expression & { readonly kind: "comparison" }, request: RouterRequest): string {
  try {
    return valueText(leftOf(comparison, request));
  } catch (error) {
    if (error instanceof LuaError) return error.message;
    throw error;
  }
}

function outcomeIn(expression: Expression, request: RouterRequest): Truth | "error" {
  try {
    return evaluate(expression, request);
  } catch (error) {
    if (error instanceof LuaError) return "error";
    throw error;
  }
}

function textOf(expression: Expression): string {
  if (expression.kind === "comparison") return comparisonText(expression);
  return `${expression.logic} (${expression.parts.map(textOf).join("; ")})`;
}
