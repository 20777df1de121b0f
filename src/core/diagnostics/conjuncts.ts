import { bytesOf } from "../matcher/index.ts";
import type { Json } from "../model/index.ts";

/** One condition of those that must all hold. */
export interface Conjunct {
  /** As `vars` writes it, without the brackets around single conditions. */
  readonly expression: readonly Json[];
  /** The same for conditions that differ only in how they are written. */
  readonly text: string;
  readonly leaves: readonly Leaf[];
}

/** A comparison of one variable. */
export interface Leaf {
  readonly name: string;
  readonly operator: string;
  readonly value: Json | undefined;
  readonly isNegated: boolean;
}

/**
 * The conditions that must all hold, nested ANDs opened, each once, in the order of their texts.
 * Source: api7/lua-resty-expr 1.3.2, lib/resty/expr/v1.lua, compile.
 */
export function conjunctsOf(vars: readonly Json[] | undefined): readonly Conjunct[] {
  const all = opened(vars ?? []).map((expression) => ({
    expression,
    text: JSON.stringify(canonical(expression)),
    leaves: leavesOf(expression),
  }));
  const byText = new Map(all.map((conjunct) => [conjunct.text, conjunct]));
  return [...byText.values()].sort((a, b) => (a.text < b.text ? -1 : Number(a.text > b.text)));
}

function opened(list: readonly Json[]): readonly (readonly Json[])[] {
  if (list.length === 0) return [];
  const logic = logicOf(list);
  if (logic === undefined) return [list];
  return logic.name === "AND" ? logic.parts.flatMap((part) => (isList(part) ? opened(part) : [])) : [list];
}

function leavesOf(list: readonly Json[]): readonly Leaf[] {
  const logic = logicOf(list);
  if (logic === undefined) {
    const leaf = leafOf(list);
    return leaf === undefined ? [] : [leaf];
  }
  return logic.parts.flatMap((part) => (isList(part) ? leavesOf(part) : []));
}

/** Equal for expressions that mean the same by order, case or abbreviation. */
function canonical(list: readonly Json[]): Json {
  const logic = logicOf(list);
  if (logic === undefined) {
    const leaf = leafOf(list);
    return leaf === undefined ? list : [leaf.name, leaf.isNegated, leaf.operator, canonicalValue(leaf)];
  }
  const parts = logic.parts.map((part) => JSON.stringify(isList(part) ? canonical(part) : part));
  return [logic.name, [...new Set(parts)].sort()];
}

function canonicalValue({ operator, value = null }: Leaf): Json {
  if (operator !== "in" || !isList(value)) return value;
  return [...new Set(value.map((item) => JSON.stringify(item)))].sort();
}

function logicOf(list: readonly Json[]): { readonly name: string; readonly parts: readonly Json[] } | undefined {
  const [head, ...rest] = list;
  if (typeof head !== "string") return { name: "AND", parts: list };
  const name = head.toUpperCase();
  return ["AND", "OR", "!AND", "!OR"].includes(name) ? { name, parts: rest } : undefined;
}

function leafOf(list: readonly Json[]): Leaf | undefined {
  const [written, second, third, fourth] = list;
  if (typeof written !== "string") return undefined;
  const name = variableOf(written);
  if (list.length === 2 && !isOperator(second)) {
    // The old form compares with lower-cased text, whatever it was.
    return {
      name,
      operator: "==",
      value: (typeof second === "string" ? second : JSON.stringify(second)).toLowerCase(),
      isNegated: false,
    };
  }
  const isNegated = list.length === 4 && second === "!";
  const operator = isNegated ? third : second;
  if (typeof operator !== "string") return undefined;
  return { name, operator: operator.toLowerCase(), value: isNegated ? fourth : third, isNegated };
}

const operators = ["==", "~=", ">", ">=", "<", "<=", "~~", "~*", "in", "has", "ipmatch"];

function isOperator(value: Json | undefined): boolean {
  return typeof value === "string" && operators.includes(value.toLowerCase());
}

/** `http_X-A` and `http_x_a` are one header. Source: apache/apisix 3.18, apisix/core/ctx.lua. */
function variableOf(name: string): string {
  return name.startsWith("http_") ? bytesOf(name).toLowerCase().replaceAll("-", "_") : name;
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
