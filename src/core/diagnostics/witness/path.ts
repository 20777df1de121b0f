import type { Segment, UriPattern } from "../../matcher/index.ts";

/**
 * Request paths that both patterns seem to take (the same pattern twice: paths that it takes), the simplest first, at
 * most a handful. The matcher has the last word on each; where syntax of expressions is in play, none may be right.
 */
export function sharedPaths(a: UriPattern, b: UriPattern): readonly string[] {
  const found = new Set<string>();
  for (const filler of fillers) {
    const path = merged(partsOf(a), partsOf(b), filler);
    if (path !== undefined) found.add(path);
  }
  return [...found].filter((path) => path.startsWith("/") && isNormalised(path));
}

/** What stands where a star or parameter may be anything. */
const fillers = ["w", "", "w/w"] as const;
const mostParts = 64;

/** A path between slashes; `tail` is a star that takes the rest of the path from within a part on. */
interface Parts {
  readonly parts: readonly Segment[];
  /** Text that begins a part and goes on with anything: `/foo*`, and all behind a star that nothing checks. */
  readonly hasOpenEnd: boolean;
}

function partsOf(pattern: UriPattern): Parts {
  if (pattern.kind === "exact") return { parts: literals(pattern.key), hasOpenEnd: false };
  if (pattern.segments === undefined) return { parts: literals(pattern.key), hasOpenEnd: true };
  const parts = pattern.segments.map(asWritten);
  return { parts: pattern.endsWithSlash ? [...parts, literal("")] : parts, hasOpenEnd: false };
}

/** Text with live syntax stands for itself here: `a.b` takes `a.b`, and what does not is found out by the matcher. */
function asWritten(segment: Segment): Segment {
  return segment.kind === "regex" ? literal(segment.source) : segment;
}

function literals(path: string): readonly Segment[] {
  return path.split("/").map(literal);
}

function literal(text: string): Segment {
  return { kind: "literal", text };
}

/** One path that fits both, part by part; `undefined` where none was found. */
function merged(a: Parts, b: Parts, filler: string): string | undefined {
  if (a.parts.length > mostParts || b.parts.length > mostParts) return undefined;
  const dead = new Set<number>();
  const parts = from(0, 0);
  return parts?.join("/");

  function from(i: number, j: number): readonly string[] | undefined {
    if (i >= a.parts.length && j >= b.parts.length) return [];
    const place = i * (mostParts + 2) + j;
    if (dead.has(place)) return undefined;
    const result = step(i, j);
    if (result === undefined) dead.add(place);
    return result;
  }

  function step(i: number, j: number): readonly string[] | undefined {
    const [x, y] = [a.parts[i], b.parts[j]];
    if (x === undefined || y === undefined) return undefined;
    if (isOpen(a, i)) return openEnd(textOf(x), b, j);
    if (isOpen(b, j)) return openEnd(textOf(y), a, i);
    const own = partOf(x, y, filler);
    if (own === undefined) return undefined;
    // A star takes one part, or this one and goes on.
    for (const [di, dj] of stepsAfter(x, y)) {
      const rest = from(i + di, j + dj);
      if (rest !== undefined) return [own, ...rest];
    }
    return undefined;
  }

  /** The last part of one is a beginning; whatever of the other begins so will do. */
  function openEnd(start: string, other: Parts, at: number): readonly string[] | undefined {
    const part = other.parts[at];
    if (part === undefined) return undefined;
    const rest = other.parts.slice(at + 1).map((segment) => textOf(segment) || "");
    switch (part.kind) {
      case "literal":
      case "regex": {
        const text = textOf(part);
        if (isOpen(other, at)) return longerOf(start, text, filler);
        return text.startsWith(start) ? [text, ...rest] : undefined;
      }
      case "param":
      case "rest":
        return [`${start}${filler.split("/")[0] ?? ""}` || "w", ...rest];
    }
  }
}

function isOpen({ parts, hasOpenEnd }: Parts, at: number): boolean {
  return hasOpenEnd && at === parts.length - 1;
}

function longerOf(a: string, b: string, filler: string): readonly string[] | undefined {
  if (a.startsWith(b)) return [a + filler];
  return b.startsWith(a) ? [b + filler] : undefined;
}

function partOf(x: Segment, y: Segment, filler: string): string | undefined {
  if (x.kind === "literal" && y.kind === "literal") return x.text === y.text ? x.text : undefined;
  const fixed = x.kind === "literal" ? x.text : y.kind === "literal" ? y.text : undefined;
  const isFilled = x.kind === "param" || y.kind === "param";
  if (fixed !== undefined) return isFilled && fixed === "" ? undefined : fixed;
  if (isFilled) return filler.split("/")[0] || "w";
  return filler;
}

function stepsAfter(x: Segment, y: Segment): readonly (readonly [number, number])[] {
  if (x.kind === "rest" && y.kind === "rest")
    return [
      [1, 1],
      [1, 0],
      [0, 1],
    ];
  if (x.kind === "rest")
    return [
      [1, 1],
      [0, 1],
    ];
  if (y.kind === "rest")
    return [
      [1, 1],
      [1, 0],
    ];
  return [[1, 1]];
}

function textOf(segment: Segment): string {
  switch (segment.kind) {
    case "literal":
      return segment.text;
    case "regex":
      return segment.source;
    case "param":
    case "rest":
      return "w";
  }
}

function isNormalised(path: string): boolean {
  return !/\/\/|\/\.{1,2}(?:\/|$)|\0/.test(path);
}

/** The path as a request line carries it: bytes that it can't hold are percent-encoded. */
export function encodedPath(path: string): string {
  return path.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/g, (byte) => `%${hex(byte)}`);
}

function hex(byte: string): string {
  return byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0");
}
