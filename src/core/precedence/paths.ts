import { compileUri, type Segment } from "../matcher/index.ts";
import type { RouterFlavor } from "../model/index.ts";

/** One uri of a route as precedence weighs it. */
export interface PathEntry {
  readonly uri: string;
  /** Priority orders the routes of one bucket and reaches nowhere else: literal path, or the text before the first star. */
  readonly bucket: string;
  /** The paths it takes, one symbol per character: see `symbols`. Equal texts take equal paths. */
  readonly language: string;
  /** `language` says exactly which paths pass. Where not, it says too much. */
  readonly isExact: boolean;
  /** No star and no parameter: one path. */
  readonly isLiteral: boolean;
  readonly hasStar: boolean;
  /** Characters that stand for themselves; names of parameters and stars don't count. */
  readonly literals: number;
  readonly parameters: number;
}

/** Symbols beyond the bytes, which stand for themselves. */
const anyByte = "\u0100"; // a dot in the verbatim part of an expression
const oneOfSegment = "\u0101"; // no slash
const restOfSegment = "\u0102"; // any number of them
const anything = "\u0103"; // slashes included, also nothing

/** `undefined` where no request path can match. */
export function pathEntryOf(uri: string, flavor: RouterFlavor): PathEntry | undefined {
  const pattern = compileUri(uri, flavor);
  if (pattern.isNeverMatching) return undefined;
  const { key } = pattern;
  if (pattern.kind === "exact") {
    return {
      uri,
      bucket: `=${key}`,
      language: key,
      isExact: true,
      isLiteral: true,
      hasStar: false,
      literals: key.length,
      parameters: 0,
    };
  }
  const bucket = `^${key}`;
  if (pattern.segments === undefined) {
    return {
      uri,
      bucket,
      language: key + anything,
      isExact: true,
      isLiteral: false,
      hasStar: true,
      literals: key.length,
      parameters: 0,
    };
  }
  const language = pattern.segments.map(symbolsOf).join("/") + (pattern.endsWithSlash ? "/" : "");
  const segments = pattern.segments;
  return {
    uri,
    bucket,
    language,
    // With parameters on, a key may hold a literal star that the expression does not demand.
    isExact:
      language.startsWith(key) && !segments.some((segment) => segment.kind === "regex" && !isDotted(segment.source)),
    isLiteral: false,
    hasStar: segments.some(({ kind }) => kind === "rest"),
    literals:
      segments.reduce((sum, segment) => sum + literalsOf(segment), 0) +
      segments.length -
      1 +
      (pattern.endsWithSlash ? 1 : 0),
    parameters: segments.filter(({ kind }) => kind === "param").length,
  };
}

function symbolsOf(segment: Segment): string {
  switch (segment.kind) {
    case "literal":
      return segment.text;
    case "param":
      return oneOfSegment + restOfSegment;
    case "rest":
      return anything;
    case "regex":
      return isDotted(segment.source) ? segment.source.replaceAll(".", anyByte) : anything;
  }
}

/** A dot is the only live character: `report.json` takes `report_json`, too. */
function isDotted(source: string): boolean {
  return !/[\\^$[|()?*+{]/.test(source);
}

function literalsOf(segment: Segment): number {
  switch (segment.kind) {
    case "literal":
      return segment.text.length;
    case "regex":
      return segment.source.length;
    case "param":
    case "rest":
      return 0;
  }
}

/** Whether some path passes both. Exact but where a language says too much. */
export function pathsOverlap(a: PathEntry, b: PathEntry): boolean {
  if (a.language === b.language) return true;
  const [left, right] = [a.language, b.language];
  const width = right.length + 1;
  const seen = new Uint8Array((left.length + 1) * width);
  const open = [0];
  seen[0] = 1;
  const visit = (i: number, j: number): void => {
    const state = i * width + j;
    if (seen[state] === 1) return;
    seen[state] = 1;
    open.push(state);
  };
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const i = Math.floor(state / width);
    const j = state % width;
    const x = left[i];
    const y = right[j];
    if (x === undefined && y === undefined) return true;
    if (isLoop(x)) visit(i + 1, j);
    if (isLoop(y)) visit(i, j + 1);
    if (x === undefined || y === undefined || !meet(x, y)) continue;
    visit(isLoop(x) ? i : i + 1, isLoop(y) ? j : j + 1);
  }
  return false;
}

/** Whether every path that passes `inner` passes `outer`. False where that takes too long to find out. */
export function pathCovers(outer: PathEntry, inner: PathEntry): boolean {
  if (outer.uri === inner.uri) return true;
  if (!outer.isExact) return false;
  if (outer.language === inner.language) return true;
  const alphabet = [...new Set((outer.language + inner.language).split("").filter(isByte)), "/", "\0"];
  const open: { readonly at: number; readonly states: readonly number[] }[] = [];
  const seen = new Set<string>();
  const visit = (at: number, states: readonly number[]): void => {
    const name = `${at}:${states.join()}`;
    if (seen.has(name)) return;
    seen.add(name);
    open.push({ at, states });
  };
  visit(0, closureOf([0], outer.language));
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    if (seen.size > 20_000) return false;
    const symbol = inner.language[step.at];
    if (symbol === undefined) {
      if (!step.states.includes(outer.language.length)) return false;
      continue;
    }
    if (isLoop(symbol)) visit(step.at + 1, step.states);
    for (const byte of alphabet) {
      if (!meet(symbol, byte)) continue;
      visit(isLoop(symbol) ? step.at : step.at + 1, statesAfter(byte, step.states, outer.language));
    }
  }
  return true;
}

function statesAfter(byte: string, states: readonly number[], language: string): readonly number[] {
  const next = states.flatMap((state) => {
    const symbol = language[state];
    if (symbol === undefined || !meet(symbol, byte)) return [];
    return [isLoop(symbol) ? state : state + 1];
  });
  return closureOf(next, language);
}

function closureOf(states: readonly number[], language: string): readonly number[] {
  const closed = new Set<number>();
  for (let state of states) {
    closed.add(state);
    while (isLoop(language[state])) closed.add(++state);
  }
  return [...closed].sort((a, b) => a - b);
}

function isLoop(symbol: string | undefined): boolean {
  return symbol === restOfSegment || symbol === anything;
}

function isByte(symbol: string): boolean {
  return symbol < anyByte;
}

/** Whether one byte can be both. */
function meet(x: string, y: string): boolean {
  if (isByte(x) && isByte(y)) return x === y;
  if (isByte(x)) return x !== "/" || takesSlash(y);
  if (isByte(y)) return y !== "/" || takesSlash(x);
  return true;
}

function takesSlash(symbol: string): boolean {
  return symbol === anyByte || symbol === anything;
}
