import { describe, expect, test } from "vitest";
import { compileUri, matchesPattern } from "../../../src/core/matcher/index.ts";
import type { RouterFlavor } from "../../../src/core/model/index.ts";
import { pathCovers, type PathEntry, pathEntryOf, pathsOverlap } from "../../../src/core/precedence/paths.ts";

const uri = "radixtree_uri";
const param = "radixtree_uri_with_parameter";

describe("a path as precedence weighs it", () => {
  const literal = { isExact: true, isLiteral: true, hasStar: false, parameters: 0 };
  const prefix = { isExact: true, isLiteral: false, hasStar: true, parameters: 0 };
  const pattern = { isExact: true, isLiteral: false, hasStar: false };

  test.each<[string, RouterFlavor, string, Partial<PathEntry>]>([
    ["a literal path counts all its characters", uri, "/x/ab", { ...literal, bucket: "=/x/ab", literals: 5 }],
    ["a prefix counts those before the star", uri, "/x/a*", { ...prefix, bucket: "^/x/a", literals: 4 }],
    ["what follows a star within a segment is not looked at", uri, "/x*y", { ...prefix, bucket: "^/x", literals: 2 }],
    ["a segment that begins with a star takes the rest", uri, "/x/*", { ...prefix, bucket: "^/x/", literals: 3 }],
    ["its name does not count", uri, "/x/*name", { ...prefix, bucket: "^/x/", literals: 3 }],
    ["but what comes after it does", uri, "/x/*/yz", { ...prefix, bucket: "^/x/", literals: 6 }],
    ["a parameter is no star", param, "/x/:id", { ...pattern, bucket: "^/x/", literals: 3, parameters: 1 }],
    ["nor does its name count", param, "/x/:longname", { ...pattern, bucket: "^/x/", literals: 3, parameters: 1 }],
    ["two of them", param, "/x/:a/:b", { ...pattern, bucket: "^/x/", literals: 4, parameters: 2 }],
    ["a trailing slash counts", param, "/x/:id/", { ...pattern, bucket: "^/x/", literals: 4, parameters: 1 }],
    ["a parameter and a star", param, "/x/:id/*", { ...pattern, hasStar: true, literals: 4, parameters: 1 }],
    ["a dot behind a parameter is any character", param, "/:id/a.b", { ...pattern, literals: 5, parameters: 1 }],
    ["other live characters make the language a guess", param, "/:id/a+b", { ...pattern, isExact: false, literals: 5 }],
    ["so does a star that the key holds and the expression does not demand", param, "/*a/:id", { isExact: false }],
  ])("%s", (_sentence, flavor, written, expected) => {
    expect(pathEntryOf(written, flavor)).toMatchObject({ uri: written, ...expected });
  });

  test.each([
    ["a doubled slash", uri, "/a//b"],
    ["a plus that the tree takes as it is and the expression does not", param, "/a+b/:id"],
  ] as const)("%s: no request has it", (_sentence, flavor, written) => {
    expect(pathEntryOf(written, flavor)).toBeUndefined();
  });
});

/** All short ones of these characters. */
const paths = [...texts(7)].map((text) => `/${text}`);

describe.each([
  [uri, ["a", "x*", "*", "*n"]],
  [param, ["a", "x", ":p", ":q", "*"]],
] as const)("each path tried on all pairs of uris, under %s", (flavor, segments) => {
  const entries = [...segments, ...segments.flatMap((first) => segments.map((second) => `${first}/${second}`))]
    .flatMap((text) => ["", "/", "*"].map((end) => pathEntryOf(`/${text}${end}`, flavor) ?? []))
    .flat();
  const passing = new Map(
    entries.map((entry) => {
      const pattern = compileUri(entry.uri, flavor);
      return [entry, new Set(paths.filter((path) => matchesPattern(pattern, path) === true))] as const;
    }),
  );
  const takenBy = (entry: PathEntry) => passing.get(entry) ?? new Set();

  test("two overlap where one passes both; a guess may say so where none does", () => {
    for (const [a, b] of pairs()) {
      const isShared = !takenBy(a).isDisjointFrom(takenBy(b));
      const isSure = a.isExact && b.isExact;
      if (isSure || isShared) expect([a.uri, b.uri, pathsOverlap(a, b)]).toEqual([a.uri, b.uri, isShared]);
    }
  });

  test("one covers another where all that pass the one pass the other; a guess stays silent", () => {
    for (const [outer, inner] of pairs()) {
      const isCovered = takenBy(inner).isSubsetOf(takenBy(outer));
      const isSure = outer.isExact && inner.isExact;
      if (isSure || !isCovered)
        expect([outer.uri, inner.uri, pathCovers(outer, inner)]).toEqual([outer.uri, inner.uri, isCovered]);
    }
  });

  function pairs(): readonly (readonly [PathEntry, PathEntry])[] {
    return entries.flatMap((a) => entries.map((b) => [a, b] as const));
  }
});

test.each([
  ["a dot meets any byte", "/:id/a.b", "/:id/axb", true],
  ["a slash, too", "/:id/a.b", "/:id/a/b", true],
  ["but only one", "/:id/a.b", "/:id/ab", false],
  ["two dots may be one byte", "/:id/a.b", "/:id/ax.", true],
  ["a parameter takes a whole segment", "/x/:p/z", "/x/abc/z", true],
  ["a parameter is no slash", "/x/:p", "/x/a/b", false],
  ["a guess may overlap with anything behind its key", "/x/:p/a+b", "/x/*/q", true],
])("%s", (_sentence, a, b, expected) => {
  const [mine, theirs] = [pathEntryOf(a, param), pathEntryOf(b, param)];
  expect(mine !== undefined && theirs !== undefined && pathsOverlap(mine, theirs)).toBe(expected);
});

describe("one path covers another", () => {
  test.each<[string, string, string, boolean]>([
    ["a guess covers nothing but itself", "/:id/a+b", "/:id/aab", false],
    ["which it does", "/:id/a+b", "/:id/a+b", true],
    ["a guess may be covered", "/:id/*", "/:id/a+b", true],
    ["names of parameters mean nothing", "/x/:a", "/x/:b", true],
    ["a parameter takes a whole segment", "/x/:a/z", "/x/abc/z", true],
    ["a parameter is not empty", "/x/*", "/x/:a", true],
    ["so a star is not covered by it", "/x/:a", "/x/*", false],
    ["a dot takes any byte", "/:id/a.b", "/:id/axb", true],
    ["a slash, too", "/:id/a.b", "/:id/a/b", true],
    ["and is not covered by the byte", "/:id/axb", "/:id/a.b", false],
    ["a byte that neither names", "/x/*/a", "/x/:p/*/a", true],
  ])("%s", (_sentence, outer, inner, expected) => {
    const [a, b] = [pathEntryOf(outer, param), pathEntryOf(inner, param)];
    expect(a !== undefined && b !== undefined && pathCovers(a, b)).toBe(expected);
  });

  test("is not said where it would take too long to find out", () => {
    const tail = `/a${"/:p".repeat(14)}`;
    const [outer, inner] = [pathEntryOf(`/:q/*${tail}`, param), pathEntryOf(`/:q/*/x/*${tail}`, param)];
    const begun = Date.now();
    expect(outer !== undefined && inner !== undefined && pathCovers(outer, inner)).toBe(false);
    expect(Date.now() - begun).toBeLessThan(5000);
  });
});

function* texts(length: number): Generator<string> {
  yield "";
  if (length === 0) return;
  for (const text of texts(length - 1)) for (const byte of ["a", "x", "/"]) yield byte + text;
}
