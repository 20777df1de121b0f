import { anyByte, noLineFeed, setEscapes } from "./sets.ts";
import { BrokenPattern, UnsupportedPattern, type Assertion, type ByteSet } from "./syntax.ts";

export type Escape =
  | { readonly kind: "byte"; readonly byte: string }
  | { readonly kind: "set"; readonly set: ByteSet }
  | { readonly kind: "assert"; readonly what: Assertion }
  | { readonly kind: "reference"; readonly to: string }
  | { readonly kind: "lineBreak" }
  | { readonly kind: "keepOut" }
  | { readonly kind: "nothing" };

const sets: Readonly<Record<string, ByteSet>> = { ...setEscapes, N: noLineFeed, C: anyByte };
const assertions: Readonly<Record<string, Assertion>> = {
  A: "start",
  G: "start", // where the search began, which is always the start here
  z: "end",
  Z: "endOrLastLineFeed",
  b: "word",
  B: "notWord",
};
const controls: Readonly<Record<string, string>> = { a: "\x07", e: "\x1b", f: "\f", n: "\n", r: "\r", t: "\t" };

/**
 * The escape whose backslash stands at `at`, outside a class; `groupsSoFar`: captures opened before it.
 * Source: PCRE2 10.42, src/pcre2_compile.c, check_escape.
 */
export function escapeAt(
  source: string,
  at: number,
  groupsSoFar: number,
): { readonly escape: Escape; readonly end: number } {
  const letter = source[at + 1];
  if (letter === undefined) throw new BrokenPattern("backslash at the end");
  const after = at + 2;
  if (letter === "E") return { escape: { kind: "nothing" }, end: after };
  if (letter === "R") return { escape: { kind: "lineBreak" }, end: after };
  if (letter === "K") return { escape: { kind: "keepOut" }, end: after };
  const set = sets[letter];
  if (set !== undefined && !(letter === "N" && source[after] === "{"))
    return { escape: { kind: "set", set }, end: after };
  const what = assertions[letter];
  if (what !== undefined) return { escape: { kind: "assert", what }, end: after };
  if (letter === "g" || letter === "k") return referenceAt(source, after, letter);
  if (/[1-9]/.test(letter)) {
    const digits = /^\d+/.exec(source.slice(at + 1))?.[0] ?? "";
    const isReference = digits.length === 1 || letter >= "8" || Number(digits) <= groupsSoFar;
    if (isReference) return { escape: { kind: "reference", to: digits }, end: at + 1 + digits.length };
  }
  const { byte, end } = byteEscapeAt(source, at);
  return { escape: { kind: "byte", byte }, end };
}

/** Escapes that stand for one byte, in and out of classes. */
export function byteEscapeAt(source: string, at: number): { readonly byte: string; readonly end: number } {
  const letter = source[at + 1];
  if (letter === undefined) throw new BrokenPattern("backslash at the end");
  const after = at + 2;
  const control = controls[letter];
  if (control !== undefined) return { byte: control, end: after };
  if (letter === "x") return hexAt(source, after);
  if (letter === "o") return octalInBraces(source, after);
  if (letter >= "0" && letter <= "7") {
    const digits = /^[0-7]{1,3}/.exec(source.slice(at + 1))?.[0] ?? "";
    return { byte: byteOf(Number.parseInt(digits, 8)), end: at + 1 + digits.length };
  }
  if (letter === "c") return controlAt(source, after);
  if (letter === "p" || letter === "P" || letter === "X" || letter === "N")
    throw new UnsupportedPattern("Unicode properties");
  if (/[A-Za-z]/.test(letter)) throw new BrokenPattern("unknown escape");
  return { byte: letter, end: after };
}

function referenceAt(source: string, at: number, letter: "g" | "k"): { readonly escape: Escape; readonly end: number } {
  const pattern = letter === "k" ? /^(?:\{(\w+)\}|<(\w+)>|'(\w+)')/ : /^(?:\{(-?\d+|\w+)\}|(-?\d+))/;
  const match = pattern.exec(source.slice(at));
  if (match === null) {
    if (letter === "g" && /^[<']/.test(source.slice(at))) throw new UnsupportedPattern("calls of groups");
    throw new BrokenPattern("reference without a name");
  }
  return { escape: { kind: "reference", to: match[1] ?? match[2] ?? match[3] ?? "" }, end: at + match[0].length };
}

function hexAt(source: string, at: number): { readonly byte: string; readonly end: number } {
  const braced = /^\{([\da-fA-F]+)\}/.exec(source.slice(at));
  if (braced !== null) return { byte: byteOf(Number.parseInt(braced[1] ?? "", 16)), end: at + braced[0].length };
  if (source[at] === "{") throw new BrokenPattern("bad hexadecimal number");
  const digits = /^[\da-fA-F]{0,2}/.exec(source.slice(at))?.[0] ?? "";
  return { byte: byteOf(Number.parseInt(`0${digits}`, 16)), end: at + digits.length };
}

function octalInBraces(source: string, at: number): { readonly byte: string; readonly end: number } {
  const match = /^\{([0-7]+)\}/.exec(source.slice(at));
  if (match === null) throw new BrokenPattern("bad octal number");
  return { byte: byteOf(Number.parseInt(match[1] ?? "", 8)), end: at + match[0].length };
}

function controlAt(source: string, at: number): { readonly byte: string; readonly end: number } {
  const letter = source[at];
  if (letter === undefined || letter < " " || letter > "~") throw new BrokenPattern("bad control character");
  return { byte: String.fromCharCode(letter.toUpperCase().charCodeAt(0) ^ 0x40), end: at + 1 };
}

function byteOf(code: number): string {
  if (code > 255) throw new BrokenPattern("code point beyond a byte");
  return String.fromCharCode(code);
}
