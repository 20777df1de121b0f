import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eachOnce, finderIn, presentIn, sortedOnce } from "../../../src/core/changes/index.ts";

interface Item {
  readonly name: number;
}

const pool: readonly Item[] = Array.from({ length: 40 }, (_, name) => ({ name }));
const lists = fc.array(
  fc.subarray([...pool]).chain((items) => fc.shuffledSubarray(items, { minLength: items.length })),
  {
    minLength: 2,
    maxLength: 6,
  },
);
/** Versions of a list that differ in an item or two. */
const edits = fc.array(fc.tuple(fc.nat(25), fc.nat(39), fc.nat(2)), { minLength: 2, maxLength: 8 }).map((steps) =>
  steps.reduce<readonly (readonly Item[])[]>(
    (versions, [at, name, dropped]) => {
      const now = (versions.at(-1) ?? []).filter((item) => item.name !== name);
      return [...versions, now.toSpliced(at, dropped, pool[name] ?? { name })];
    },
    [pool.slice(0, 20)],
  ),
);

describe("eachOnce", () => {
  test("makes what a plain map would, and of the same item the same thing", () => {
    fc.assert(
      fc.property(fc.oneof(lists, edits), (versions) => {
        const each = eachOnce((item: Item) => ({ of: item }));
        let before = new Map<Item, { readonly of: Item }>();
        for (const items of versions) {
          const made = each(items);
          expect(made.map(({ of }) => of)).toEqual(items);
          for (const [place, item] of items.entries()) if (before.has(item)) expect(made[place]).toBe(before.get(item));
          before = new Map(items.map((item, place) => [item, made[place] ?? { of: item }]));
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("gives the very list back where nothing is new", () => {
    const each = eachOnce((item: Item) => item.name);
    const first = each(pool);
    expect(each([...pool])).toBe(first);
    expect(each(pool.slice(1))).not.toBe(first);
  });
});

describe("sortedOnce", () => {
  test("sorts as a plain sort would, whatever came before", () => {
    fc.assert(
      fc.property(fc.oneof(lists, edits), (versions) => {
        const byName = (a: Item, b: Item) => a.name - b.name;
        const sorted = sortedOnce<Item>(byName);
        for (const items of versions) expect(sorted(items)).toEqual(items.toSorted(byName));
      }),
      { numRuns: 1000 },
    );
  });
});

test("presentIn leaves out what is missing, and gives a whole list back as it is", () => {
  expect(presentIn([pool[0], undefined, pool[1]])).toEqual([pool[0], pool[1]]);
  expect(presentIn(pool)).toBe(pool);
});

test("finderIn finds what is there and nothing else, in whatever order it is asked", () => {
  const id = fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h");
  const items = fc.uniqueArray(id, { maxLength: 6 });
  fc.assert(
    fc.property(items, fc.array(id, { maxLength: 12 }), (ids, asked) => {
      const sorted = ids.toSorted().map((id) => ({ id }));
      const find = finderIn(sorted);
      for (const id of asked) expect(find(id)).toBe(sorted.find((item) => item.id === id));
    }),
    { numRuns: 1000 },
  );
});
