import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/core/model/index.ts";
import { encodeBody } from "../../../src/wire/admin/index.ts";

const numRuns = Number(process.env["FC_RUNS"] ?? 500);

describe("encodeBody", () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      "keys come in order, at every depth",
      { uri: "/", name: "a", plugins: { b: {}, a: { d: 1, c: 2 } } },
      '{"name":"a","plugins":{"a":{"c":2,"d":1},"b":{}},"uri":"/"}',
    ],
    ["lists keep theirs", { uris: ["/b", "/a"] }, '{"uris":["/b","/a"]}'],
    ["an absent field is left out", { uri: "/", host: undefined }, '{"uri":"/"}'],
    ["so is one that is null", { plugins: { cors: { a: null, b: 1 } } }, '{"plugins":{"cors":{"b":1}}}'],
    ["a text that looks like null stays", { desc: "a:null" }, '{"desc":"a:null"}'],
  ])("%s", (_sentence, body, text) => {
    expect(encodeBody(body)).toBe(text);
  });

  test("reading it back gives the same, without what is null; equal bodies are equal texts", () => {
    const plain = fc.jsonValue({ maxDepth: 3 }).filter((value) => !JSON.stringify(value).includes("null"));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), plain), (config) => {
        const entries = Object.entries(parsed(JSON.stringify(config)));
        const text = encodeBody({ plugins: { x: Object.fromEntries(entries) } });
        expect(JSON.parse(text)).toEqual({ plugins: { x: parsed(JSON.stringify(config)) } });
        expect(encodeBody({ plugins: { x: Object.fromEntries(entries.toReversed()) } })).toBe(text);
      }),
      { numRuns },
    );
  });
});

function parsed(text: string): JsonObject {
  return JSON.parse(text);
}
