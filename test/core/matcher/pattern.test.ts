import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, compileUri, matchesPattern } from "../../../src/core/matcher/index.ts";
import { routerFlavors } from "../../../src/core/model/index.ts";
import { runs } from "./arbitraries.ts";

test.each([
  ["/foo/*", "tree", "/foo/"],
  ["/foo*bar", "tree", "/foo"],
  ["/foo", "exact", "/foo"],
  ["*", "tree", ""],
  ["/é/*", "tree", "/\xc3\xa9/"],
] as const)("%s stands in the %s bucket %j", (uri, kind, key) =>
  expect(compileUri(uri, "radixtree_uri")).toMatchObject({ kind, key }),
);

test.each([
  "/a+b/*",
  "/a(d)/*",
  "/a|b/*",
  "/[a]/*",
  "/a$/*",
  "/a\\d/*",
  "/^a/*",
  "/a{2}/*",
  "/a?b/*",
  "/odata(/*",
  "foo",
  "foo*",
  "/a//b",
  "/a/../b",
  "/a/./*",
  "/a/.",
  "/a/..",
])("%s can never match", (uri) => expect(compileUri(uri, "radixtree_uri").isNeverMatching).toBe(true));

test.each([
  "/a.b/*",
  "/{id}/*",
  "/.+/*",
  "/a+b*",
  "/a+b",
  "/foo*/x/*",
  "/*",
  "*",
  "/a-b_~!@&=,;'/*",
  "/u/*/a+b",
  "/.well-known/*",
  "/a..b",
])("%s can match", (uri) => expect(compileUri(uri, "radixtree_uri").isNeverMatching).toBe(false));

test("a uri that can never match matches nothing, whatever the path", () => {
  const piece = fc.constantFrom("a", "b", "+", "(", ")", "[", "]", ".", "$", "|", "\\d", "{2}", "*", ":x", "/", "?");
  const uri = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => `/${pieces.join("")}/*`);
  const path = fc
    .array(fc.constantFrom("a", "b", "+", "(", ")", "[", "]", ".", "/", "2"), { maxLength: 6 })
    .map((bytes) => bytes.join(""));
  fc.assert(
    fc.property(uri, fc.constantFrom(...routerFlavors), path, (text, flavor, rest) => {
      const pattern = compileUri(text, flavor);
      if (pattern.isNeverMatching && pattern.key.startsWith("/") && !/\/\/|\/\.{1,2}\//.test(pattern.key)) {
        expect([text, matchesPattern(pattern, pattern.key + rest)]).not.toEqual([text, true]);
      }
    }),
    runs(1000),
  );
});

test("segments are matched as the expression that radixtree builds would match them", () => {
  const segment = fc.constantFrom("a", "b", "*", "*x", ":p", "");
  const uri = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => `/${parts.join("/")}`);
  const path = fc.array(fc.constantFrom("a", "b", "/"), { maxLength: 8 }).map((bytes) => `/${bytes.join("")}`);
  fc.assert(
    fc.property(uri, fc.constantFrom(...routerFlavors), path, (text, flavor, asked) => {
      const pattern = compileUri(text, flavor);
      if (pattern.kind === "exact" || pattern.segments === undefined) return;
      const parts = pattern.segments.map((part) =>
        part.kind === "param" ? "[^/]+" : part.kind === "rest" ? "[^]*" : "text" in part ? part.text : "",
      );
      const expression = new RegExp(parts.join("/") + (pattern.endsWithSlash ? "/" : ""));
      const found = asked.startsWith(pattern.key) && expression.exec(asked)?.[0] === asked;
      expect([text, asked, matchesPattern(pattern, bytesOf(asked))]).toEqual([text, asked, found]);
    }),
    runs(1500),
  );
});

test("many stars on a long path take no time", () => {
  const pattern = compileUri("/*/*/*/*/*/*/x", "radixtree_uri");
  const start = performance.now();
  expect(matchesPattern(pattern, "/a".repeat(3000))).toBe(false);
  expect(performance.now() - start).toBeLessThan(50);
});

test("a colon in the key leaves the text before a star to be checked", () => {
  const pattern = compileUri("/a:b/*", "radixtree_uri_with_parameter");
  expect([pattern.key, matchesPattern(pattern, "/a:b/x"), matchesPattern(pattern, "/ax")]).toEqual(["/a", true, false]);
});
