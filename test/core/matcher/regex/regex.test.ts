import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesOf, patternOf } from "../../../../src/core/matcher/index.ts";
import { compileLinear } from "../../../../src/core/matcher/regex/linear.ts";
import { parsePattern } from "../../../../src/core/matcher/regex/parse.ts";
import { runs } from "../arbitraries.ts";

const search = (source: string, subject: string, ignoresCase = false) =>
  patternOf(bytesOf(source), { ignoresCase }).search(bytesOf(subject));

describe("what PCRE does and JavaScript does not", () => {
  test.each<[rule: string, pattern: string, subject: string, found: boolean]>([
    ["$ also stands before a line feed at the end", "^ab$", "ab\n", true],
    ["but not before two", "^ab$", "ab\n\n", false],
    ["\\z is the very end", "^ab\\z", "ab\n", false],
    ["\\Z is like $", "^ab\\Z", "ab\n", true],
    ["the dot does not take a line feed", "a.b", "a\nb", false],
    ["unless told to", "(?s)a.b", "a\nb", true],
    ["the dot takes a carriage return", "a.b", "a\rb", true],
    ["flags in the middle hold to the end of the group", "(a(?i)b)c", "aBc", true],
    ["and not beyond", "(a(?i)b)c", "aBC", false],
    ["flags for a group", "x(?i:y)z", "xYz", true],
    ["extended white space and comments", "(?x) a b # c\n c", "abc", true],
    ["a possessive quantifier gives nothing back", "a++a", "aaa", false],
    ["an atomic group neither", "(?>a*)a", "aaa", false],
    ["look-ahead", "^(?!admin)\\w+$", "user", true],
    ["look-ahead refuses", "^(?!admin)\\w+$", "administrator", false],
    ["look-behind", "(?<=v)\\d", "v7", true],
    ["look-behind of branches with lengths of their own", "(?<=a|bc)d", "bcd", true],
    ["back-reference", "^(\\w)\\1$", "xx", true],
    ["back-reference by name", "(?<q>['\"]).*\\k<q>", "'a'", true],
    ["back-reference to a group that took no part fails", "(a)?\\1b", "b", false],
    ["\\h is a blank or tab", "a\\hb", "a\tb", true],
    ["\\R is any line break", "a\\Rb", "a\r\nb", true],
    ["\\Q…\\E quotes", "\\Qa.b\\E+", "a.bb", true],
    ["POSIX classes", "^[[:alpha:]_]+$", "ab_", true],
    ["a bracket first in a class is itself", "[]a]", "]", true],
    ["octal and hexadecimal bytes", "\\x41\\102", "AB", true],
    ["a brace that counts nothing is itself", "a{,3}", "a{,3}", true],
    ["\\d is ASCII", "\\d", "٣", false],
    ["é is two bytes, and the dot takes one", "^..$", "é", true],
    ["a group that is empty ends its repetition", "^(a*)*$", "aaa", true],
    ["lazy quantifiers", "^a+?b", "aab", true],
  ])("%s", (_, pattern, subject, found) => expect(search(pattern, subject)).toBe(found));

  test("letters of both cases are ASCII ones", () => {
    expect(search("straße", "STRAßE", true)).toBe(true);
    expect(search("É", "é", true)).toBe(false);
  });

  test("parentheses may stand in each other 250 times", () => {
    const nested = (depth: number) => search(`${"(".repeat(depth)}a${")".repeat(depth)}`, "a");
    expect([nested(250), nested(251), nested(200_000)]).toEqual([true, false, false]);
  });

  test.each([
    "(",
    "[a",
    "a**",
    "^*",
    "*a",
    "\\",
    "a{2}{3}",
    "(?<n>a)(?<n>b)",
    "\\2(a)",
    "(?<=a*)b",
    "[z-a]",
    "\\l",
    "(?z)",
    ")",
  ])("%s is refused, so it never matches", (pattern) => expect(search(pattern, pattern)).toBe(false));

  test.each(["(?R)", "(a)(?1)", "(?(1)a|b)", "(*ACCEPT)a", "\\p{L}", "(?|(a)|(b))"])(
    "%s is beyond the model: unknown",
    (pattern) => {
      expect(search(pattern, "a")).toBeUndefined();
    },
  );
});

describe("a pattern that explodes", () => {
  const bomb = `${"a".repeat(50)}b`;
  test.each([
    ["linear engine", "(a+)+$", false],
    ["linear engine", "^(a|aa)+$", false],
    ["linear engine", "(x+x+)+y", false],
    ["step limit", "(a+)+\\1$", undefined],
    ["step limit", "^(?=(a+)+$)b", undefined],
    ["step limit", "^(a|a)*(?!b)$", undefined],
  ])("%s: %s", (_, pattern, expected) => {
    search(pattern, "a"); // compiled beforehand: the limit is one on matching
    // The fastest of a few: what the machine does beside it is not the pattern's time.
    const tookMs = [1, 2, 3, 4, 5].map(() => {
      const start = performance.now();
      expect(search(pattern, pattern.includes("x") ? "x".repeat(50) : bomb)).toBe(expected);
      return performance.now() - start;
    });
    expect(Math.min(...tookMs)).toBeLessThan(50);
  });
});

test("both engines agree on every pattern that both take", () => {
  const atom = fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "\\w", "\\n", "(a|b)", "(?:ab|a)", "(?i:A)", "\\b");
  const piece = fc
    .tuple(atom, fc.constantFrom("", "*", "+", "?", "{2}", "{1,2}", "*?", "+?"))
    .map(([body, count]) => (body === "\\b" ? body : body + count));
  const source = fc
    .tuple(
      fc.constantFrom("", "^"),
      fc.array(piece, { maxLength: 4 }),
      fc.constantFrom("", "|b", "|^$"),
      fc.constantFrom("", "$", "\\z"),
    )
    .map(([start, pieces, branch, end]) => start + pieces.join("") + branch + end);
  const subject = fc
    .array(fc.constantFrom("a", "b", "A", "\n", "_", " "), { maxLength: 7 })
    .map((bytes) => bytes.join(""));
  let compared = 0;
  fc.assert(
    fc.property(source, subject, (pattern, text) => {
      const linear = compileLinear(parsePattern(pattern, { ignoresCase: false }).root);
      if (linear === undefined) return;
      compared++;
      expect([pattern, text, linear(text)]).toEqual([pattern, text, search(pattern, text)]);
    }),
    runs(1500),
  );
  expect(compared).toBeGreaterThan(0);
});
