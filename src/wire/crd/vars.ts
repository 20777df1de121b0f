import { type FieldPath, nearest } from "../../core/model/index.ts";
import { addressProblem } from "./address.ts";

/** Something wrong in a list of conditions, and where: a path below the list. */
export interface VarsProblem {
  readonly path: FieldPath;
  readonly message: string;
}

const logic = ["AND", "OR", "!AND", "!OR"];
const operators = ["==", "~=", ">", ">=", "<", "<=", "~~", "~*", "in", "has", "ipmatch"];
/** What people write who know other languages. */
const meantOperators: Readonly<Record<string, string>> = {
  "=": "==",
  "===": "==",
  "!=": "~=",
  "<>": "~=",
  "=~": "~~",
  "~": "~~",
  "=>": ">=",
  "=<": "<=",
};
/** The JSON parser of the gateway gives up at 1,000 levels. */
const deepest = 500;

const howTo = 'write a condition as ["arg_name", "==", "value"]';

/**
 * Everything wrong with `vars` (and with a plugin's `_meta.filter`, which has the same grammar). Constants are never
 * quoted in a message: they may be tokens.
 *
 * Some of these the gateway refuses with 400; others make its Admin API answer 500, or every request that reaches the
 * route. Source: api7/lua-resty-expr 1.3.2, lib/resty/expr/v1.lua, new(), compile() and compile_expr().
 */
export function varsProblems(vars: readonly unknown[]): readonly VarsProblem[] {
  const first = vars[0];
  if (vars.length === 0) return [];
  if (Array.isArray(first) || isLogic(first)) return checkList(vars, []);
  if (typeof first === "string") {
    return [{ path: [], message: `the list holds conditions, each in brackets of its own: [["${cut(first)}", …]]` }];
  }
  return [{ path: [0], message: `is not a condition: ${howTo}` }];
}

function checkList(list: readonly unknown[], path: FieldPath): readonly VarsProblem[] {
  const first = list[0];
  if (path.length > deepest) return [{ path, message: `is nested more than ${deepest} levels deep` }];
  if (list.length === 0) return [{ path, message: `is an empty list: leave it out, or ${howTo}` }];
  if (Array.isArray(first)) return list.flatMap((entry, index) => checkOperand(entry, [...path, index]));
  if (isLogic(first)) {
    if (list.length < 3) return [{ path, message: `${first} needs at least two conditions after it` }];
    return list.slice(1).flatMap((entry, index) => checkOperand(entry, [...path, index + 1]));
  }
  return checkComparison(list, path);
}

function checkOperand(entry: unknown, path: FieldPath): readonly VarsProblem[] {
  return Array.isArray(entry) ? checkList(entry, path) : [{ path, message: `is not a condition: ${howTo}` }];
}

function checkComparison(list: readonly unknown[], path: FieldPath): readonly VarsProblem[] {
  const [name, second] = list;
  if (typeof name !== "string") {
    return [{ path: [...path, 0], message: "must be the name of a variable, such as arg_page or http_x_tenant" }];
  }
  if (list.length === 1) return [{ path, message: `has no operator and no value: ${howTo}` }];
  if (list.length === 2) return checkPair(second, path);
  if (list.length === 4 && second !== "!") {
    return [
      { path: [...path, 1], message: 'a condition of four entries is a negation: ["arg_name", "!", "==", "value"]' },
    ];
  }
  const place = list.length === 4 ? 2 : 1;
  return checkOperator(list[place], list[place + 1], [...path, place], [...path, place + 1]);
}

/** `["arg_x", "A"]` is an old way to write `==`; `["arg_x", "=="]` asks for an absent variable. */
function checkPair(second: unknown, path: FieldPath): readonly VarsProblem[] {
  if (typeof second === "string" && second.toLowerCase() === "ipmatch") return checkAddresses(undefined, [...path, 1]);
  if (typeof second === "string" || typeof second === "number") return [];
  return [{ path: [...path, 1], message: `must be an operator or a text: ${howTo}` }];
}

function checkOperator(operator: unknown, value: unknown, at: FieldPath, valueAt: FieldPath): readonly VarsProblem[] {
  if (typeof operator !== "string")
    return [{ path: at, message: `must be an operator, one of ${operators.join(" ")}` }];
  const meant = operator.toLowerCase();
  if (meant === "ipmatch") return checkAddresses(value, valueAt);
  if (operators.includes(meant)) return [];
  const suggestion = meantOperators[meant] ?? nearest(meant, operators);
  const hint = suggestion === undefined ? `the operators are ${operators.join(" ")}` : `did you mean "${suggestion}"?`;
  return [{ path: at, message: `"${cut(operator)}" is no operator: ${hint}` }];
}

function checkAddresses(value: unknown, path: FieldPath): readonly VarsProblem[] {
  const entries = Array.isArray(value) ? value : [value];
  if (entries.length === 0 || value === undefined) return [{ path, message: "ipmatch needs at least one address" }];
  return entries.flatMap((entry: unknown, index) => {
    const at = Array.isArray(value) ? [...path, index] : path;
    // The matcher takes the brackets off an IPv6 address.
    const problem = typeof entry === "string" ? addressProblem(entry.replace(/^\[(.*)\]/, "$1")) : "must be a text";
    return problem === undefined ? [] : [{ path: at, message: problem }];
  });
}

function isLogic(value: unknown): value is string {
  return typeof value === "string" && logic.includes(value.toUpperCase());
}

function cut(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
