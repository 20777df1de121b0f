import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RouterFlavor } from "../../../src/core/model/index.ts";
import type { Pair } from "../../../src/core/precedence/acyclic.ts";
import { type Field, fieldOf } from "../../../src/core/precedence/field.ts";
import { type Order, orderOf, reordered } from "../../../src/core/precedence/order.ts";
import { claimMaker, compareAge, type Rival, rivalsOf } from "../../../src/core/precedence/rival.ts";
import { type Ruling, rulingOf } from "../../../src/core/precedence/ruling.ts";
import { contestant, type Draft } from "./build.ts";
import { flavors, runs, tables } from "./tables.ts";

// The order is found by sorting once and mending what contradicts it. Here every pair is ruled on, from old to young, and
// what would close a cycle is turned.
const standings = fc.array(fc.constantFrom(undefined, undefined, 0, 100, 200), { minLength: 12, maxLength: 12 });

describe.each(flavors)("the order under %s", (flavor) => {
  test("is what all the rulings say, one after another from old to young", () => {
    check(knotty(10), (field) => {
      const { ranked, contradictory } = orderOf(field);
      const { pairs, turned, split } = ruledFromOldToYoung(field);
      for (const [above, below] of pairs) expect(ranked.indexOf(above)).toBeLessThan(ranked.indexOf(below));
      expect(sortedTexts(contradictory)).toEqual(sortedTexts([...split, ...turned]));
    });
  });

  test("has all routes to fill that can meet another, each once", () => {
    check(knotty(10), (field) => {
      const open = field.rivals.filter(({ index, fixed }) => fixed === undefined && field.canMeet(index));
      expect([...orderOf(field).ranked].sort((a, b) => a - b)).toEqual(open.map(({ index }) => index));
    });
  });

  test("says which routes stand above and which below a route fixed at 0", () => {
    check(knotty(10), (field) => {
      const { overZero, underZero } = orderOf(field);
      const zeros = field.rivals.filter(({ fixed }) => fixed === 0);
      const beyond = (sign: 1 | -1) =>
        field.rivals
          .filter(({ fixed }) => fixed === undefined)
          .filter((rival) => zeros.some((zero) => rulingOf(rival, zero, flavor)?.sign === sign))
          .map(({ index }) => index);
      expect([...overZero].sort((a, b) => a - b)).toEqual(beyond(1));
      expect([...underZero].sort((a, b) => a - b)).toEqual(beyond(-1));
    });
  });

  function check(drafts: fc.Arbitrary<readonly Draft[]>, law: (field: Field) => void): void {
    fc.assert(
      fc.property(drafts, standings, (drafts, numbers) => law(fieldIn(drafts, numbers, flavor))),
      { numRuns: runs },
    );
  }
});

test("the tables of these laws hold pairs that contradict themselves, and cycles", () => {
  const samples = fc.sample(knotty(10), { numRuns: 200, seed: 1 });
  const orders = samples.map((drafts) => {
    const field = fieldIn(drafts, [], "radixtree_uri");
    return { order: orderOf(field), ...ruledFromOldToYoung(field) };
  });
  expect(orders.filter(({ split }) => split.length > 0).length).toBeGreaterThan(30);
  expect(orders.filter(({ turned }) => turned.length > 0).length).toBeGreaterThan(10);
  const hasZeros = ({ overZero, underZero }: Order) => overZero.size > 0 && underZero.size > 0;
  expect(orders.filter(({ order }) => hasZeros(order)).length).toBeGreaterThan(30);
});

describe("pairs that stand against the sorting", () => {
  test.each<[string, readonly number[], readonly Pair[], readonly Pair[], readonly number[]]>([
    ["none move nobody", [0, 1, 2], [], [[0, 2]], [0, 1, 2]],
    ["the two change places, and what contests with neither stays", [0, 1, 2], [[2, 0]], [], [2, 1, 0]],
    ["what contests with one of them keeps its side of it", [0, 1, 2], [[2, 0]], [[0, 1]], [2, 0, 1]],
    [
      "what is above or below them stays, whoever it contests with",
      [3, 0, 1, 2, 4],
      [[2, 0]],
      [
        [3, 0],
        [3, 1],
        [0, 4],
        [1, 4],
      ],
      [3, 2, 1, 0, 4],
    ],
    [
      "what lies between two such places stays",
      [0, 1, 2, 3, 4, 5],
      [
        [5, 4],
        [1, 0],
      ],
      [
        [1, 2],
        [2, 3],
        [3, 4],
      ],
      [1, 0, 2, 3, 5, 4],
    ],
  ])("%s", (_sentence, ranked, against, more, expected) => {
    expect(reordered(fieldOfGraph(ranked.length, [...against, ...more]), ranked, against)).toEqual({
      ranked: expected,
      turned: [],
    });
  });

  test("stand right in the end, and nobody moves whom they do not reach", () => {
    const nodes = [0, 1, 2, 3, 4, 5, 6, 7];
    const edges = nodes.flatMap((a) => nodes.slice(a + 1).map((b): Pair => [a, b]));
    const graphs = fc
      .subarray(edges, { minLength: 4, maxLength: 14 })
      .chain((graph) => fc.tuple(fc.constant(graph), fc.subarray(graph, { minLength: 1, maxLength: 3 })));
    const places = fc.shuffledSubarray(nodes, { minLength: nodes.length });
    fc.assert(
      fc.property(graphs, places, ([graph, some], before) => {
        const field = fieldOfGraph(nodes.length, graph);
        const at = (node: number) => before.indexOf(node);
        const against = some.map(([a, b]): Pair => (at(a) > at(b) ? [a, b] : [b, a]));
        const { ranked, turned } = reordered(field, before, against);
        const isAbove = (a: number, b: number) => ranked.indexOf(a) < ranked.indexOf(b);
        for (const [a, b] of graph) {
          const isTurned = turned.some((pair) => pair.includes(a) && pair.includes(b));
          const isAgainst = some.some((pair) => pair.includes(a) && pair.includes(b));
          expect(isAbove(a, b)).toBe(at(a) < at(b) !== (isAgainst !== isTurned));
        }
        const reached = new Set(some.flat());
        for (const node of reached) {
          for (const other of field.contestsOf(node))
            if (areSpanned(at(node), at(other), against, at)) reached.add(other);
        }
        for (const node of nodes) if (!reached.has(node)) expect(ranked.indexOf(node)).toBe(at(node));
      }),
      { numRuns: 500 },
    );
  });

  /** Whether pairs, one overlapping the next, span all the way from one place to another. */
  function areSpanned(from: number, to: number, pairs: readonly Pair[], at: (node: number) => number): boolean {
    const [low, high] = from < to ? [from, to] : [to, from];
    const steps = Array.from({ length: high - low }, (_, step) => low + step);
    return steps.every((step) => pairs.some(([above, below]) => at(below) <= step && step < at(above)));
  }
});

/** Routes of which two contest where there is an edge: all others have a condition that only one of the two can meet. */
function fieldOfGraph(size: number, edges: readonly Pair[]): Field {
  const nodes = Array.from({ length: size }, (_, node) => node);
  const isEdge = (a: number, b: number) => edges.some((edge) => edge.includes(a) && edge.includes(b));
  const drafts = nodes.map((node): Draft => {
    const strangers = nodes.filter((other) => other !== node && !isEdge(node, other));
    const name = (other: number) => `arg_${Math.min(node, other)}_${Math.max(node, other)}`;
    return {
      id: `r${node}`,
      uri: "/x",
      born: node,
      vars: strangers.map((other) => [name(other), "==", node < other ? "1" : "2"]),
    };
  });
  return fieldIn(drafts, [], "radixtree_host_uri");
}

/** Several hosts and paths each, so that a route is more specific here and less so there. */
function knotty(size: number): fc.Arbitrary<readonly Draft[]> {
  const hosts = ["a.com", "x.a.com", "*.a.com", "*.com", "a.com:80", "b.com"];
  const uris = ["/x/*", "/x/*/y", "/x/*/z", "/p/*", "/p/*/q"];
  const few = (list: readonly string[]) => fc.uniqueArray(fc.constantFrom(...list), { minLength: 1, maxLength: 3 });
  const draft = fc
    .tuple(few(hosts), few(uris), fc.integer({ min: 0, max: 3 }), fc.nat(9))
    .map(([hosts, uris, born, dice]): Omit<Draft, "id"> => ({
      uris,
      born,
      ...(dice !== 9 && { hosts }),
      ...(dice % 4 === 1 && { methods: ["GET"] }),
      ...(dice % 4 === 2 && { methods: ["GET", "POST"] }),
      ...(dice === 3 && { explicit: 0 }),
      ...(dice === 7 && { from: "Service" as const }),
      ...(dice === 5 && { explicit: 7 }),
    }));
  const mixed = fc.array(draft, { minLength: size, maxLength: size });
  return fc.oneof(
    mixed.map((drafts) => drafts.map((draft, at) => ({ ...draft, id: `r${at}` }))),
    tables(size),
  );
}

interface Ruled {
  /** Above, below: as they end up. */
  readonly pairs: readonly Pair[];
  readonly turned: readonly Pair[];
  /** Pairs that contradict themselves. */
  readonly split: readonly Pair[];
}

function ruledFromOldToYoung({ rivals, flavor }: Field): Ruled {
  const [pairs, turned, split]: [Pair[], Pair[], Pair[]] = [[], [], []];
  const isBelow = (low: number, high: number, seen = new Set<number>()): boolean =>
    pairs.some(([above, below]) => {
      if (above !== high || seen.has(below)) return false;
      return below === low || isBelow(low, below, seen.add(below));
    });
  const open = rivals.filter(({ fixed }) => fixed === undefined || fixed === 0).toSorted(compareAge);
  for (const [at, younger] of open.entries()) {
    for (const older of open.slice(0, at)) {
      const ruling = rulingOf(older, younger, flavor);
      if (ruling === undefined) continue;
      const pair = pairOf(older, younger, ruling);
      if (ruling.isContradictory) split.push(pair);
      if (older.fixed !== undefined || younger.fixed !== undefined) continue;
      const isTurned = isBelow(pair[0], pair[1]);
      const taken: Pair = isTurned ? [pair[1], pair[0]] : pair;
      pairs.push(taken);
      if (isTurned) turned.push(taken);
    }
  }
  return { pairs, turned, split };
}

function pairOf(a: Rival, b: Rival, { sign }: Ruling): Pair {
  return sign > 0 ? [a.index, b.index] : [b.index, a.index];
}

function fieldIn(drafts: readonly Draft[], numbers: readonly (number | undefined)[], flavor: RouterFlavor): Field {
  const claimOf = claimMaker(flavor, { keepsNumbers: true });
  const claims = drafts.map((draft, at) => {
    const route = contestant(draft);
    const priority = numbers[at];
    return claimOf(route, priority === undefined ? undefined : { ...route, priority, source: "Specificity" });
  });
  return fieldOf(rivalsOf(claims), flavor);
}

function sortedTexts(pairs: readonly Pair[]): readonly string[] {
  return pairs.map((pair) => pair.join(" above ")).sort();
}
