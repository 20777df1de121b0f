import { isTable, LuaError, type LuaTable, type LuaValue } from "../lua.ts";

/** One step of a path: any child, one by name or position, one of a list. */
type Step = { readonly isDeep: boolean } & (
  | { readonly kind: "any" }
  | { readonly kind: "child"; readonly name: string }
  | { readonly kind: "oneOf"; readonly options: readonly Option[] }
);
type Option =
  | { readonly kind: "child"; readonly name: string }
  | { readonly kind: "slice"; readonly from: number; readonly to: number | undefined; readonly step: number };

/**
 * All values a JSONPath finds. `undefined` for filters and scripts, which are not modelled.
 * Throws LuaError where the path is none or `root` is no table: APISIX takes the length of nil then.
 * Source: hy05190134/lua-jsonpath 1.0, jsonpath.lua; apache/apisix 3.18, apisix/core/ctx.lua.
 */
export function queryJsonPath(root: LuaValue, path: string): readonly LuaValue[] | undefined {
  if (!isTable(root)) throw new LuaError("JSONPath on a body that is no object or list");
  if (/\[\s*(?:\?|\()/.test(path)) return undefined;
  const steps = parsePath(path);
  if (steps === undefined) throw new LuaError(`no JSONPath: ${path}`);
  if (
    steps.some(
      (step) => step.kind === "oneOf" && step.options.some((option) => option.kind === "slice" && option.step === 0),
    )
  ) {
    return undefined;
  }
  if (steps.length === 0) return [root];
  const found: LuaValue[] = [];
  visit(root, ["$"], [{}], { steps, found });
  return found;
}

interface Search {
  readonly steps: readonly Step[];
  readonly found: LuaValue[];
}

/** `parents[i]` is the table that component `i` of the path was found in. */
function visit(value: LuaValue, path: readonly string[], parents: readonly LuaTable[], search: Search): void {
  const outcome = outcomeOf(path, parents.at(-1) ?? {}, search.steps);
  if (outcome === "match" || outcome === "matchAndBelow") search.found.push(value);
  if (!isTable(value) || outcome === "match" || outcome === "mismatch") return;
  for (const [name, child] of Object.entries(value)) {
    visit(child, [...path, name], [...parents, value], search);
  }
}

/** Same file, match_path: the whole path is compared anew at each node, and unions look at the last parent only. */
function outcomeOf(
  path: readonly string[],
  parent: LuaTable,
  steps: readonly Step[],
): "match" | "matchAndBelow" | "partial" | "mismatch" {
  let isDeep = false;
  let index = 0;
  for (const component of path.slice(1)) {
    const step = steps[index];
    if (step?.isDeep === true) isDeep = true;
    if (step?.kind === "any" && isDeep) return "matchAndBelow";
    const isHit = step !== undefined && takes(step, component, parent);
    if (isHit) isDeep = false;
    else if (!isDeep) return "mismatch";
    if (!isDeep) index++;
  }
  return index >= steps.length && !isDeep ? "match" : "partial";
}

function takes(step: Step, component: string, parent: LuaTable): boolean {
  switch (step.kind) {
    case "any":
      return true;
    case "child":
      return step.name === component;
    case "oneOf":
      return step.options.some((option) =>
        option.kind === "child" ? option.name === component : inSlice(option, component, parent),
      );
  }
}

function inSlice(slice: Option & { readonly kind: "slice" }, component: string, parent: LuaTable): boolean {
  const { length } = Object.keys(parent);
  const isOpen = slice.from < 0 || slice.to === undefined || slice.to < 0;
  const from = isOpen && slice.from < 0 ? length + slice.from : slice.from;
  const to = slice.to === undefined ? length + 1 : slice.to < 0 ? length + slice.to : slice.to;
  const position = Number(component);
  if (!/^-?\d+$/.test(component) || (position - from) % slice.step !== 0) return false;
  return slice.step > 0 ? position >= from && position <= to - 1 : position <= from && position >= to - 1;
}

function parsePath(path: string): Step[] | undefined {
  const steps: Step[] = [];
  let at = path.startsWith("$") ? 1 : 0;
  while (at < path.length) {
    const named = /^(\.\.?)([+-]?\d+|[A-Za-z_]\w*|\*)[ \t\n]*/.exec(path.slice(at));
    if (named !== null) {
      const name = named[2] ?? "";
      const isDeep = named[1] === "..";
      steps.push(name === "*" ? { kind: "any", isDeep } : { kind: "child", name, isDeep });
      at += named[0].length;
      continue;
    }
    const subscript = /^(\.\.)?\[((?:'(?:\\[^]|[^\\'])*'|"(?:\\[^]|[^\\"])*"|[^\]'"])*)\]/.exec(path.slice(at));
    if (subscript === null) return undefined;
    const step = subscriptOf(subscript[2] ?? "", subscript[1] !== undefined);
    if (step === undefined) return undefined;
    steps.push(step);
    at += subscript[0].length;
  }
  return steps;
}

function subscriptOf(text: string, isDeep: boolean): Step | undefined {
  if (text === "*") return { kind: "any", isDeep };
  const options: Option[] = [];
  let at = 0;
  const option =
    /(?:([+-]?\d+)?[ \t\n]*:[ \t\n]*([+-]?\d+)?[ \t\n]*(?::[ \t\n]*([+-]?\d+))?|'((?:\\[^]|[^\\'])*)'|"((?:\\[^]|[^\\"])*)"|([+-]?\d+))[ \t\n]*(?:,[ \t\n]*|$)/y;
  while (at < text.length) {
    option.lastIndex = at;
    const match = option.exec(text);
    if (match === null) return undefined;
    at += match[0].length;
    const name = match[4]?.replaceAll("\\'", "'") ?? match[5]?.replaceAll('\\"', '"') ?? match[6];
    if (name !== undefined) options.push({ kind: "child", name });
    else {
      const [, from = "0", to, step = "1"] = match;
      options.push({
        kind: "slice",
        from: Number(from),
        to: to === undefined ? undefined : Number(to),
        step: Number(step),
      });
    }
  }
  return options.length === 0 || /,[ \t\n]*$/.test(text) ? undefined : { kind: "oneOf", options, isDeep };
}
