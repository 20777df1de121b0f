import type { Segment, TreePattern } from "./uri-pattern.ts";

/** Bytes a parameter took before radixtree 2.9.2 (APISIX 3.12), fetch_pat. */
const oldParamBytes = /^[\w\-;:@&=!',%$.+*()]$/;

/**
 * The stack of PCRE's just-in-time code that APISIX sets, 200 KiB, at 32 bytes for each byte that a star takes: a star
 * tries the whole rest of the path first and fails for good where that does not fit. A limit of the engine, not a rule;
 * recorded between 6000 and 7900 bytes. Source: apache/apisix 3.18, apisix/init.lua, jit_stack_size.
 */
export const longestStar = (200 * 1024) / 32;

/**
 * Whether the pattern's first match is the whole path. Stars and parameters are greedy and give back one byte at a
 * time, as in the expression `\/a\/((.|\n)*)\/([^\/]+)` that radixtree builds; the first match that so comes up counts,
 * even where another would have covered the path. Time: number of segments times length of the path.
 * Source: api7/lua-resty-radixtree 2.9.2, lib/resty/radixtree.lua, fetch_pat and compare_param.
 */
export function coversBySegments(segments: readonly Segment[], pattern: TreePattern, path: string): boolean {
  return spansOf(segments, pattern, path) !== undefined;
}

/** Where each star and parameter begins and ends, in the order of the segments; `undefined` where the path is not covered. */
export function spansOf(
  segments: readonly Segment[],
  pattern: TreePattern,
  path: string,
): readonly (readonly [number, number])[] | undefined {
  const spans: [number, number][] = [];
  /** Per segment, the lowest position from which a star is known to lead nowhere: what lies above it was tried. */
  const deadFrom = new Map<number, number>();
  const end = firstEnd(0, 0);
  return end === path.length ? spans : undefined;

  /** End of the first match of the segments from `index` on, or -1. */
  function firstEnd(index: number, from: number): number {
    const segment = segments[index];
    if (segment === undefined) {
      if (!pattern.endsWithSlash) return from;
      return path[from] === "/" ? from + 1 : -1;
    }
    const start = index === 0 ? from : path[from] === "/" ? from + 1 : -1;
    if (start < 0) return -1;
    switch (segment.kind) {
      case "literal":
        return path.startsWith(segment.text, start) ? firstEnd(index + 1, start + segment.text.length) : -1;
      case "regex":
        return -1; // such a pattern is decided by its expression, never here
      case "param":
        return tryEnds(index, start, start + 1, paramEnd(start));
      case "rest":
        return path.length - start > longestStar ? -1 : tryEnds(index, start, start, path.length);
    }
  }

  function tryEnds(index: number, start: number, lowest: number, highest: number): number {
    const known = deadFrom.get(index) ?? path.length + 1;
    for (let end = Math.min(highest, known - 1); end >= lowest; end--) {
      spans.push([start, end]);
      const matchEnd = firstEnd(index + 1, end);
      if (matchEnd >= 0) return matchEnd;
      spans.pop();
    }
    // All ends from `lowest` to `highest` led nowhere; only a star's reach to the end of the path makes that lasting.
    if (segments[index]?.kind === "rest") deadFrom.set(index, Math.min(known, lowest));
    return -1;
  }

  function paramEnd(start: number): number {
    if (pattern.paramTakesAnyByte) {
      const slash = path.indexOf("/", start);
      return slash < 0 ? path.length : slash;
    }
    let end = start;
    while (end < path.length && oldParamBytes.test(path[end] ?? "")) end++;
    return end;
  }
}
