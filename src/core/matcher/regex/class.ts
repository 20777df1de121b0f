import { byteEscapeAt } from "./escape.ts";
import { inverted, posixClass, setEscapes, setOf, union, withBothCases } from "./sets.ts";
import { BrokenPattern, type ByteSet } from "./syntax.ts";

type Item =
  | { readonly kind: "byte"; readonly byte: string; readonly end: number }
  | { readonly kind: "set"; readonly set: ByteSet; readonly end: number }
  | { readonly kind: "nothing"; readonly end: number };

/** A class `[…]` whose bracket stands at `at`. Source: PCRE2 10.42, src/pcre2_compile.c, parse_regex. */
export function parseClass(
  source: string,
  at: number,
  flags: { readonly ignoresCase: boolean },
): { readonly set: ByteSet; readonly end: number } {
  let place = at + 1;
  const isNegated = source[place] === "^";
  if (isNegated) place++;
  const sets: ByteSet[] = [];
  let isFirst = true;
  let isQuoting = false;
  for (;;) {
    if (source.startsWith("\\E", place)) {
      isQuoting = false;
      place += 2;
      continue;
    }
    if (!isQuoting && source.startsWith("\\Q", place)) {
      isQuoting = true;
      place += 2;
      continue;
    }
    if (place >= source.length) throw new BrokenPattern("class without end");
    if (source[place] === "]" && !isFirst && !isQuoting) break;
    isFirst = false;
    const item: Item = isQuoting ? { kind: "byte", byte: source[place] ?? "", end: place + 1 } : itemAt(source, place);
    place = item.end;
    if (item.kind === "nothing") continue;
    if (item.kind === "set") {
      if (isRangeDash(source, place) && !isQuoting) throwIfBadRange(source, place);
      sets.push(item.set);
      continue;
    }
    const range = isQuoting ? undefined : rangeFrom(source, item.byte, place);
    if (range !== undefined) place = range.end;
    sets.push(range?.set ?? setOf(item.byte + item.byte));
  }
  const plain = union(sets);
  const cased = flags.ignoresCase ? withBothCases(plain) : plain;
  return { set: isNegated ? inverted(cased) : cased, end: place + 1 };
}

function itemAt(source: string, at: number): Item {
  const byte = source[at] ?? "";
  if (byte === "[") {
    const posix = /^\[:(\^?)([a-z]*):\]/.exec(source.slice(at));
    if (posix !== null) {
      const set = posixClass(posix[2] ?? "");
      if (set === undefined) throw new BrokenPattern("unknown POSIX class");
      return { kind: "set", set: posix[1] === "^" ? inverted(set) : set, end: at + posix[0].length };
    }
    if (/^\[([.=]).*?\1\]/s.test(source.slice(at))) throw new BrokenPattern("collating elements");
    return { kind: "byte", byte, end: at + 1 };
  }
  if (byte !== "\\") return { kind: "byte", byte, end: at + 1 };
  const letter = source[at + 1] ?? "";
  const set = setEscapes[letter];
  if (set !== undefined) return { kind: "set", set, end: at + 2 };
  if (letter === "b") return { kind: "byte", byte: "\b", end: at + 2 };
  if (letter === "B" || letter === "R" || letter === "X" || letter === "N")
    throw new BrokenPattern("escape that a class cannot hold");
  return { kind: "byte", ...byteEscapeAt(source, at) };
}

function rangeFrom(
  source: string,
  low: string,
  at: number,
): { readonly set: ByteSet; readonly end: number } | undefined {
  if (!isRangeDash(source, at)) return undefined;
  const high = itemAt(source, at + 1);
  if (high.kind !== "byte") throw new BrokenPattern("range that ends in a set");
  if (high.byte < low) throw new BrokenPattern("range out of order");
  return { set: setOf(low + high.byte), end: high.end };
}

function isRangeDash(source: string, at: number): boolean {
  return source[at] === "-" && at + 1 < source.length && source[at + 1] !== "]";
}

/** `[\d-z]` is refused, `[\d-]` is not. */
function throwIfBadRange(source: string, at: number): void {
  const next = source[at + 1];
  if (next !== undefined && next !== "]") throw new BrokenPattern("range that begins with a set");
}
