import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Priorities, StandingPriority } from "../../../src/core/model/index.ts";
import { filledAmong } from "../../../src/core/precedence/filled-among.ts";
import { LayeredMap } from "../../../src/core/precedence/layered-map.ts";
import { prioritize } from "../../../src/core/precedence/index.ts";
import { claimMaker, rivalsOf } from "../../../src/core/precedence/rival.ts";
import { type PriorityTable, priorityTable } from "../../../src/core/precedence/table.ts";
import { contestant, type Draft } from "./build.ts";
import { draftOf, flavors, runs, tables } from "./tables.ts";

describe.each(flavors)("a table that changes route by route, under %s", (flavor) => {
  const size = 12;
  const change = fc
    .nat(size - 1)
    .chain((at) =>
      fc.tuple(draftOf(`r${at}`), fc.boolean(), fc.boolean(), fc.constantFrom(undefined, 0, 100, 150, -100)),
    );

  test("says after any history what one says that was filled at once", () => {
    const history = fc.array(change, { minLength: 4, maxLength: 40 });
    fc.assert(
      fc.property(history, (changes) => {
        const table = priorityTable({ flavor });
        const now = new Map<string, Entry>();
        for (const [draft, isRemoval, isLooked, number] of changes) {
          if (isRemoval) drop(table, now, draft.id);
          else put(table, now, { draft, stands: number === undefined ? undefined : standing(draft, number) });
          if (isLooked) expectSame(table.settle(), atOnce(now));
        }
        expectSame(table.settle(), atOnce(now));
      }),
      { numRuns: runs },
    );
  });

  test("tells which routes it looked at again: all whose number or reason changed", () => {
    fc.assert(
      fc.property(tables(8), draftOf("r8"), (drafts, newcomer) => {
        const table = priorityTable({ flavor });
        const now = new Map<string, Entry>();
        for (const draft of drafts) put(table, now, { draft, stands: undefined });
        const before = table.settle();
        put(table, now, { draft: newcomer, stands: undefined });
        const after = table.settle();
        const worked = new Set(after.worked);
        for (const { id } of drafts) if (!worked.has(id)) expect(after.byId.get(id)).toBe(before.byId.get(id));
      }),
      { numRuns: runs },
    );
  });

  test("works out by arenas what the whole field says", () => {
    fc.assert(
      fc.property(tables(size), (drafts) => {
        const claimOf = claimMaker(flavor, { keepsNumbers: true });
        const rivals = rivalsOf(drafts.map((draft) => claimOf(contestant(draft), undefined)));
        const { filled, findings } = filledAmong(rivals, flavor);
        const byId = new Map(filled.flatMap((number) => (number === undefined ? [] : [[number.id, number]])));
        expectSame(prioritize({ contestants: drafts.map(contestant), standing: new Map(), flavor }), {
          byId,
          findings,
        });
      }),
      { numRuns: runs },
    );
  });

  function atOnce(now: ReadonlyMap<string, Entry>): Priorities {
    const contestants = [...now.values()].map(({ draft }) => contestant(draft));
    const stands = [...now].flatMap(([id, entry]): [string, StandingPriority][] =>
      entry.stands === undefined ? [] : [[id, entry.stands]],
    );
    return prioritize({ contestants, standing: new Map(stands), flavor });
  }
});

test("what has not changed is not looked at again", () => {
  const table = priorityTable({ flavor: "radixtree_host_uri" });
  const named = (id: string, host: string): Draft => ({ id, uri: "/*", hosts: [host] });
  for (const draft of [named("a1", "a.com"), named("a2", "a.com"), named("b1", "b.com"), named("b2", "b.com")]) {
    table.put(contestant(draft), undefined);
  }
  expect(table.settle().worked).toEqual(["a1", "a2", "b1", "b2"]);
  table.put(contestant(named("a1", "a.com")), undefined);
  expect(table.settle().worked).toEqual([]);
  table.put(contestant({ ...named("a1", "a.com"), methods: ["GET"] }), undefined);
  expect(table.settle().worked).toEqual(["a1", "a2"]);
  table.put(contestant(named("a1", "b.com")), undefined);
  expect(table.settle().worked).toEqual(["a1", "a2", "b1", "b2"]);
  table.remove("b1");
  expect(table.settle().worked).toEqual(["a1", "b2"]);
});

test("findings that nothing has touched are the very list they were", () => {
  const table = priorityTable({ flavor: "radixtree_host_uri" });
  const twin = (id: string): Draft => ({ id, uri: "/x", explicit: 7 });
  for (const draft of [twin("a"), twin("b"), { id: "c", uri: "/y" }]) table.put(contestant(draft), undefined);
  const { findings } = table.settle();
  expect(findings).toHaveLength(2);
  table.put(contestant({ id: "d", uri: "/z" }), undefined);
  expect(table.settle().findings).toBe(findings);
  table.remove("c");
  expect(table.settle().findings).toBe(findings);
  table.remove("b");
  expect(table.settle().findings).toEqual([]);
});

describe("a layered map", () => {
  const base = new Map(Array.from({ length: 1000 }, (_, at): [number, string] => [at, `v${at}`]));

  test("holds what was changed, and of the rest what was there", () => {
    const layered = LayeredMap.with(
      base,
      new Map([
        [3, undefined],
        [4, "new"],
        [1000, "more"],
        [2000, undefined],
      ]),
    );
    expect(layered).toBeInstanceOf(LayeredMap);
    expect([layered.get(2), layered.get(3), layered.get(4), layered.get(1000)]).toEqual([
      "v2",
      undefined,
      "new",
      "more",
    ]);
    expect([layered.has(2), layered.has(3), layered.has(1000), layered.has(2000)]).toEqual([true, false, true, false]);
    expect(layered.size).toBe(1000);
    expect([...layered.keys()]).toHaveLength(1000);
    expect(base.get(4)).toBe("v4");
  });

  test("remembers what was changed before", () => {
    const layered = LayeredMap.with(LayeredMap.with(base, new Map([[3, "new"]])), new Map([[4, "newer"]]));
    expect([layered.get(3), layered.get(4), layered.get(5)]).toEqual(["new", "newer", "v5"]);
  });

  test.each([
    [1000, 10, true],
    [1000, 11, false],
    [999, 10, false],
  ])("of %s entries %s may differ until it is made anew: %s", (size, count, isLayered) => {
    const small = new Map([...base].slice(0, size));
    const changes = Array.from({ length: count }, (_, at) => new Map([[at, "new"]]));
    const map = changes.reduce<ReadonlyMap<number, string>>((before, change) => LayeredMap.with(before, change), small);
    expect(map instanceof LayeredMap).toBe(isLayered);
    expect([map.size, map.get(0), map.get(count)]).toEqual([size, "new", `v${count}`]);
  });

  test("is the same as a plain one after many rounds, and older ones stay what they were", () => {
    const change = fc.tuple(fc.nat(1100), fc.option(fc.string(), { nil: undefined }));
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 6 }), (rounds) => {
        const plain = new Map(base);
        let map: ReadonlyMap<number, string> = base;
        const seen: (readonly [ReadonlyMap<number, string>, ReadonlyMap<number, string>])[] = [];
        for (const changes of rounds) {
          for (const [key, value] of changes) {
            if (value === undefined) plain.delete(key);
            else plain.set(key, value);
          }
          map = LayeredMap.with(map, new Map(changes));
          seen.push([map, new Map(plain)]);
        }
        for (const [layered, expected] of seen) {
          expect(layered.size).toBe(expected.size);
          expect(new Map(layered)).toEqual(expected);
        }
      }),
    );
  });
});

interface Entry {
  readonly draft: Draft;
  readonly stands: StandingPriority | undefined;
}

function put(table: PriorityTable, now: Map<string, Entry>, entry: Entry): void {
  now.set(entry.draft.id, entry);
  table.put(contestant(entry.draft), entry.stands);
}

function drop(table: PriorityTable, now: Map<string, Entry>, id: string): void {
  now.delete(id);
  table.remove(id);
}

function standing(route: Draft, priority: number): StandingPriority {
  return { route, priority, source: "Specificity" };
}

function expectSame(a: Priorities, b: Priorities): void {
  expect(new Map(a.byId)).toEqual(new Map(b.byId));
  expect(a.findings).toEqual(b.findings);
}
