import { patternOf } from "./regex/index.ts";

/**
 * Whether the expression's first match is the whole path; `undefined` where that could not be decided within the limit.
 * Source: api7/lua-resty-radixtree 2.9.2, lib/resty/radixtree.lua, compare_param.
 */
export function coversByRegex(regex: string, path: string): boolean | undefined {
  const groups = groupsByRegex(regex, path);
  return groups === undefined ? undefined : groups !== "notCovered";
}

/** Texts of the groups, `undefined` for one that took no part. */
export function groupsByRegex(regex: string, path: string): readonly (string | undefined)[] | "notCovered" | undefined {
  const spans = patternOf(regex, { ignoresCase: false }).find(path);
  if (spans === undefined) return undefined;
  if (spans === "noMatch" || spans[0] !== 0 || spans[1] !== path.length) return "notCovered";
  const groups: (string | undefined)[] = [];
  for (let at = 2; at + 1 < spans.length; at += 2) {
    const start = spans[at] ?? -1;
    groups.push(start < 0 ? undefined : path.slice(start, spans[at + 1]));
  }
  return groups;
}

/** Whether no path that begins with `key` can pass: the tree demands it, the expression refuses it. */
export function isDeadAfter(regex: string, key: string): boolean {
  return patternOf(regex, { ignoresCase: false }).isDeadAfter(key);
}
