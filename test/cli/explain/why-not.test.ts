import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explain } from "../../../src/cli/explain/explain.ts";
import { tableOf, type RawRequest } from "../../../src/core/matcher/index.ts";
import type { AdminRoute, Json } from "../../../src/core/model/index.ts";

const runs = Number(process.env["FC_RUNS"] ?? 300);

/** One predicate, a request part that it refuses, and the same part so that it holds. */
interface Predicate {
  readonly place: RegExp;
  readonly demand: Partial<AdminRoute>;
  readonly refused: Partial<RawRequest>;
  readonly accepted: Partial<RawRequest>;
}

const word = fc.stringMatching(/^[a-z]{1,6}$/);
const twoWords = fc.uniqueArray(word, { minLength: 2, maxLength: 2 });
const where = fc.constantFrom<(value: string) => { readonly variable: string; readonly part: Partial<RawRequest> }>(
  (value) => ({ variable: "arg_x", part: { target: `/p/1?x=${value}` } }),
  (value) => ({
    variable: "http_x_v",
    part: {
      headers: [
        ["Host", "h.test"],
        ["X-V", value],
      ],
    },
  }),
  (value) => ({
    variable: "cookie_c",
    part: {
      headers: [
        ["Host", "h.test"],
        ["Cookie", `c=${value}`],
      ],
    },
  }),
);
const comparisons: readonly ((right: string) => readonly Json[])[] = [
  (right) => ["==", right],
  (right) => ["~~", `^${right}$`],
  (right) => ["~*", `^${right.toUpperCase()}$`],
  (right) => ["in", ["0", right]],
  (right) => ["!", "~=", right],
];

const variable: fc.Arbitrary<Predicate> = fc
  .record({ at: where, words: twoWords, comparison: fc.constantFrom(...comparisons), isNested: fc.boolean() })
  .map(({ at, words: [right = "", wrong = ""], comparison, isNested }) => {
    const one = [at("").variable, ...comparison(right)];
    const vars: readonly Json[] = isNested
      ? ["AND", ["uri", "~~", "^/"], ["OR", one, ["arg_never", "==", "1"]]]
      : [one];
    return { place: /^vars/, demand: { vars }, refused: at(wrong).part, accepted: at(right).part };
  });
const method: fc.Arbitrary<Predicate> = fc
  .uniqueArray(fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH"), { minLength: 2, maxLength: 4 })
  .map(([wrong = "", ...methods]) => ({
    place: /^methods$/,
    demand: { methods },
    refused: { method: wrong },
    accepted: { method: methods[0] ?? "" },
  }));
const address: fc.Arbitrary<Predicate> = fc
  .tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 100, max: 200 }))
  .map(([right, wrong]) => ({
    place: /^remote_addrs$/,
    demand: { remote_addrs: [`10.${right}.0.0/16`] },
    refused: { remoteAddr: `10.${wrong}.0.1` },
    accepted: { remoteAddr: `10.${right}.0.1` },
  }));
const path: fc.Arbitrary<Predicate> = twoWords.map(([right, wrong]) => ({
  place: /^uri$/,
  demand: { uris: [`/p/*/${right}`] },
  refused: { target: `/p/1/${wrong}` },
  accepted: { target: `/p/1/${right}` },
}));

describe("a reason names what is false, and nothing else stands in the way", () => {
  test("with just that part of the request changed, the route that was passed over answers", () => {
    fc.assert(
      fc.property(fc.oneof(variable, method, address, path), ({ place, demand, refused, accepted }) => {
        const table = tableOf(
          { flavor: "radixtree_host_uri" },
          {
            routes: [
              { id: "picky", uri: "/p/*", priority: 1, ...demand },
              { id: "open", uri: "/p/*" },
            ],
          },
        );
        const base: RawRequest = { method: "GET", target: "/p/1", headers: [["Host", "h.test"]] };
        const before = explain({ table, routes: new Map() }, { ...base, ...refused });
        expect(before.verdict).toMatchObject({ kind: "matched", winner: { route: { id: "open" } } });
        expect(before.steps[0]).toMatchObject({ route: { id: "picky" }, outcome: "passedOver" });
        expect(before.steps[0]?.reason?.place).toMatch(place);
        const after = explain({ table, routes: new Map() }, { ...base, ...accepted });
        expect(after.verdict).toMatchObject({ kind: "matched", winner: { route: { id: "picky" } } });
      }),
      { numRuns: runs },
    );
  });
});
