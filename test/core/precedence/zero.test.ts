import { describe, expect, test } from "vitest";
import type { Draft } from "./build.ts";
import { fill } from "./fill.ts";

// Routes fixed at 0 are one place, whoever they are. What is filled stands above it or below it, directly or by way of
// others, and what would have to do both stands below.
const upper: Draft = { id: "z1", uri: "/x", ...wants("GET", { p: "1", q: "1", s: "1" }), explicit: 0 };
const high: Draft = { id: "v", uri: "/x", ...wants("GET", { p: "1" }) };
const middle: Draft = { id: "w", uri: "/x", ...wants("any", { p: "1", q: "2", r: "1" }) };
const low: Draft = { id: "u", uri: "/x", ...wants("any", { q: "2", r: "1" }) };
const lower: Draft = { id: "z2", uri: "/x", ...wants("any", { p: "2" }), explicit: 0 };

const stranger: Draft = { id: "t", uri: "/x", ...wants("GET", { p: "1", s: "2" }) };
const beneath: Draft = { id: "b", uri: "/x", ...wants("any", { p: "1", s: "2" }), born: 9 };

describe("routes that would have to stand above 0 and below it", () => {
  test.each<[string, readonly Draft[], Readonly<Record<string, number>>, readonly (readonly string[])[]]>([
    ["below one zero", [upper, high], { v: -100 }, []],
    ["above one zero", [low, lower], { u: 100 }, []],
    [
      "by way of each other: the younger gives way, here the lower one, which stands below zero",
      [upper, born(high, 1), born(low, 2), lower],
      { v: -50, u: -100 },
      [["ContradictoryOrder", "u", "z2"]],
    ],
    [
      "here the upper one, which stands below the other",
      [upper, born(high, 2), born(low, 1), lower],
      { v: -100, u: 100 },
      [["ContradictoryOrder", "v", "u"]],
    ],
    [
      "by way of two: the youngest at the lower end",
      [upper, born(high, 1), born(middle, 2), born(low, 3), lower],
      { v: -20, w: -50, u: -100 },
      [["ContradictoryOrder", "u", "z2"]],
    ],
    [
      "the youngest at the upper end",
      [upper, born(high, 3), born(middle, 1), born(low, 2), lower],
      { w: 200, u: 100, v: -100 },
      [["ContradictoryOrder", "v", "u, w"]],
    ],
    [
      "the youngest in between, where the two ends do not meet",
      [upper, born(apart(high, "1"), 1), born(middle, 3), born(apart(low, "2"), 2), lower],
      { v: -50, w: -100, u: 100 },
      [["ContradictoryOrder", "w", "u"]],
    ],
    [
      "a stranger above them, which meets no zero, changes nothing for them",
      [stranger, upper, born(high, 1), born(low, 2), lower],
      { t: 0, v: -50, u: -100 },
      [["ContradictoryOrder", "u", "z2"]],
    ],
    [
      "nor does one below",
      [upper, born(high, 1), born(low, 2), beneath, lower],
      { v: -20, u: -50, b: -100 },
      [
        ["AmbiguousMatch", "b", ""],
        ["ContradictoryOrder", "u", "z2"],
      ],
    ],
    [
      "with a negative number that neither may stand below, both rise above zero",
      [
        upper,
        born(high, 1),
        born(low, 2),
        lower,
        { id: "n", uri: "/x", ...wants("any", { p: "1", q: "2" }), explicit: -1 },
      ],
      { v: 200, u: 100 },
      [
        ["ContradictoryOrder", "u", "z2"],
        ["PriorityRangeExhausted", "u", "n, z2"],
        ["PriorityRangeExhausted", "v", "n, z1"],
      ],
    ],
  ])("%s", (_sentence, table, numbers, findings) => {
    for (const drafts of [table, table.toReversed()]) {
      const { byId, findings: found } = fill("radixtree_host_uri", drafts);
      const filled = [...byId.values()].filter(({ source }) => source !== "Explicit");
      expect(Object.fromEntries(filled.map(({ id, value }) => [id, value]))).toEqual(numbers);
      expect(
        found.map((finding) => [finding.code, finding.id, "others" in finding ? finding.others.join(", ") : ""]),
      ).toEqual(findings);
    }
  });
});

describe("the widest numbers", () => {
  test.each([
    ["fourteen digits are kept", 99_999_999_999_999, 99_999_999_999_999],
    ["below zero, too", -99_999_999_999_999, -99_999_999_999_999],
    ["fifteen are not, for the Admin API would round them", 100_000_000_000_000, 0],
    ["nor below zero", -100_000_000_000_000, 0],
  ])("%s", (_sentence, priority, expected) => {
    const [over, under] = [{ id: "a", uri: "/x", methods: ["GET"] } as const, { id: "b", uri: "/x" } as const];
    const draft = priority > 0 ? over : under;
    const standing = new Map([[draft.id, { route: draft, priority, source: "Specificity" } as const]]);
    const { byId } = fill("radixtree_host_uri", [over, under], standing);
    const number = byId.get(draft.id)?.value;
    expect(expected === 0 ? Math.abs(number ?? 0) <= 100 : number === expected).toBe(true);
  });
});

function wants(method: "GET" | "any", parameters: Readonly<Record<string, string>>): Omit<Draft, "id"> {
  const vars = Object.entries(parameters).map(([name, value]) => [`arg_${name}`, "==", value]);
  return method === "any" ? { vars } : { vars, methods: [method] };
}

/** With a condition that keeps it from those that have another value. */
function apart(draft: Draft, value: string): Draft {
  return { ...draft, vars: [...(draft.vars ?? []), ["cookie_t", "==", value]] };
}

function born(draft: Draft, seconds: number): Draft {
  return { ...draft, born: seconds };
}
