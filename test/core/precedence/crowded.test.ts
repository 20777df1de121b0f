import { describe, expect, test } from "vitest";
import type { Draft } from "./build.ts";
import { fill } from "./fill.ts";

const flavor = "radixtree_host_uri";
// Explicit numbers between which there is little room, or none. All of these routes contest with each other.
const broad: Draft = { id: "broad", uri: "/x" };
const first: Draft = {
  id: "u1",
  uri: "/x",
  vars: [
    ["arg_t", "==", "1"],
    ["arg_s", "==", "1"],
  ],
};
const second: Draft = { id: "u2", uri: "/x", vars: [["arg_t", "==", "1"]] };
const narrow: Draft = { ...first, id: "narrow", methods: ["GET"] };

/** By specificity: narrow, u1, u2, broad; the sign does the rest. */
const fixed = {
  "1": { ...broad, id: "1", explicit: 1 },
  "2": { ...broad, id: "2", explicit: 2 },
  "3": { ...broad, id: "3", explicit: 3 },
  "0 above": { ...narrow, id: "0 above", explicit: 0 },
  "0 below": { ...broad, id: "0 below", explicit: 0 },
  "-1": { ...narrow, id: "-1", explicit: -1 },
  "-2": { ...narrow, id: "-2", explicit: -2 },
  "-3": { ...narrow, id: "-3", explicit: -3 },
} satisfies Readonly<Record<string, Draft>>;
type Fixed = keyof typeof fixed;

describe("from the top down, as the rules want it", () => {
  test.each<[string, readonly (Fixed | "u1" | "u2")[], Readonly<Record<string, number>>, readonly string[]]>([
    ["room for one is enough for one", ["2", "u1", "0 below"], { u1: 1 }, []],
    ["below zero, too", ["0 above", "u1", "-2"], { u1: -1 }, []],
    ["room for two is enough for two", ["3", "u1", "u2", "0 below"], { u1: 2, u2: 1 }, []],
    ["two of them below zero", ["0 above", "u1", "u2", "-3"], { u1: -1, u2: -2 }, []],
    ["zero itself is room, where nobody has it", ["1", "u1", "-1"], { u1: 0 }, []],
    ["two share the one number between 1 and -1", ["1", "u1", "u2", "-1"], { u1: 0, u2: 0 }, ["u1", "u2"]],
    ["two share the one number above zero", ["2", "u1", "u2", "0 below"], { u1: 1, u2: 1 }, ["u1", "u2"]],
    ["two share the one number below zero", ["0 above", "u1", "u2", "-2"], { u1: -1, u2: -1 }, ["u1", "u2"]],
    ["nothing between 1 and 0: it stands below what it should beat", ["1", "u1", "0 below"], { u1: -100 }, ["u1"]],
    ["so do two, in their order", ["1", "u1", "u2", "0 below"], { u1: -50, u2: -100 }, ["u1", "u2"]],
    [
      "nothing between 0 and -1: what a negative number must not reverse stands above zero",
      ["0 above", "u1", "-1"],
      { u1: 100 },
      ["u1"],
    ],
    ["so do two, in their order, above zero", ["0 above", "u1", "u2", "-1"], { u1: 200, u2: 100 }, ["u1", "u2"]],
    ["no way out above or below: it shares zero", ["1", "u1", "0 below", "-1"], { u1: 0 }, ["u1"]],
    ["nor from below zero", ["1", "0 above", "u1", "-1"], { u1: 0 }, ["u1"]],
  ])("%s", (_sentence, order, numbers, exhausted) => {
    const table = order.map((id) => (id === "u1" ? first : id === "u2" ? second : fixed[id]));
    for (const drafts of [table, table.toReversed()]) {
      const { byId, findings } = fill(flavor, drafts);
      const filled = order.filter((id) => id === "u1" || id === "u2");
      expect(Object.fromEntries(filled.map((id) => [id, byId.get(id)?.value]))).toEqual(numbers);
      expect(findings.map(({ code, id }) => [code, id])).toEqual(exhausted.map((id) => ["PriorityRangeExhausted", id]));
      for (const id of order.filter((id) => id in fixed)) {
        for (const finding of findings) expect(finding).toMatchObject({ others: expect.arrayContaining([id]) });
      }
    }
  });
});

describe("the change that makes room", () => {
  test.each<[string, readonly (Fixed | "u1" | "u2")[], string]>([
    ["a larger number above", ["1", "u1", "0 below"], "1000 in place of 1"],
    ["a smaller one below", ["0 above", "u1", "-1"], "-1000 in place of -1"],
    ["either of two", ["1", "u1", "u2", "-1"], "1000 in place of 1, or -1000 in place of -1"],
    ["the nearest of several", ["3", "2", "u1", "u2", "0 below"], "2000 in place of 2"],
  ])("%s", (_sentence, order, change) => {
    const table = order.map((id) => (id === "u1" ? first : id === "u2" ? second : fixed[id]));
    for (const finding of fill(flavor, table).findings) {
      expect(finding).toMatchObject({ cure: `Make room between the explicit priorities: ${change}.` });
    }
    expect(fill(flavor, table).findings.length).toBeGreaterThan(0);
  });
});

test("a route that is between two numbers by way of others is told who they are, and that the numbers are too close", () => {
  const [one, two, three] = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];
  const { byId, findings } = fill(flavor, [
    { ...fixed["1"], remote_addrs: [one] },
    { ...first, remote_addrs: [one, two] },
    { ...second, remote_addrs: [two] },
    { ...broad, id: "u3", remote_addrs: [two, three] },
    { ...fixed["-1"], remote_addrs: [three] },
  ]);
  expect(["u1", "u2", "u3"].map((id) => byId.get(id)?.value)).toEqual([0, 0, 0]);
  expect(findings.find(({ id }) => id === "u2")).toMatchObject({
    others: ["u1", "u3"],
    cure: "Move the explicit priorities around these routes further apart.",
  });
});

describe("a kept number beside two routes that share 0 between 1 and -1", () => {
  const upper: Draft = { ...fixed["1"], remote_addrs: ["10.0.0.1"] };
  const lower: Draft = { ...fixed["-1"], remote_addrs: ["10.0.0.1"] };
  // It meets the two that share, and neither of the explicit numbers.
  const remote_addrs = ["10.0.0.2"];
  const over: Draft = { id: "over", uri: "/x", methods: ["GET"], remote_addrs };
  const under: Draft = { id: "under", uri: "/x", remote_addrs };

  test.each([
    ["stays where it stands right, above", over, 7, 7],
    ["gives way where it stands too low", over, -7, 100],
    ["gives way where it stands level, above", over, 0, 100],
    ["stays where it stands right, below", under, -7, -7],
    ["gives way where it stands too high", under, 7, -100],
    ["gives way where it stands level, below", under, 0, -100],
  ])("%s", (_sentence, draft, stands, expected) => {
    const standing = new Map([[draft.id, { route: draft, priority: stands, source: "Specificity" } as const]]);
    const { byId } = fill(flavor, [upper, first, second, lower, draft], standing);
    expect(["u1", "u2", draft.id].map((id) => byId.get(id)?.value)).toEqual([0, 0, expected]);
  });
});

describe("a route above one that is on 0 because it fits nowhere", () => {
  // Each explicit number is met on some addresses only.
  const [one, two, three] = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];
  const above: Draft = { id: "y", uri: "/x", methods: ["GET"], remote_addrs: [three] };
  const roof: Draft = { ...fixed["2"], remote_addrs: [three] };
  const on = (draft: Draft, ...remote_addrs: readonly string[]): Draft => ({ ...draft, remote_addrs });

  test.each<[string, readonly Draft[], readonly string[]]>([
    [
      "that had to leave its place above 0",
      [on(fixed["1"], one), first, on(fixed["0 below"], one), on(fixed["-1"], one)],
      ["u1"],
    ],
    [
      "that had to leave its place below 0",
      [on(fixed["1"], one), first, on(fixed["0 above"], one), on(fixed["-1"], one)],
      ["u1"],
    ],
    [
      "that had to leave it because of another one",
      [
        on(fixed["1"], one),
        on(first, one, two),
        on(second, two, three),
        on(fixed["0 below"], one, two),
        on(fixed["-1"], one, two),
      ],
      ["u1", "u2"],
    ],
  ])("still finds a number, and is told nothing: %s", (_sentence, table, exhausted) => {
    const { byId, findings } = fill(flavor, [...table, roof, above]);
    expect(byId.get("y")?.value).toBe(1);
    expect(exhausted.map((id) => byId.get(id)?.value)).toEqual(exhausted.map(() => 0));
    expect(findings.map(({ code, id }) => [code, id])).toEqual(exhausted.map((id) => ["PriorityRangeExhausted", id]));
  });
});

test("a number that was kept does not make room where too many stand between two", () => {
  const third: Draft = { ...first, id: "u0", methods: ["GET"] };
  const standing = new Map([["u2", { route: second, priority: 2, source: "Specificity" } as const]]);
  const { byId } = fill(flavor, [fixed["3"], third, first, second, fixed["0 below"]], standing);
  expect(["u0", "u1", "u2"].map((id) => byId.get(id)?.value)).toEqual([2, 2, 1]);
});

describe("a route between two zeros", () => {
  const above: Draft = {
    id: "z1",
    uri: "/x",
    vars: [
      ["arg_t", "==", "1"],
      ["arg_b", "==", "2"],
    ],
    explicit: 0,
  };
  const below: Draft = { id: "z2", uri: "/x", explicit: 0 };

  test("stands below both and is told so, with the number that cures it", () => {
    const { byId, findings } = fill(flavor, [above, second, below]);
    expect(byId.get("u2")?.value).toBe(-100);
    expect(findings).toEqual([
      expect.objectContaining({ code: "ContradictoryOrder", id: "u2", others: ["z1", "z2"] }),
      { code: "PriorityTie", id: "z1", other: "z2", priority: 0 },
      { code: "PriorityTie", id: "z2", other: "z1", priority: 0 },
    ]);
  });

  test.each([
    ["100 to the upper one", { ...above, explicit: 100 }, below],
    ["-100 to the lower one", above, { ...below, explicit: -100 }],
  ])("the cure cures: %s", (_sentence, upper, lower) => {
    const { byId, findings } = fill(flavor, [upper, second, lower]);
    const [high, middle, low] = ["z1", "u2", "z2"].map((id) => byId.get(id)?.value ?? 0);
    expect([(high ?? 0) > (middle ?? 0), (middle ?? 0) > (low ?? 0)]).toEqual([true, true]);
    expect(findings).toEqual([]);
  });

  test("foreign routes without a priority are two such zeros", () => {
    const { explicit: _zero, ...upper } = above;
    const { explicit: _other, ...lower } = below;
    const { byId, findings } = fill(flavor, [{ ...upper, foreign: true }, second, { ...lower, foreign: true }]);
    expect([...byId].map(([id, { value }]) => [id, value])).toEqual([["u2", -100]]);
    expect(findings.map(({ code, id }) => [code, id])).toEqual([["ContradictoryOrder", "u2"]]);
  });
});
