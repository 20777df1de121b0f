import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/core/model/index.ts";
import { encodeBody } from "../../../src/wire/admin/index.ts";

const numRuns = Number(process.env["FC_RUNS"] ?? 500);

describe("encodeBody", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["keys keep their order", { uri: "/", name: "a", plugins: { b: {} } }, '{"uri":"/","name":"a","plugins":{"b":{}}}'],
    ["lists keep theirs", { uris: ["/b", "/a"] }, '{"uris":["/b","/a"]}'],
    ["an absent field is left out", { uri: "/", host: undefined }, '{"uri":"/"}'],
    ["so is one that is null", { plugins: { cors: { a: null, b: 1 } } }, '{"plugins":{"cors":{"b":1}}}'],
    ["a text that looks like null stays", { desc: "a:null" }, '{"desc":"a:null"}'],
  ])("%s", (_sentence, body, text) => {
    expect(encodeBody(body)).toBe(text);
  });

  test("reading it back gives the same, without what is null", () => {
    const plain = fc.jsonValue({ maxDepth: 3 }).filter((value) => !JSON.stringify(value).includes("null"));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), plain), (config) => {
        const body = { plugins: { x: parsed(JSON.stringify(config)) } };
        expect(JSON.parse(encodeBody(body))).toEqual(body);
      }),
      { numRuns },
    );
  });
});

function parsed(text: string): JsonObject {
  return JSON.parse(text);
}
