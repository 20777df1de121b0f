import { bytesOf, tonumber } from "../matcher/index.ts";
import type { Json } from "../model/index.ts";

/**
 * What one variable must equal. Source: api7/lua-resty-expr 1.3.2, lib/resty/expr/v1.lua: a number is compared with
 * tonumber() of the value, anything else with a value of its own type.
 */
export type Constant =
  | { readonly type: "text"; readonly value: string }
  | { readonly type: "number"; readonly value: number }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "absent" };

/** The `vars` of a route, as far as precedence weighs them. */
export interface Conditions {
  /** Variables that one constant decides, among conditions that must all hold. */
  readonly constants: ReadonlyMap<string, Constant>;
  /** Two constants for one variable that no value equals both: the route can't match. */
  readonly isImpossible: boolean;
  /** Distinct variables named, by kind. */
  readonly headers: number;
  readonly queryParameters: number;
  readonly otherVariables: number;
  /** Distinct conditions that must all hold, and how many of them are `==`. */
  readonly count: number;
  readonly equalities: number;
}

/** One condition of those that must all hold. */
interface Condition {
  /** The same for conditions that are written the same. */
  readonly text: string;
  readonly names: readonly string[];
  readonly equality?: { readonly name: string; readonly constant: Constant };
}

export function conditionsOf(vars: readonly Json[] | undefined): Conditions {
  const conditions = new Map(allOf(vars, false).map((condition) => [condition.text, condition]));
  const constants = new Map<string, Constant>();
  let isImpossible = false;
  for (const { equality } of conditions.values()) {
    if (equality === undefined) continue;
    const known = constants.get(equality.name);
    if (known !== undefined && !constantsAgree(known, equality.constant)) isImpossible = true;
    // Of 1 and "1" the text says more.
    if (known === undefined || known.type === "number") constants.set(equality.name, equality.constant);
  }
  const names = [...new Set([...conditions.values()].flatMap((condition) => condition.names))];
  const headers = names.filter((name) => name.startsWith("http_")).length;
  const queryParameters = names.filter((name) => name.startsWith("arg_")).length;
  return {
    constants,
    isImpossible,
    headers,
    queryParameters,
    otherVariables: names.length - headers - queryParameters,
    count: conditions.size,
    equalities: [...conditions.values()].filter(({ equality }) => equality !== undefined).length,
  };
}

/** Whether some value equals both: `1` and `"1"` do, `"1"` and `"01"` don't. */
export function constantsAgree(a: Constant, b: Constant): boolean {
  if (a.type === "text" && b.type === "text") return a.value === b.value;
  if (a.type === "boolean" && b.type === "boolean") return a.value === b.value;
  if (a.type === "absent" || b.type === "absent") return a.type === b.type;
  if (a.type === "boolean" || b.type === "boolean") return false;
  return numberOf(a) === numberOf(b);
}

function numberOf(constant: Constant): number | undefined {
  if (constant.type === "number") return constant.value;
  return constant.type === "text" ? tonumber(constant.value) : undefined;
}

/** The conditions of an expression that must all hold. An OR, or a negated AND, is one condition. */
function allOf(expression: Json | undefined, isNegated: boolean): readonly Condition[] {
  if (!Array.isArray(expression) || expression.length === 0) return [];
  // Json's arrays are readonly, which Array.isArray does not narrow to.
  const list = expression as readonly Json[];
  const [head, ...rest] = list;
  if (typeof head !== "string") return ofLogic("AND", list, isNegated);
  const logic = head.toUpperCase();
  return ["AND", "OR", "!AND", "!OR"].includes(logic) ? ofLogic(logic, rest, isNegated) : [leafOf(list, isNegated)];
}

function ofLogic(logic: string, parts: readonly Json[], isNegated: boolean): readonly Condition[] {
  const isInverse = logic.startsWith("!") !== isNegated;
  const mustAllHold = logic.endsWith("AND") !== isInverse;
  const branches = parts.map((part) => allOf(part, isInverse));
  if (mustAllHold) return branches.flat();
  // One branch is enough, so no more is certain to be named than the branch names that names least.
  const named = branches.map((branch) => [...new Set(branch.flatMap(({ names }) => names))]);
  const [names = []] = named.sort((a, b) => a.length - b.length || (a.join() < b.join() ? -1 : 1));
  return [{ text: JSON.stringify([logic, parts]), names }];
}

function leafOf(leaf: readonly Json[], isNegated: boolean): Condition {
  const [written, second, third, fourth] = leaf;
  const name = typeof written === "string" ? variableOf(written) : JSON.stringify(written);
  const isMarked = leaf.length === 4 && second === "!";
  const negated = isNegated !== isMarked;
  const operator = isMarked ? third : second;
  const value = isMarked ? fourth : third;
  const constant = constantOf(leaf.length, operator, value, negated);
  const text = JSON.stringify([negated, name, ...leaf.slice(1)]);
  return { text, names: [name], ...(constant !== undefined && { equality: { name, constant } }) };
}

function constantOf(
  length: number,
  operator: Json | undefined,
  value: Json | undefined,
  isNegated: boolean,
): Constant | undefined {
  if (length === 2 && !isOperator(operator)) {
    // The old form without operator compares with lower-cased text.
    const text = typeof operator === "string" ? operator : JSON.stringify(operator ?? null);
    return isNegated ? undefined : textOf(text.toLowerCase());
  }
  const wanted = isNegated ? "~=" : "==";
  if (operator !== wanted) return undefined;
  switch (typeof value) {
    case "string":
      return textOf(value);
    case "number":
      return { type: "number", value } as const;
    case "boolean":
      return { type: "boolean", value } as const;
    default:
      return value === null || value === undefined ? ({ type: "absent" } as const) : undefined;
  }
}

function textOf(value: string): Constant {
  return { type: "text", value: bytesOf(value) };
}

function isOperator(operator: Json | undefined): boolean {
  const operators = ["==", "~=", ">", ">=", "<", "<=", "~~", "~*", "in", "has", "ipmatch"];
  return typeof operator === "string" && operators.includes(operator.toLowerCase());
}

/** `http_X-A` and `http_x_a` are one header. Source: apache/apisix 3.18, apisix/core/ctx.lua. */
function variableOf(name: string): string {
  return name.startsWith("http_") ? name.toLowerCase().replaceAll("-", "_") : name;
}
