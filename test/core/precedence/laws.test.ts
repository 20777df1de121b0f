import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Priorities, RouterFlavor, StandingPriority } from "../../../src/core/model/index.ts";
import { contests, prioritize } from "../../../src/core/precedence/index.ts";
import { claimMaker, type Rival, rivalsOf } from "../../../src/core/precedence/rival.ts";
import { rulingOf } from "../../../src/core/precedence/ruling.ts";
import { contestant, type Draft } from "./build.ts";
import { standingAfter, valuesOf } from "./fill.ts";
import { placesFor } from "./model.ts";
import { flavors, requests, runs, tables } from "./tables.ts";

describe.each(flavors)("laws under %s", (flavor) => {
  const fill = (drafts: readonly Draft[], standing: ReadonlyMap<string, StandingPriority> = new Map()) =>
    prioritize({ contestants: drafts.map(contestant), standing, flavor });

  test.each([5, 6, 7, 8])("half of the tables of %s routes hold contests", (size) => {
    const sample = fc.sample(tables(size), { numRuns: 200, seed: 1 });
    const contested = sample.filter((table) => pairsOf(table).some(([a, b]) => contests(a, b, flavor)));
    expect(contested.length).toBeGreaterThan(100);
  });

  test("routes that a request finds in one bucket contest", () => {
    check(tables(6), (table) => {
      const buckets = new Map(table.map((draft) => [draft, bucketsOf(draft, flavor)]));
      for (const [a, b] of pairsOf(table)) {
        if (contests(a, b, flavor)) continue;
        const [mine, theirs] = [buckets.get(a) ?? new Set(), buckets.get(b) ?? new Set()];
        expect(mine.isDisjointFrom(theirs)).toBe(true);
      }
    });
  });

  test("an order that explicit numbers fixed is never reversed", () => {
    check(tables(), (table) => {
      const numbers = numbersOf(table, fill(table));
      for (const [a, b] of bothWays(table)) {
        const [mine, theirs] = [writtenOn(a), writtenOn(b)];
        if (!contests(a, b, flavor) || mine === undefined || mine === 0 || theirs !== undefined) continue;
        const difference = mine - (numbers.get(b.id) ?? 0);
        expect(Math.sign(difference)).toBe(Math.sign(mine));
      }
    });
  });

  test("no contest is decided by load order, but for ties and full ranges", () => {
    check(tables(), (table) => {
      const filled = fill(table);
      const numbers = numbersOf(table, filled);
      for (const [a, b] of pairsOf(table)) {
        if (!contests(a, b, flavor) || numbers.get(a.id) !== numbers.get(b.id)) continue;
        const isWritten = writtenOn(a) !== undefined && writtenOn(b) !== undefined;
        expect(isWritten || isExhausted(filled, a.id) || isExhausted(filled, b.id)).toBe(true);
      }
    });
  });

  test("but for these and knots, the order is the one that the rules give", () => {
    check(tables(), (table) => {
      const filled = fill(table);
      expectOrder(table, filled, new Map(), flavor);
    });
  });

  test("a route that plainly matches less never stands below", () => {
    check(fc.tuple(tables(5), fc.nat(4), narrowings), ([table, at, narrowing]) => {
      const outer = { ...(table[at] ?? last(table)) };
      delete outer.explicit;
      delete outer.foreign;
      const inner = { ...narrowed(outer, narrowing), id: "inner", born: 9 };
      const all = [...table.filter(({ id }) => id !== outer.id), outer, inner];
      const filled = fill(all);
      if (!contests(inner, outer, flavor) || isExcused(filled, inner.id) || isExcused(filled, outer.id)) return;
      const isLess = requests.some(
        (request) => placesFor(outer, request, flavor).length > 0 && placesFor(inner, request, flavor).length === 0,
      );
      const numbers = numbersOf(all, filled);
      if (isLess) expect(difference(numbers, inner, outer)).toBeGreaterThan(0);
    });
  });

  test("filling a filled table changes nothing", () => {
    check(tables(), (table) => {
      const first = fill(table);
      const second = fill(table, standingAfter(table, first));
      expect(valuesOf(second)).toEqual(valuesOf(first));
    });
  });

  test("the order of the input never matters", () => {
    check(fc.tuple(tables(), fc.func(fc.integer())), ([table, weight]) => {
      const shuffled = [...table].sort((a, b) => weight(a.id) - weight(b.id));
      expect(fill(shuffled)).toEqual(fill(table));
    });
  });

  test("a new youngest route turns no two others", () => {
    check(tables(7), (table) => {
      const newcomer = { ...last(table), born: 9 };
      const others = table.slice(0, -1);
      const before = fill(others);
      const after = fill([...others, newcomer], standingAfter(others, before));
      if (hasFinding(before, "PriorityRangeExhausted") || hasFinding(after, "PriorityRangeExhausted")) return;
      if (writtenOn(newcomer) !== undefined && hasFinding(after, "ContradictoryOrder")) return;
      const [old, now] = [numbersOf(others, before), numbersOf(others, after)];
      for (const [a, b] of pairsOf(others)) {
        if (!contests(a, b, flavor)) continue;
        expect(Math.sign(difference(now, a, b))).toBe(Math.sign(difference(old, a, b)));
      }
    });
  });

  test("a new route that finds a number rewrites no other", () => {
    check(tables(7), (table) => {
      const others = table.slice(0, -1);
      const newcomer = last(table);
      const before = fill(others);
      const after = fill(table, standingAfter(others, before));
      if (after.findings.some(({ code }) => code === "PriorityRangeExhausted" || code === "ContradictoryOrder")) return;
      if (before.findings.some(({ code }) => code === "PriorityRangeExhausted" || code === "ContradictoryOrder"))
        return;
      const rivals = rivalsIn(table, standingAfter(others, before), flavor);
      const old = numbersOf(others, before);
      const me = rivals.find(({ id }) => id === newcomer.id);
      let [low, high] = [-Infinity, Infinity];
      for (const other of rivals) {
        if (me === undefined || other === me) continue;
        const ruling = rulingOf(me, other, flavor);
        if (ruling === undefined) continue;
        if (ruling.sign > 0) low = Math.max(low, old.get(other.id) ?? 0);
        if (ruling.sign < 0) high = Math.min(high, old.get(other.id) ?? 0);
      }
      const own = writtenOn(newcomer);
      const finds = own === undefined ? high - low >= 2 : low < own && own < high;
      if (finds) expect(numbersOf(others, after)).toEqual(old);
    });
  });

  test("removing a route rewrites none", () => {
    check(tables(7), (table) => {
      const before = fill(table);
      const rest = table.slice(0, -1);
      const after = fill(rest, standingAfter(table, before));
      if (before.findings.some(({ code }) => code === "PriorityRangeExhausted" || code === "ContradictoryOrder"))
        return;
      expect(numbersOf(rest, after)).toEqual(
        new Map([...numbersOf(table, before)].filter(([id]) => id !== last(table).id)),
      );
    });
  });

  test("after any history the order still holds", () => {
    const step = fc.tuple(fc.constantFrom("add", "edit", "remove", "recreate", "lose state"), fc.nat(7), tables(8));
    check(fc.array(step, { minLength: 3, maxLength: 10 }), (history) => {
      let table: readonly Draft[] = [];
      let standing: ReadonlyMap<string, StandingPriority> = new Map();
      for (const [time, [kind, at, drafts]] of history.entries()) {
        const draft = { ...(drafts[at] ?? last(drafts)), born: 10 + time };
        const rest = table.filter(({ id }) => id !== draft.id);
        table =
          kind === "remove"
            ? rest
            : kind === "lose state"
              ? table
              : kind === "recreate"
                ? table.map((old) => (old.id === draft.id ? { ...old, born: 10 + time } : old))
                : [...rest, draft];
        if (kind === "lose state") standing = new Map();
        const filled = fill(table, standing);
        expectOrder(table, filled, standing, flavor);
        standing = standingAfter(table, filled);
        expect(valuesOf(fill(table, standing))).toEqual(valuesOf(filled));
      }
    });
  });
});

test("the tables hold all that the laws are about, often", () => {
  const drafts = fc.sample(tables(), { numRuns: 200, seed: 1 }).flat();
  const often = (isOne: (draft: Draft) => boolean) => drafts.filter(isOne).length;
  const numbered = (isOne: (number: number) => boolean) =>
    often(({ explicit }) => explicit !== undefined && isOne(explicit));
  const counts = {
    "hosts of a service": often(({ from }) => from === "Service"),
    "several hosts": often(({ hosts = [] }) => hosts.length > 1),
    "several paths": often(({ uris = [] }) => uris.length > 1),
    foreign: often(({ foreign }) => foreign === true),
    zero: numbered((number) => number === 0),
    positive: numbered((number) => number > 0),
    negative: numbered((number) => number < 0),
    adjacent: numbered((number) => number === 1 || number === 2),
    huge: numbered((number) => number > 10 ** 13),
    unset: often(({ explicit, foreign }) => explicit === undefined && foreign !== true),
  };
  for (const [what, count] of Object.entries(counts)) expect([what, count > 15]).toEqual([what, true]);
  const equal = fc.sample(tables(), { numRuns: 200, seed: 1 }).filter((table) => {
    const numbers = table.flatMap(({ explicit }) => explicit ?? []);
    return new Set(numbers).size < numbers.length;
  });
  expect(equal.length).toBeGreaterThan(15);
});

/** Of each request that finds the route, with the buckets where it does. */
function bucketsOf(draft: Draft, flavor: RouterFlavor): ReadonlySet<string> {
  return new Set(
    requests.flatMap((request, at) => placesFor(draft, request, flavor).map(({ bucket }) => `${at} ${bucket}`)),
  );
}

interface Narrowing {
  readonly hosts: Readonly<Record<string, string>>;
  readonly uris: Readonly<Record<string, string>>;
  readonly drops: number;
  readonly condition: boolean;
  readonly method: boolean;
}

/**
 * Each host and path may give way to one within it. Not to one in a bucket where another path of the wider route fits all
 * that is shared better: that one rightly stands above there, and takes nothing else.
 */
const narrowings: fc.Arbitrary<Narrowing> = fc.record({
  hosts: fc.record(
    {
      "*.com": fc.constantFrom("a.com", "*.a.com", "b.com"),
      "*.a.com": fc.constant("x.a.com"),
      "a.com": fc.constant("a.com:9080"),
    },
    { requiredKeys: [] },
  ),
  uris: fc.record(
    {
      "/*": fc.constant("/x"),
      "/x/*": fc.constantFrom("/x/:id", "/x/*/y"),
      "/x/:id/*": fc.constant("/x/:id/y"),
    },
    { requiredKeys: [] },
  ),
  drops: fc.nat(3),
  condition: fc.boolean(),
  method: fc.boolean(),
});

function narrowed(draft: Draft, { hosts, uris, drops, condition, method }: Narrowing): Draft {
  const within = (list: readonly string[], to: Readonly<Record<string, string>>) => [
    ...new Set(list.slice(0, Math.max(1, list.length - drops)).map((entry) => to[entry] ?? entry)),
  ];
  return {
    ...draft,
    ...(draft.hosts !== undefined && { hosts: within(draft.hosts, hosts) }),
    uris: within(draft.uris ?? [], uris),
    ...(condition && { vars: [...(draft.vars ?? []), ["arg_w", "~=", "9"]] }),
    ...(method && { methods: (draft.methods ?? ["GET", "POST"]).slice(0, 1) }),
  };
}

function rivalsIn(
  table: readonly Draft[],
  standing: ReadonlyMap<string, StandingPriority>,
  flavor: RouterFlavor,
): readonly Rival[] {
  const claimOf = claimMaker(flavor, { keepsNumbers: true });
  return rivalsOf(table.map((draft) => claimOf(contestant(draft), standing.get(draft.id))));
}

function expectOrder(
  table: readonly Draft[],
  filled: Priorities,
  standing: ReadonlyMap<string, StandingPriority>,
  flavor: RouterFlavor,
): void {
  const numbers = numbersOf(table, filled);
  const rivals = rivalsIn(table, standing, flavor);
  for (const a of rivals) {
    for (const b of rivals) {
      const ruling = a.index < b.index ? rulingOf(a, b, flavor) : undefined;
      if (ruling === undefined || isExcused(filled, a.id) || isExcused(filled, b.id)) continue;
      expect([a.id, b.id, Math.sign((numbers.get(a.id) ?? 0) - (numbers.get(b.id) ?? 0))]).toEqual([
        a.id,
        b.id,
        ruling.sign,
      ]);
    }
  }
}

function check<Value>(arbitrary: fc.Arbitrary<Value>, law: (value: Value) => void): void {
  fc.assert(fc.property(arbitrary, law), { numRuns: runs });
}

function pairsOf(table: readonly Draft[]): readonly (readonly [Draft, Draft])[] {
  return table.flatMap((a, at) => table.slice(at + 1).map((b) => [a, b] as const));
}

function bothWays(table: readonly Draft[]): readonly (readonly [Draft, Draft])[] {
  return pairsOf(table).flatMap(
    ([a, b]) =>
      [
        [a, b],
        [b, a],
      ] as const,
  );
}

function last(table: readonly Draft[]): Draft {
  const draft = table.at(-1);
  if (draft === undefined) throw new Error("an empty table");
  return draft;
}

function writtenOn({ explicit, foreign }: Draft): number | undefined {
  return explicit ?? (foreign === true ? 0 : undefined);
}

function numbersOf(table: readonly Draft[], { byId }: Priorities): ReadonlyMap<string, number> {
  return new Map(table.map((draft) => [draft.id, byId.get(draft.id)?.value ?? writtenOn(draft) ?? 0]));
}

function difference(numbers: ReadonlyMap<string, number>, a: Draft, b: Draft): number {
  return (numbers.get(a.id) ?? 0) - (numbers.get(b.id) ?? 0);
}

function hasFinding({ findings }: Priorities, code: string): boolean {
  return findings.some((finding) => finding.code === code);
}

function isExhausted({ findings }: Priorities, id: string): boolean {
  return findings.some((finding) => finding.code === "PriorityRangeExhausted" && finding.id === id);
}

function isExcused({ findings }: Priorities, id: string): boolean {
  return findings.some(
    (finding) =>
      (finding.code === "PriorityRangeExhausted" && finding.id === id) ||
      (finding.code === "ContradictoryOrder" && (finding.id === id || finding.others.includes(id))),
  );
}
