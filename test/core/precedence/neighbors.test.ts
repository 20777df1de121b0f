import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FilledPriority } from "../../../src/core/model/index.ts";
import type { Draft } from "./build.ts";
import { neighborsIn, type Side } from "../../../src/core/precedence/neighbors.ts";
import { fill } from "./fill.ts";
import { fieldWith, tightTables } from "./tight-tables.ts";

const host = "radixtree_host_uri";
const own: Draft = { id: "own", uri: "/x", hosts: ["a.com", "b.com"], explicit: 500 };
/** Ids are as long as each other, so that they sort as their numbers do. */
const idOf = (at: number) => `r${String(at).padStart(3, "0")}`;
const numbered = (numbers: readonly number[], more: Partial<Draft> = {}): readonly Draft[] =>
  numbers.map((explicit, at) => ({
    id: idOf(at),
    uri: "/x",
    hosts: [at % 3 === 0 ? "a.com" : "b.com"],
    explicit,
    ...more,
  }));

describe("who stands around a route", () => {
  test("the ten nearest by number on each side, the nearest first", () => {
    const numbers = Array.from({ length: 40 }, (_, at) => 500 + (at % 2 === 0 ? 1 : -1) * (1 + ((at * 17) % 40)));
    const { outranks, outrankedBy, outranksCount, outrankedByCount } = told([own, ...numbered(numbers)]);
    const nearest = (isAbove: boolean) =>
      numbers
        .map((number, at) => ({ id: idOf(at), distance: number - 500 }))
        .filter(({ distance }) => distance > 0 === isAbove)
        .sort((a, b) => Math.abs(a.distance) - Math.abs(b.distance))
        .slice(0, 10)
        .map(({ id }) => id);
    expect(outrankedBy.map(({ id }) => id)).toEqual(nearest(true));
    expect(outranks.map(({ id }) => id)).toEqual(nearest(false));
    expect([outrankedByCount, outranksCount]).toEqual([20, 20]);
  });

  test("of the same number the first by id", () => {
    const { outrankedBy } = told([own, ...numbered(Array.from({ length: 30 }, () => 600))]);
    expect(outrankedBy.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(idOf));
  });

  test("on two hosts a route counts once", () => {
    const { outrankedByCount } = told([own, { ...own, id: "other", explicit: 501 }, ...numbered([600])]);
    expect(outrankedByCount).toBe(2);
  });

  test.each([
    [99, 99, "written by its author; stands below 99 routes by explicit number"],
    [100, 100, "written by its author; stands below 100 or more routes by explicit number"],
    [101, 100, "written by its author; stands below 100 or more routes by explicit number"],
  ])("%s above are counted, up to a hundred", (count, expected, reason) => {
    const all = numbered(
      Array.from({ length: count }, (_, at) => 501 + at),
      { hosts: ["a.com"] },
    );
    expect(told([own, ...all])).toMatchObject({ outrankedByCount: expected, reason });
  });

  test.each([
    [0, "written by its author; contests with no other route"],
    [1, "written by its author; shares its number with 1 route"],
    [2, "written by its author; shares its number with 2 routes"],
  ])("%s with the same number", (count, reason) => {
    const all = numbered(Array.from({ length: count }, () => 500));
    const { findings, byId } = fill(host, [own, ...all]);
    expect(byId.get("own")?.reason).toBe(reason);
    expect(findings.filter(({ id }) => id === "own")).toEqual(
      all.map(({ id }) => ({ code: "PriorityTie", id: "own", other: id, priority: 500 })),
    );
  });

  test("above, below and beside it, with each reason once", () => {
    const { reason } = told([own, ...numbered([400, 401, 500, 600])]);
    expect(reason).toBe(
      "written by its author; stands above 2 routes by explicit number and stands below 1 route by explicit number and shares its number with 1 route",
    );
  });

  test("in a crowd those that contest with it, and no others", () => {
    const crowd = Array.from({ length: 400 }, (_, at): Draft => ({
      id: idOf(at),
      uri: "/x",
      hosts: ["a.com"],
      methods: [at % 20 === 0 ? "GET" : "POST"],
      vars: [[`arg_v${at % 300}`, "==", "1"]],
      explicit: 1000 + Math.floor(at / 200),
    }));
    const { outrankedBy, outrankedByCount } = told([{ ...own, methods: ["GET"] }, ...crowd]);
    expect(outrankedBy.map(({ id }) => id)).toEqual([0, 20, 40, 60, 80, 100, 120, 140, 160, 180].map(idOf));
    expect(outrankedByCount).toBe(20);
  });
});

test("are those in contest, counted and sorted one by one", () => {
  fc.assert(
    fc.property(tightTables({ min: 4, max: 20 }), fc.infiniteStream(fc.integer({ min: -2, max: 2 })), (table, dice) => {
      const field = fieldWith(table, host);
      const numbers = table.map(() => dice.next().value ?? 0);
      const neighborsOf = neighborsIn(field, numbers);
      for (const { index } of field.rivals) {
        const distance = (other: number) => (numbers[other] ?? 0) - (numbers[index] ?? 0);
        const sideWhere = (isThere: (distance: number) => boolean) => {
          const all = field.contestsOf(index).filter((other) => isThere(distance(other)));
          const sorted = all.toSorted((a, b) => Math.abs(distance(a)) - Math.abs(distance(b)) || a - b);
          return { nearest: sorted.slice(0, 10), count: all.length };
        };
        const told = ({ nearest, count }: Side) => ({ nearest: nearest.map((neighbor) => neighbor.index), count });
        const { above, below, level } = neighborsOf(index);
        expect([above, below, level].map(told)).toEqual([
          sideWhere((distance) => distance > 0),
          sideWhere((distance) => distance < 0),
          sideWhere((distance) => distance === 0),
        ]);
      }
    }),
    { numRuns: 100 },
  );
});

describe("in a crowd of more shapes than anybody wants to look through", () => {
  const crowdOf = (count: number, isMet: (at: number) => boolean): readonly Draft[] =>
    Array.from({ length: count }, (_, at) => ({
      id: `r${String(at).padStart(4, "0")}`,
      uri: "/x",
      methods: [isMet(at) ? "GET" : "POST"],
      vars: [[`arg_v${at % 300}`, "==", "1"]],
    }));

  test("of the same number the first by id are named", () => {
    const drafts = crowdOf(700, (at) => at % 20 === 0).map((draft) => ({ ...draft, explicit: 600 }));
    const asking: Draft = { id: "own", uri: "/x", methods: ["GET"], explicit: 500 };
    expect(told([...drafts, asking]).outrankedBy.map(({ id }) => id)).toEqual(
      Array.from({ length: 10 }, (_, at) => `r${String(at * 20).padStart(4, "0")}`),
    );
  });

  test.each([
    [1, 1],
    [2000, 1],
    [2001, 0],
  ])("two thousand are asked: of one that is the %sth, %s is known", (place, count) => {
    const table = [
      ...crowdOf(2100, (at) => at === place - 1).map((draft) => ({ draft, stands: undefined })),
      { draft: { id: "s", uri: "/x", methods: ["GET"] }, stands: undefined },
    ];
    const neighborsOf = neighborsIn(
      fieldWith(table, host),
      table.map((_, at) => (at === 2100 ? 0 : at + 1)),
    );
    expect([neighborsOf(2100).above.count, neighborsOf(2100).below.count]).toEqual([count, 0]);
    const fromBelow = neighborsIn(
      fieldWith(table, host),
      table.map((_, at) => (at === 2100 ? 0 : -at - 1)),
    );
    expect([fromBelow(2100).above.count, fromBelow(2100).below.count]).toEqual([0, count]);
  });
});

describe("what a filled number says of itself", () => {
  test("that an order contradicts itself, where a pair stands against its criterion", () => {
    const { byId } = fill("radixtree_uri", [
      { id: "1", uris: ["/p/*", "/x/*/y"], hosts: ["a.com"], born: 1 },
      { id: "2", uris: ["/q/*", "/x/*"], hosts: ["a.com"], methods: ["GET"], born: 2 },
      { id: "3", uris: ["/q/*", "/p/*/z"], hosts: ["a.com"], born: 3 },
    ]);
    expect(byId.get("3")?.outranks).toEqual(
      expect.arrayContaining([
        { id: "1", criterion: "more literal path" },
        { id: "2", criterion: "contradictory order" },
      ]),
    );
    expect(byId.get("2")?.outrankedBy).toEqual(expect.arrayContaining([{ id: "3", criterion: "contradictory order" }]));
  });

  test("that it shares it, and is no default for that", () => {
    const { byId } = fill(host, [
      { id: "p", uri: "/x", explicit: 1 },
      { id: "u1", uri: "/x", methods: ["GET"] },
      { id: "u2", uri: "/x", methods: ["GET", "PUT"] },
      { id: "n", uri: "/x", explicit: -1 },
    ]);
    expect(byId.get("u1")).toMatchObject({
      value: 0,
      source: "Specificity",
      reason:
        "stands above 1 route by explicit number and stands below 1 route by explicit number and shares its number with 1 route",
    });
  });
});

function told(drafts: readonly Draft[]): FilledPriority {
  const filled = fill(host, drafts).byId.get("own");
  if (filled === undefined) throw new Error("not filled");
  return filled;
}
