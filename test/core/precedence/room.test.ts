import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StandingPriority } from "../../../src/core/model/index.ts";
import type { Draft } from "./build.ts";
import { fill } from "./fill.ts";
import { runs } from "./tables.ts";

// A row of routes that all contest with each other, each narrower than the next, and one that comes in between.
const host = "radixtree_host_uri";
const newcomer = "new";

describe("a newcomer between numbers that stand", () => {
  test.each<[string, readonly number[], number, Readonly<Record<string, number>>]>([
    ["takes a number that is free", [200, 0], 1, { new: 100 }],
    ["the last one that is free", [2, 0], 1, { new: 1 }],
    ["above all the next hundred", [200, 100], 0, { new: 300 }],
    ["below all the next hundred down", [200, 100, 0], 3, { new: -100 }],
    ["moves the one above, where that has room", [200, 101, 100, 99], 2, { r1: 180, new: 150 }],
    ["moves the one below, where that is fewer", [103, 102, 101, 100, 0], 3, { new: 100, r3: 50 }],
    ["moves the fewer above", [300, 102, 101, 100, 99, 98, 0], 3, { r1: 280, r2: 250, new: 200 }],
    ["moves the fewer below", [103, 102, 101, 100, 99, 0], 3, { new: 100, r3: 80, r4: 50 }],
  ])("%s", (_sentence, numbers, place, changed) => {
    const { drafts, standing } = rowOf(numbers, place);
    const before = new Map([...standing].map(([id, { priority }]) => [id, priority]));
    const after = [...fill(host, drafts, standing).byId].map(([id, { value }]) => [id, value] as const);
    expect(Object.fromEntries(after.filter(([id, value]) => before.get(id) !== value))).toEqual(changed);
  });

  test("moves the run above or the run below, whichever is shorter", () => {
    const gaps = fc.array(fc.constantFrom(1, 1, 1, 2, 3), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(gaps, fc.nat(8), fc.integer({ min: -9, max: 9 }), (gaps, dice, lowest) => {
        const numbers = gaps.reduceRight<readonly number[]>((all, gap) => [(all[0] ?? lowest) + gap, ...all], [lowest]);
        const place = dice % (numbers.length + 1);
        const { drafts, standing } = rowOf(numbers, place);
        const { byId } = fill(host, drafts, standing);
        const after = drafts.map(({ id }) => byId.get(id)?.value ?? 0);
        expect(after).toEqual([...after].sort((a, b) => b - a));
        expect(new Set(after).size).toBe(after.length);
        const moved = [...standing].filter(([id, { priority }]) => byId.get(id)?.value !== priority).map(([id]) => id);
        expect(moved).toEqual(shorterRun(numbers, place).map((at) => `r${at}`));
      }),
      { numRuns: runs * 2 },
    );
  });
});

describe("a newcomer between numbers that stand and explicit ones", () => {
  test.each<
    [
      string,
      { readonly top?: number; readonly bottom?: number },
      readonly number[],
      number,
      Readonly<Record<string, number>>,
    ]
  >([
    ["the one above has no room, so that below moves", { top: 4 }, [3, 2, 1], 1, { new: 2, r1: 1, r2: 0 }],
    ["the one below has no room, so that above moves", { bottom: -4 }, [-1, -2, -3], 2, { r0: 200, r1: 100, new: 0 }],
    [
      "neither alone has room, so both are placed anew",
      { top: 4, bottom: -3 },
      [3, 2, 1, 0, -1],
      2,
      { r0: 3, r1: 2, new: 1, r2: 0, r3: -1, r4: -2 },
    ],
  ])("%s", (_sentence, { top, bottom }, numbers, place, expected) => {
    const { drafts, standing } = rowOf(numbers, place);
    const ends: readonly Draft[] = [
      ...(top === undefined ? [] : [{ id: "top", uri: "/x", explicit: top }]),
      ...(bottom === undefined ? [] : [{ id: "bottom", uri: "/x", explicit: bottom }]),
    ];
    const { byId, findings } = fill(host, [...drafts, ...ends], standing);
    const filled = Object.fromEntries(Object.keys(expected).map((id) => [id, byId.get(id)?.value]));
    expect(filled).toEqual(expected);
    expect(findings).toEqual([]);
  });
});

describe("numbers that stand and contradict the order", () => {
  test.each<[string, readonly number[], Readonly<Record<string, number>>]>([
    ["the one that contradicts most is given up", [100, 50, 40, 300, 0], { r3: 20 }],
    ["of two that contradict each other the younger", [100, 200], { r1: 0 }],
    ["equal ones contradict each other", [100, 100], { r1: 0 }],
    ["all but one, where none agrees with another", [100, 200, 300], { r1: 50, r2: 0 }],
    ["none, where none does", [300, 200, 100], {}],
  ])("%s", (_sentence, numbers, changed) => {
    const { drafts, standing } = rowOf(numbers, numbers.length);
    const after = [...fill(host, drafts.slice(0, -1), standing).byId].map(([id, { value }]) => [id, value] as const);
    const moved = after.filter(([id, value]) => standing.get(id)?.priority !== value);
    expect(Object.fromEntries(moved)).toEqual(changed);
  });
});

describe("two routes that had nothing to do with each other, and a newcomer that must stand between", () => {
  // "a" above "new" above "b"; "z" far above "a", so that nobody has to move it; "y" right above "a", "c" right below "b".
  const a = route({ methods: ["GET"], vars: { q: "1", t: "1" } });
  const between = { ...route({ headers: 1, vars: {} }), born: 9 };
  const b = route({ vars: { q: "2", u: "1" } });
  const z = route({ methods: ["GET"], headers: 2, vars: { q: "1", t: "1", s: "2" } });
  const y = route({ methods: ["GET"], headers: 1, vars: { q: "1", w: "1" } });
  const c = route({ vars: { q: "2" } });
  const overA = { ...route({ methods: ["GET"], vars: { q: "1", t: "1", s: "1" } }), explicit: 7 };
  const overY = { ...route({ methods: ["GET"], vars: { q: "1", t: "2" } }), explicit: 7 };
  const underB = { ...route({ vars: { q: "2", u: "1" } }), explicit: -1 };
  const underC = { ...route({ vars: { q: "2", u: "2" } }), explicit: -1 };

  test.each<[string, Readonly<Record<string, Omit<Draft, "id">>>, readonly string[]]>([
    ["the one above moves", {}, ["a"]],
    ["the one below, where an explicit number is met above", { overA }, ["b"]],
    ["the one above, where one is met below", { underB }, ["a"]],
    ["all, where one is met right away on either side", { overA, underB }, ["a", "b", "z"]],
    ["those that come before it, where one is met below", { overA, c, underC }, ["a", "b"]],
    ["and where one is met above", { overY, y, underB }, ["a", "b"]],
  ])("%s", (_sentence, more, changed) => {
    const drafts: readonly Draft[] = Object.entries({ a, new: between, b, z, ...more }).map(([id, draft]) => ({
      born: 1,
      ...draft,
      id,
    }));
    const numbers = new Map(Object.entries({ a: 1, b: 5, z: 500, y: 6, c: 0 }));
    const standing = new Map(
      drafts.flatMap((draft) => {
        const priority = numbers.get(draft.id);
        return priority === undefined ? [] : [[draft.id, { route: draft, priority, source: "Specificity" }] as const];
      }),
    );
    const { byId, findings } = fill(host, drafts, standing);
    expect([...standing].filter(([id, { priority }]) => byId.get(id)?.value !== priority).map(([id]) => id)).toEqual(
      changed,
    );
    const inOrder = ["z", "overY", "y", "overA", "a", newcomer, "b", "underB", "c", "underC"];
    const after = inOrder.flatMap((id) => byId.get(id)?.value ?? []);
    expect(after).toEqual([...new Set(after)].sort((one, other) => other - one));
    expect(findings).toEqual([]);
  });

  test("those that share a number because they have to keep it, though all others around give way", () => {
    const remote_addrs = ["10.0.0.9"];
    const squeezed = { uri: "/x", remote_addrs };
    const roof = { ...route({ vars: { q: "2", u: "2" } }), remote_addrs };
    const drafts: readonly Draft[] = Object.entries({
      a,
      new: { ...between, remote_addrs: ["10.0.0.1"] },
      b,
      overA,
      underB,
      s1: { ...squeezed, born: 2 },
      s2: { ...squeezed, born: 3 },
      roof: { ...roof, explicit: 1 },
      floor: { ...roof, explicit: -1 },
    }).map(([id, draft]) => ({ born: 1, ...draft, id }));
    const standing = new Map(
      drafts.flatMap((draft) =>
        draft.id === "a" || draft.id === "b"
          ? [[draft.id, { route: draft, priority: draft.id === "a" ? 1 : 5, source: "Specificity" }] as const]
          : [],
      ),
    );
    const { byId, findings } = fill(host, drafts, standing);
    const [above = 0, middle = 0, below = 0, ...shared] = ["a", newcomer, "b", "s1", "s2"].map(
      (id) => byId.get(id)?.value,
    );
    expect(shared).toEqual([0, 0]);
    expect([7 > above, above > middle, middle > below, below > 0]).toEqual([true, true, true, true]);
    expect(findings.map(({ code, id }) => [code, id])).toEqual([
      ["PriorityRangeExhausted", "s1"],
      ["PriorityRangeExhausted", "s2"],
    ]);
  });

  interface Wanted {
    readonly methods?: readonly string[];
    readonly headers?: number;
    readonly vars: Readonly<Record<string, string>>;
  }

  function route({ methods, headers = 0, vars }: Wanted): Omit<Draft, "id"> {
    return {
      uri: "/x",
      ...(methods !== undefined && { methods }),
      vars: [
        ...Array.from({ length: headers }, (_, at) => [`http_h${at}`, "==", "1"]),
        ...Object.entries(vars).map(([name, value]) => [`arg_${name}`, "==", value]),
      ],
    };
  }
});

/** Routes with these numbers from the narrowest to the broadest, the oldest first, and the newcomer at its place. */
function rowOf(
  numbers: readonly number[],
  place: number,
): { readonly drafts: readonly Draft[]; readonly standing: ReadonlyMap<string, StandingPriority> } {
  const ids = numbers.map((_, at) => `r${at}`).toSpliced(place, 0, newcomer);
  const drafts = ids.map((id, at): Draft => ({
    id,
    uri: "/x",
    born: id === newcomer ? 99 : at,
    vars: Array.from({ length: ids.length - at }, (_, parameter) => [`arg_v${parameter}`, "==", "1"]),
  }));
  const standing = new Map(
    numbers.map((priority, at) => {
      const route = drafts.find(({ id }) => id === `r${at}`) ?? {};
      return [`r${at}`, { route, priority, source: "Specificity" as const }];
    }),
  );
  return { drafts, standing };
}

/** Places of the numbers that have to move for one more between two of them. */
function shorterRun(numbers: readonly number[], place: number): readonly number[] {
  const [above, below] = [numbers[place - 1], numbers[place]];
  if (above === undefined || below === undefined || above - below >= 2) return [];
  const up: number[] = [];
  for (let at = place - 1, taken = below + 1; at >= 0 && (numbers[at] ?? 0) <= taken; at--, taken++) up.push(at);
  const down: number[] = [];
  for (let at = place, taken = above - 1; at < numbers.length && (numbers[at] ?? 0) >= taken; at++, taken--)
    down.push(at);
  return (up.length <= down.length ? up : down).sort((a, b) => a - b);
}
