import fc from "fast-check";
import { expect, test } from "vitest";
import { Groups } from "../../../src/core/changes/index.ts";

interface Item {
  readonly name: number;
  readonly keys: readonly string[];
}

const keys = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { maxLength: 3 });
const item = fc.record({ name: fc.integer({ min: 0, max: 99 }), keys });

test("lists are what a sort of all that is there says, and what was touched is told with what it was", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.array(item), fc.array(fc.nat())), { maxLength: 8 }), (rounds) => {
      const groups = new Groups<string, Item>(({ keys }) => keys, byName);
      let there: readonly Item[] = [];
      const listOf = (key: string) => there.filter((one) => one.keys.includes(key)).toSorted(byName);
      const names = (list: readonly Item[]) => list.map(({ name }) => name);
      for (const [come, places] of rounds) {
        const gone = [...new Set(places.flatMap((place) => there[place % Math.max(there.length, 1)] ?? []))];
        const lists = new Map(["a", "b", "c", "d"].map((key) => [key, names(listOf(key))]));
        const { fresh, before } = groups.update({ gone, come });
        there = [...there.filter((one) => !gone.includes(one)), ...come];
        for (const [key, list] of lists) {
          expect(names(groups.under(key))).toEqual(names(listOf(key)));
          expect(groups.has(key)).toBe(listOf(key).length > 0);
          const isTouched = [...gone, ...come].some((one) => one.keys.includes(key));
          expect(fresh.includes(key)).toBe(isTouched && list.length === 0);
          expect(before.get(key)?.map(({ name }) => name)).toEqual(isTouched && list.length > 0 ? list : undefined);
        }
      }
    }),
  );
});

function byName(a: Item, b: Item): number {
  return a.name - b.name;
}
