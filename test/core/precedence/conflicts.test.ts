import fc from "fast-check";
import { expect, test } from "vitest";
import { type Bounds, boundsOf } from "../../../src/core/precedence/bounds.ts";
import { conflictingAmong } from "../../../src/core/precedence/conflicts.ts";
import type { Field } from "../../../src/core/precedence/field.ts";
import { orderOf } from "../../../src/core/precedence/order.ts";
import { compareAge } from "../../../src/core/precedence/rival.ts";
import { fieldWith, type Tight, tightTables } from "./tight-tables.ts";

const tables = tightTables({ min: 3, max: 14 });

test("kept numbers are given up as if each pair in contest were looked at, one by one", () => {
  fc.assert(
    fc.property(tables, (table) => {
      const { field, bounds, numbers } = caseOf(table);
      const given = conflictingAmong(field, bounds, numbers);
      expect([...given].sort((a, b) => a - b)).toEqual(givenUpPairByPair(field, bounds, numbers));
    }),
    { numRuns: 500 },
  );
});

test("the tables of this law hold conflicts with shared numbers, and among kept ones", () => {
  const cases = fc.sample(tables, { numRuns: 300, seed: 1 }).map(caseOf);
  const besideShared = cases.filter(
    ({ field, bounds, numbers }) => contradictingShared(field, bounds, numbers).size > 0,
  );
  const among = cases.filter(
    ({ field, bounds, numbers }) =>
      givenUpPairByPair(field, bounds, numbers).length > contradictingShared(field, bounds, numbers).size,
  );
  expect(besideShared.length).toBeGreaterThan(20);
  expect(among.length).toBeGreaterThan(50);
});

interface Case {
  readonly field: Field;
  readonly bounds: Bounds;
  readonly numbers: ReadonlyMap<number, number>;
}

function caseOf(table: readonly Tight[]): Case {
  const field = fieldWith(table, "radixtree_host_uri");
  const bounds = boundsOf(field, orderOf(field));
  const kept = bounds.ranked.flatMap((rival): readonly (readonly [number, number])[] => {
    const number = field.rivals[rival]?.kept;
    return number === undefined || bounds.shared.has(rival) ? [] : [[rival, number]];
  });
  return { field, bounds, numbers: new Map([...bounds.shared, ...kept]) };
}

function givenUpPairByPair(field: Field, bounds: Bounds, numbers: ReadonlyMap<number, number>): readonly number[] {
  const given = new Set(contradictingShared(field, bounds, numbers));
  const open = bounds.ranked.filter((rival) => numbers.has(rival) && !bounds.shared.has(rival));
  for (;;) {
    const left = open.filter((rival) => !given.has(rival));
    const conflicts = left
      .map((rival) => ({
        rival,
        count: left.filter((other) => contradicts(field, bounds, numbers, rival, other)).length,
      }))
      .filter(({ count }) => count > 0);
    const most = Math.max(...conflicts.map(({ count }) => count));
    const [worst] = conflicts
      .filter(({ count }) => count === most)
      .flatMap(({ rival }) => field.rivals[rival] ?? [])
      .sort((a, b) => compareAge(b, a));
    if (worst === undefined) return [...given].sort((a, b) => a - b);
    given.add(worst.index);
  }
}

function contradictingShared(field: Field, bounds: Bounds, numbers: ReadonlyMap<number, number>): ReadonlySet<number> {
  const { shared } = bounds;
  const kept = [...numbers.keys()].filter((rival) => !shared.has(rival));
  return new Set(
    kept.filter((rival) => [...shared.keys()].some((other) => contradicts(field, bounds, numbers, rival, other))),
  );
}

/** Whether two in contest have numbers that say something else than their places. */
function contradicts(
  field: Field,
  { ranked }: Bounds,
  numbers: ReadonlyMap<number, number>,
  a: number,
  b: number,
): boolean {
  if (!field.contestsOf(a).includes(b)) return false;
  const [high, low] = ranked.indexOf(a) < ranked.indexOf(b) ? [a, b] : [b, a];
  return (numbers.get(high) ?? 0) <= (numbers.get(low) ?? 0);
}
