import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RouterFlavor } from "../../../src/core/model/index.ts";
import { contests, type NumberedRoute, prioritize, routeWriteOrder } from "../../../src/core/precedence/index.ts";
import { contestant, type Draft } from "./build.ts";
import { placesFor, type SmallRequest } from "./model.ts";
import { flavors, requests, runs, tables } from "./tables.ts";

const flavor = "radixtree_host_uri";
const at = (id: string, priority: number, extra: NumberedRoute["route"] = {}): NumberedRoute => ({
  id,
  route: { uri: "/x", priority, ...extra },
});

describe("what a written route waits for", () => {
  test.each<[string, readonly NumberedRoute[], readonly NumberedRoute[], Readonly<Record<string, readonly string[]>>]>([
    [
      "a new route waits for new ones that stand above it",
      [at("o", 5)],
      [at("o", 5), at("a", 0), at("b", 100)],
      { a: ["b"], b: [] },
    ],
    [
      "a route without a number has 0",
      [at("o", -5)],
      [at("o", -5), at("a", -1), { id: "b", route: { uri: "/x" } }],
      { a: ["b"], b: [] },
    ],
    ["no number and 1 are two", [at("a", 1), at("b", 9)], [{ id: "a", route: { uri: "/x" } }, at("b", 9)], { a: [] }],
    ["no number and -1, too", [at("a", -1), at("b", 9)], [{ id: "a", route: { uri: "/x" } }, at("b", 9)], { a: [] }],
    ["1 after no number", [{ id: "a", route: { uri: "/x" } }], [at("a", 1)], { a: [] }],
    ["-1 after no number", [{ id: "a", route: { uri: "/x" } }], [at("a", -1)], { a: [] }],
    ["no number and 0 are one", [{ id: "a", route: { uri: "/x" } }], [at("a", 0)], {}],
    [
      "to drop a number of 1 is a lowering",
      [at("a", 1), at("b", 0)],
      [{ id: "a", route: { uri: "/x" } }, at("b", -5)],
      { a: ["b"], b: [] },
    ],
    [
      "what only matches something else goes with the raises",
      [{ id: "a", route: { uri: "/x", methods: ["GET"] } }, at("b", -3)],
      [{ id: "a", route: { uri: "/x", methods: ["PUT"] } }, at("b", -5)],
      { a: [], b: ["a"] },
    ],
    [
      "a route waits by what it will match",
      [at("a", 0, { methods: ["PUT"] })],
      [at("a", 0, { methods: ["GET"] }), at("b", 9, { methods: ["GET"] })],
      { a: ["b"], b: [] },
    ],
    [
      "and by what it still matches",
      [at("a", 0, { methods: ["GET"] })],
      [at("a", 0, { methods: ["PUT"] }), at("b", 9, { methods: ["GET"] })],
      { a: ["b"], b: [] },
    ],
    ["raises come by descending target", [at("a", 0), at("b", -5)], [at("a", 100), at("b", 200)], { a: ["b"], b: [] }],
    [
      "lowerings come after raises, by ascending current number",
      [at("a", 10), at("b", 20), at("c", 0)],
      [at("a", 5), at("b", 6), at("c", 100)],
      { a: ["c"], b: ["a"], c: [] },
    ],
    ["a deletion comes when all below it is settled", [at("a", 10), at("b", 20)], [at("a", 5)], { a: [], b: ["a"] }],
    [
      "routes that contest with nobody go at any time",
      [at("a", 1, { uri: "/y" }), at("b", 1)],
      [at("a", 2, { uri: "/y" }), at("b", 2)],
      { a: [], b: [] },
    ],
    [
      "an unchanged route is not written and not waited for",
      [at("a", 10), at("b", 20)],
      [at("a", 10), at("b", 30)],
      { b: [] },
    ],
    [
      "what follows from another wait is left out",
      [at("o", 0)],
      [at("o", 0), at("a", 1), at("b", 2), at("c", 3)],
      { a: ["b"], b: ["c"], c: [] },
    ],
  ])("%s", (_sentence, before, after, waits) => {
    expect(Object.fromEntries(routeWriteOrder({ before, after, flavor }))).toEqual(waits);
  });

  test("in a crowd of 300 shapes a route waits only for those that it contests with", () => {
    const routes = Array.from({ length: 300 }, (_, index) =>
      at(`r${String(index).padStart(3, "0")}`, index, {
        methods: [index % 2 === 0 ? "GET" : "PUT"],
        vars: [[`arg_v${index}`, "==", "1"]],
      }),
    );
    const waits = routeWriteOrder({ before: [at("o", -1)], after: [at("o", -1), ...routes], flavor });
    const expected = routes.map(({ id }, index) => [id, index < 298 ? [routes[index + 2]?.id] : []]);
    expect(Object.fromEntries(waits)).toEqual(Object.fromEntries(expected));
  });

  test.each([
    ["before", "GET", "PUT"],
    ["after", "PUT", "GET"],
  ])("in a crowd, too, what a route matches %s counts", (_version, before, after) => {
    const moves = (method: string) => at("w", 1000, { methods: [method] });
    const routes = Array.from({ length: 300 }, (_, index) =>
      at(`r${index}`, index, { methods: ["GET"], vars: [[`arg_v${index}`, "==", "1"]] }),
    );
    const waits = routeWriteOrder({ before: [moves(before)], after: [moves(after), ...routes], flavor });
    expect([waits.get("w"), waits.get("r299"), waits.get("r298")]).toEqual([[], ["w"], ["r299"]]);
  });

  test("5,000 routes that all contest wait in a chain", () => {
    const routes = Array.from({ length: 5000 }, (_, index) => at(`r${index}`, index));
    const waits = routeWriteOrder({ before: [at("o", -1)], after: [at("o", -1), ...routes], flavor });
    expect([...waits.values()].every((ids) => ids.length <= 1)).toBe(true);
  });
});

describe.each(flavors)("on the way under %s", (flavor) => {
  test("at each step every request finds in each bucket its winner before or after", () => {
    fc.assert(
      fc.property(
        tables(6),
        tables(6),
        fc.subarray([0, 1, 2, 3, 4, 5]),
        fc.infiniteStream(fc.nat(1000)),
        (first, second, kept, dice) => {
          // Routes keep what they match; they come, go and get other numbers because of the others.
          const before = numbered(first.slice(0, 5), flavor);
          const after = numbered(
            [...first.filter((_, index) => kept.includes(index)), ...renamed(second.slice(0, 2))],
            flavor,
          );
          const waits = routeWriteOrder({ before, after, flavor });
          const samples = requests.filter((_, index) => index % 7 === 0);
          const winners = (table: readonly NumberedRoute[]) =>
            samples.map((request) => winnersOf(table, request, flavor));
          const [old, next] = [winners(before), winners(after)];
          let table = before;
          for (const id of someOrder(waits, dice)) {
            const target = after.find((route) => route.id === id);
            table = [...table.filter((route) => route.id !== id), ...(target === undefined ? [] : [target])];
            for (const [at, now] of winners(table).entries()) {
              for (const bucket of new Set([...(old[at]?.keys() ?? []), ...now.keys(), ...(next[at]?.keys() ?? [])])) {
                const [was, is, willBe] = [old[at], now, next[at]].map((found) => [
                  ...(found?.get(bucket) ?? ["nobody"]),
                ]);
                expect(
                  is?.filter((winner) => was?.includes(winner) !== true && willBe?.includes(winner) !== true),
                ).toEqual([]);
              }
            }
          }
          for (const [id, earlier] of waits) {
            for (const other of earlier) {
              const versions = (of: string) => [...before, ...after].filter((route) => route.id === of);
              expect(versions(id).some((a) => versions(other).some((b) => contests(a.route, b.route, flavor)))).toBe(
                true,
              );
            }
          }
        },
      ),
      { numRuns: runs },
    );
  });
});

function numbered(drafts: readonly Draft[], flavor: RouterFlavor): readonly NumberedRoute[] {
  const { byId } = prioritize({
    contestants: drafts.map((draft) => contestant({ ...draft, foreign: false })),
    standing: new Map(),
    flavor,
  });
  return drafts.map((draft) => ({ id: draft.id, route: { ...draft, priority: byId.get(draft.id)?.value ?? 0 } }));
}

function renamed(drafts: readonly Draft[]): readonly Draft[] {
  return drafts.map((draft) => ({ ...draft, id: `n${draft.id}` }));
}

/** An order that keeps the waits, otherwise by chance. */
function someOrder(waits: ReadonlyMap<string, readonly string[]>, dice: IterableIterator<number>): readonly string[] {
  const done: string[] = [];
  while (done.length < waits.size) {
    const ready = [...waits].filter(([id, ids]) => !done.includes(id) && ids.every((other) => done.includes(other)));
    const [next] = ready[(dice.next().value ?? 0) % ready.length] ?? [];
    if (next === undefined) throw new Error("a circle of waits");
    done.push(next);
  }
  return done;
}

/** Per bucket, all that load order could choose from. */
function winnersOf(
  table: readonly NumberedRoute[],
  request: SmallRequest,
  flavor: RouterFlavor,
): ReadonlyMap<string, ReadonlySet<string>> {
  const places = table.flatMap(({ id, route }) =>
    placesFor(route, request, flavor).map(({ bucket }) => ({ id, bucket, number: route.priority ?? 0 })),
  );
  const winners = new Map<string, ReadonlySet<string>>();
  for (const [bucket, all] of Map.groupBy(places, ({ bucket }) => bucket)) {
    const best = Math.max(...all.map(({ number }) => number));
    winners.set(bucket, new Set(all.filter(({ number }) => number === best).map(({ id }) => id)));
  }
  return winners;
}
