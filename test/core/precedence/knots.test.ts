import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cyclesIn, sortedBy } from "../../../src/core/precedence/knots.ts";

/** Who is right below whom. */
type Graph = Readonly<Record<number, readonly number[]>>;

const nodes = [5, 3, 1, 0, 2, 4];
const graphs: fc.Arbitrary<Graph> = fc
  .tuple(...nodes.map(() => fc.subarray(nodes, { maxLength: 3 })))
  .map((lists) => Object.fromEntries(nodes.map((node, at) => [node, lists[at] ?? []])));

describe("cycles", () => {
  test.each<[string, Graph, readonly (readonly number[])[]]>([
    ["none in a chain", { 0: [1], 1: [2] }, []],
    ["none where a node is below itself", { 0: [0] }, []],
    ["two that are below each other, in the order of the nodes", { 1: [3], 3: [1] }, [[3, 1]]],
    ["a round trip", { 0: [1], 1: [2], 2: [0] }, [[1, 0, 2]]],
    ["what hangs from a cycle is not in it", { 0: [1], 1: [0, 2], 3: [0] }, [[1, 0]]],
    [
      "two that only follow one another",
      { 0: [1, 2], 1: [0], 2: [4], 4: [2] },
      expect.arrayContaining([
        [1, 0],
        [2, 4],
      ]),
    ],
    ["what leaves the nodes does not come back", { 0: [9], 9: [0] }, []],
  ])("%s", (_sentence, graph, cycles) => {
    expect(cyclesIn(nodes, (node) => graph[node] ?? [])).toEqual(cycles);
  });

  test("are all nodes that reach each other", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const reached = (from: number) => reachable(graph, from);
        const groups = nodes.map((a) => nodes.filter((b) => a === b || (reached(a).has(b) && reached(b).has(a))));
        const expected = new Set(groups.filter(({ length }) => length > 1).map((group) => group.join()));
        const found = cyclesIn(nodes, (node) => graph[node] ?? []);
        expect(found.map((cycle) => cycle.join()).sort()).toEqual([...expected].sort());
      }),
      { numRuns: 300 },
    );
  });
});

describe("sorting by what stands above", () => {
  test.each<[string, Graph, readonly number[]]>([
    ["moves nobody without a reason", {}, nodes],
    ["moves nobody who stands right", { 5: [3], 3: [1] }, nodes],
    ["puts what stands above right before the first below it", { 4: [3] }, [5, 4, 3, 1, 0, 2]],
    ["along with what stands above that", { 4: [3], 2: [4] }, [5, 2, 4, 3, 1, 0]],
    ["in the order of the nodes, where several do", { 4: [3], 0: [3] }, [5, 0, 4, 3, 1, 2]],
    ["whatever is not among the nodes", { 9: [3] }, nodes],
  ])("%s", (_sentence, graph, expected) => {
    const above = (node: number) =>
      Object.keys(graph)
        .map(Number)
        .filter((other) => graph[other]?.includes(node));
    expect(sortedBy(nodes, above)).toEqual(expected);
  });

  test("keeps the order of all that stand above one, whichever is named first", () => {
    for (const named of [
      [0, 1, 2, 4],
      [4, 2, 1, 0],
    ])
      expect(sortedBy([3, 1, 4, 0, 2], (node) => (node === 3 ? named : []))).toEqual([1, 4, 0, 2, 3]);
  });
});

function reachable(graph: Graph, from: number): ReadonlySet<number> {
  const found = new Set(graph[from]);
  // A set hands out what is added to it while it is gone through.
  for (const node of found) for (const other of graph[node] ?? []) found.add(other);
  return found;
}
