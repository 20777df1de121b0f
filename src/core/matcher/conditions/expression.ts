import type { Json } from "../../model/index.ts";
import { addressSetOf } from "../ip.ts";
import { luaOf, tostring, type LuaValue } from "../lua.ts";
import { isOperator, type Operator, type Operand } from "./operators.ts";

/** `vars` of a route, read once. `place` is where a part stands: `vars[1][2]`. */
export type Expression =
  | {
      readonly kind: "group";
      readonly logic: Logic;
      readonly parts: readonly Expression[];
      readonly place: string;
    }
  | {
      readonly kind: "comparison";
      /** A number is a mistake that raises an error as soon as it is evaluated. */
      readonly variable: string | number;
      readonly operator: Operator;
      readonly operand: Operand;
      readonly isNegated: boolean;
      readonly place: string;
    };
export type Logic = "AND" | "OR" | "!AND" | "!OR";

export type CompiledVars =
  | { readonly kind: "always" } // no conditions at all
  | { readonly kind: "expression"; readonly expression: Expression }
  /** APISIX refuses the route; `isServerError`: with a 500 of its Admin API. A data plane that is handed one drops it. */
  | { readonly kind: "invalid"; readonly problem: string; readonly isServerError: boolean };

/** Source: api7/lua-resty-expr 1.3.2, lib/resty/expr/v1.lua, new and compile. */
export function compileVars(vars: Json): CompiledVars {
  try {
    if (!Array.isArray(vars) || vars.length === 0) return { kind: "always" };
    const [first] = vars as readonly Json[];
    if (!isTable(first) && logicOf(upper(first)) === undefined)
      throw new Refusal("rule should be wrapped inside brackets");
    return { kind: "expression", expression: compileRule(vars, "vars") };
  } catch (error) {
    if (error instanceof Refusal)
      return { kind: "invalid", problem: error.message, isServerError: error.isServerError };
    throw error;
  }
}

/** `arg_x ! == "1"`: as it is written, for people. */
export function comparisonText(comparison: Expression & { readonly kind: "comparison" }): string {
  const { variable, operator, operand, isNegated } = comparison;
  return `${variable} ${isNegated ? "! " : ""}${operator} ${operand.written === undefined ? "(nothing)" : JSON.stringify(operand.written)}`;
}

class Refusal extends Error {
  override readonly name = "Refusal";
  readonly isServerError: boolean;

  constructor(message: string, isServerError = false) {
    super(message);
    this.isServerError = isServerError;
  }
}

function compileRule(rule: Json | undefined, place: string): Expression {
  if (rule === "" || (isTable(rule) && !Array.isArray(rule))) throw new Refusal("rule too short");
  if (!Array.isArray(rule)) throw new Refusal("a rule that is no list", true);
  const parts = rule as readonly Json[]; // isArray makes it any[]
  const [first] = parts;
  if (first === undefined) throw new Refusal("rule too short");
  if (isTable(first)) return { kind: "group", logic: "AND", parts: compileParts(parts, 0, place), place };
  const logic = logicOf(upper(first));
  if (logic === undefined) return compileComparison(parts, place);
  if (parts.length <= 2) throw new Refusal("rule too short");
  return { kind: "group", logic, parts: compileParts(parts, 1, place), place };
}

function compileParts(parts: readonly Json[], from: number, place: string): Expression[] {
  return parts.slice(from).map((part, index) => compileRule(part, `${place}[${index + from}]`));
}

/** Of five and more elements the first three count. Same file, compile_expr. */
function compileComparison(parts: readonly Json[], place: string): Expression {
  const isNegated = parts.length === 4;
  if (isNegated && parts[1] !== "!") throw new Refusal("bad 'not' expression");
  const [left, writtenOperator, right] = isNegated ? [parts[0], parts[2], parts[3]] : [parts[0], parts[1], parts[2]];
  if (writtenOperator === undefined) throw new Refusal("invalid expression");
  const operator = lower(writtenOperator);
  const variable = typeof left === "number" ? left : caseable(left);
  const comparison = (name: Operator, written: Json | undefined): Expression => ({
    kind: "comparison",
    variable,
    operator: name,
    operand: operandOf(name, written),
    isNegated,
    place,
  });
  if (isOperator(operator)) return comparison(operator, right);
  // Two elements: equality with the second one as a lower-cased text.
  if (right === undefined) return comparison("==", operator);
  throw new Refusal(`invalid operator '${operator}'`);
}

function operandOf(operator: Operator, written: Json | undefined): Operand {
  const value: LuaValue = written === undefined || written === null ? undefined : luaOf(written);
  if (operator !== "ipmatch") return { written, value };
  if (written === undefined || written === "" || written === false) throw new Refusal("invalid ip address");
  const texts: readonly (Json | undefined)[] = Array.isArray(written) ? written : isTable(written) ? [] : [written];
  if (texts.length === 0) throw new Refusal("invalid ip address");
  const addresses = texts.map((text) => {
    if (typeof text !== "string") throw new Refusal("an address that is no text", true);
    return text;
  });
  const set = addressSetOf(addresses);
  if (set === undefined) throw new Refusal("invalid ip address");
  return { written, value, addresses: set };
}

function logicOf(text: string): Logic | undefined {
  return text === "AND" || text === "OR" || text === "!AND" || text === "!OR" ? text : undefined;
}

function isTable(value: Json | undefined): boolean {
  return typeof value === "object" && value !== null;
}

/** string.upper takes numbers, too, and raises an error for anything else. */
function upper(value: Json | undefined): string {
  return caseable(value).replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

function lower(value: Json): string {
  return caseable(value).replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function caseable(value: Json | undefined): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return tostring(value);
  throw new Refusal("a name or operator that is no text", true);
}
