import type { ByteSet } from "./syntax.ts";

/** The sets of bytes that PCRE names, in the C locale. Source: PCRE2 10.42, doc/pcre2pattern.3. */
export const digit = setOf("09");
export const word = setOf("09", "AZ", "az", "__");
export const space = setOf("\t\r", "  ");
export const horizontalSpace = setOf("\t\t", "  ", "\xa0\xa0");
export const verticalSpace = setOf("\n\r", "\x85\x85");
export const anyByte = setOf("\x00\xff");
export const noLineFeed = inverted(setOf("\n\n"));

/** `\d`, `\S`, …: letters that name a set, inside a class and outside. */
export const setEscapes: Readonly<Record<string, ByteSet>> = {
  d: digit,
  D: inverted(digit),
  w: word,
  W: inverted(word),
  s: space,
  S: inverted(space),
  h: horizontalSpace,
  H: inverted(horizontalSpace),
  v: verticalSpace,
  V: inverted(verticalSpace),
};

const posixClasses: Readonly<Record<string, ByteSet>> = {
  alnum: setOf("09", "AZ", "az"),
  alpha: setOf("AZ", "az"),
  ascii: setOf("\x00\x7f"),
  blank: setOf("\t\t", "  "),
  cntrl: setOf("\x00\x1f", "\x7f\x7f"),
  digit,
  graph: setOf("!~"),
  lower: setOf("az"),
  print: setOf(" ~"),
  punct: setOf("!/", ":@", "[`", "{~"),
  space,
  upper: setOf("AZ"),
  word,
  xdigit: setOf("09", "AF", "af"),
};

export function posixClass(name: string): ByteSet | undefined {
  return Object.hasOwn(posixClasses, name) ? posixClasses[name] : undefined;
}

/** Sets from ranges, each written as its first and last byte. */
export function setOf(...ranges: readonly string[]): ByteSet {
  const set = new Uint8Array(256);
  for (const range of ranges) set.fill(1, range.charCodeAt(0), range.charCodeAt(1) + 1);
  return set;
}

export function inverted(set: ByteSet): ByteSet {
  return set.map((flag) => 1 - flag);
}

export function union(sets: readonly ByteSet[]): ByteSet {
  const all = new Uint8Array(256);
  for (const set of sets) for (let byte = 0; byte < 256; byte++) all[byte] = (all[byte] ?? 0) | (set[byte] ?? 0);
  return all;
}

/** With the other case of each ASCII letter. */
export function withBothCases(set: ByteSet): ByteSet {
  const both = set.slice();
  for (let upper = 0x41; upper <= 0x5a; upper++) {
    const has = (set[upper] ?? 0) | (set[upper + 0x20] ?? 0);
    both[upper] = has;
    both[upper + 0x20] = has;
  }
  return both;
}
