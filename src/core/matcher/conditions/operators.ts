import type { Json } from "../../model/index.ts";
import { containsAddress, type AddressSet } from "../ip.ts";
import { LuaError, tonumber, tostring, type LuaValue } from "../lua.ts";
import { patternOf } from "../regex/index.ts";
import type { Truth } from "./truth.ts";

export const operators = ["==", "~=", ">", ">=", "<", "<=", "~~", "~*", "in", "has", "ipmatch"] as const;
export type Operator = (typeof operators)[number];

export interface Operand {
  readonly written: Json | undefined;
  /** JSON null and a missing operand are nil. */
  readonly value: LuaValue;
  /** Of ipmatch. */
  readonly addresses?: AddressSet;
}

export function isOperator(text: string): text is Operator {
  return (operators as readonly string[]).includes(text);
}

/**
 * Compares as lua-resty-expr does: numbers on the right turn the left into a number, `in` and `has` never do, an absent
 * variable differs from everything but null. Throws LuaError where Lua raises an error.
 * Source: api7/lua-resty-expr 1.3.2, lib/resty/expr/v1.lua, compare_funcs.
 */
export function compare(left: LuaValue, operator: Operator, operand: Operand): Truth {
  const right = operand.value;
  switch (operator) {
    case "==":
      return typeof right === "number" ? tonumber(left) === right : left === right;
    case "~=":
      return typeof right === "number" ? tonumber(left) !== right : left !== right;
    case ">":
      return ordered(left, right, (a, b) => a > b);
    case ">=":
      return ordered(left, right, (a, b) => a >= b);
    case "<":
      return ordered(left, right, (a, b) => a < b);
    case "<=":
      return ordered(left, right, (a, b) => a <= b);
    case "~~":
      return matches(left, right, { ignoresCase: false });
    case "~*":
      return matches(left, right, { ignoresCase: true });
    case "in":
      return Array.isArray(right) && right.includes(left);
    case "has":
      return Array.isArray(left) && left.includes(right);
    case "ipmatch":
      return isInside(left, operand.addresses);
  }
}

function ordered(left: LuaValue, right: LuaValue, isSo: (left: number, right: number) => boolean): boolean {
  const [a, b] = [tonumber(left), tonumber(right)];
  return a !== undefined && b !== undefined && isSo(a, b);
}

/** Searched anywhere; a pattern that PCRE refuses never matches. Numbers and `true` are searched as text. */
function matches(left: LuaValue, right: LuaValue, options: { readonly ignoresCase: boolean }): Truth {
  if (left === undefined || left === false) return false;
  return patternOf(tostring(right), options).search(tostring(left));
}

/** Only text can be handed to inet_pton; any other value raises an error, nil and false do not match. */
function isInside(left: LuaValue, addresses: AddressSet | undefined): boolean {
  if (left === undefined || left === false || addresses === undefined) return false;
  if (typeof left !== "string") throw new LuaError("ipmatch on a value that is no text");
  return containsAddress(addresses, left);
}
