import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Pair, turnedAgainstCycles } from "../../../src/core/precedence/acyclic.ts";

const members = [0, 1, 2, 3, 4, 5, 6];

describe("pairs that would close a cycle are turned", () => {
  test.each<[string, readonly Pair[], readonly number[], readonly Pair[]]>([
    [
      "none where there is no cycle",
      [
        [0, 1],
        [1, 2],
      ],
      [0, 1, 2],
      [],
    ],
    [
      "none where only the order of the members says otherwise",
      [
        [2, 1],
        [1, 0],
      ],
      [0, 1, 2],
      [],
    ],
    [
      "the last pair of a cycle",
      [
        [0, 1],
        [1, 2],
        [2, 0],
      ],
      [0, 1, 2],
      [[0, 2]],
    ],
    [
      "whatever the order of the members",
      [
        [0, 1],
        [1, 2],
        [2, 0],
      ],
      [2, 1, 0],
      [[0, 2]],
    ],
    [
      "the later of two opposite pairs",
      [
        [1, 0],
        [0, 1],
      ],
      [0, 1],
      [[1, 0]],
    ],
    [
      "a turned pair is one of those that later ones must not contradict",
      [
        [0, 1],
        [1, 2],
        [2, 0],
        [3, 0],
        [2, 3],
      ],
      [0, 1, 2, 3],
      [
        [0, 2],
        [3, 2],
      ],
    ],
    [
      "a pair against what was moved before",
      [
        [1, 2],
        [3, 2],
        [2, 1],
      ],
      [0, 1, 2, 3],
      [[1, 2]],
    ],
  ])("%s", (_sentence, pairs, order, turned) => {
    expect(turnedAgainstCycles(pairs, order)).toEqual(turned);
  });

  test("however many ways lead through what lies between", () => {
    // Both of each step above both of the next, and the last above the first of all.
    const steps = Array.from({ length: 40 }, (_, step) => [2 * step, 2 * step + 1]);
    const pairs = steps.flatMap((step, at): Pair[] =>
      step.flatMap((high) => (steps[at + 1] ?? []).map((low): Pair => [high, low])),
    );
    const order = [...steps.flat(), 80];
    expect(turnedAgainstCycles([...pairs, [80, 0], [79, 0]], order)).toEqual([[0, 79]]);
  });

  // Two chains side by side, `0 2 4 …` and `1 3 5 …`. Whoever looks further than need be goes down a whole chain each time.
  const many = Array.from({ length: 20_000 }, (_, at) => at);
  const chains = many.flatMap((at): Pair[] => (at < 2 ? [] : [[at - 2, at]])).toReversed();

  const swaps = many.filter((at) => at % 2 === 1).map((at): Pair => [at, at - 1]);

  test.each([
    ["a pair that stands right costs a look", chains],
    ["one that does not, no more than what lies between the two", [...chains, ...swaps]],
  ])("%s", (_sentence, pairs) => {
    const begun = Date.now();
    expect(turnedAgainstCycles(pairs, many)).toEqual([]);
    expect(Date.now() - begun).toBeLessThan(3000);
  });

  test("the same as with a search through everything for each pair", () => {
    const pair = fc.tuple(fc.constantFrom(...members), fc.constantFrom(...members)).filter(([a, b]) => a !== b);
    const order = fc.shuffledSubarray(members, { minLength: members.length });
    fc.assert(
      fc.property(fc.array(pair, { minLength: 6, maxLength: 24 }), order, (pairs, order) => {
        expect(turnedAgainstCycles(pairs, order)).toEqual(searched(pairs));
      }),
      { numRuns: 500 },
    );
  });
});

function searched(pairs: readonly Pair[]): readonly Pair[] {
  const taken: Pair[] = [];
  const turned: Pair[] = [];
  const isBelow = (low: number, high: number): boolean =>
    taken.some(([above, below]) => above === high && (below === low || isBelow(low, below)));
  for (const [high, low] of pairs) {
    const isTurned = isBelow(high, low);
    const pair: Pair = isTurned ? [low, high] : [high, low];
    if (isTurned) turned.push(pair);
    taken.push(pair);
  }
  return turned;
}
