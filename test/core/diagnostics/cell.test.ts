import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Cell,
  candidatesIn,
  entrantsIn,
  withEntrant,
  withoutEntrant,
} from "../../../src/core/diagnostics/cell.ts";
import { conjunctsOf } from "../../../src/core/diagnostics/conjuncts.ts";
import type { Entrant } from "../../../src/core/diagnostics/entrant.ts";
import type { AdminRoute } from "../../../src/core/model/index.ts";
import { matchMaker } from "../../../src/core/precedence/index.ts";

const matchOf = matchMaker("radixtree_host_uri");

function entrant(id: string, number: number, rest: Partial<AdminRoute>): Entrant {
  const route = { uris: ["/x"], ...rest };
  const conjuncts = conjunctsOf(route.vars);
  return { id, route, number, match: matchOf(route), conjuncts, origin: undefined, desired: undefined };
}

const conditions = [
  undefined,
  [["arg_v", "==", "1"]],
  [["arg_v", "==", "2"]],
  [["arg_v", "in", ["1", "2", "3"]]],
  [["http_x", "~=", "1"]],
  [
    ["arg_v", "==", "1"],
    ["http_x", "~=", "1"],
  ],
] as const;

/** So many that cells of all sizes around the limit come about. */
const everyone = Array.from({ length: 60 }, (_, at) => {
  const vars = conditions[at % conditions.length];
  return entrant(`r${String(at).padStart(2, "0")}`, at % 7, {
    ...(vars !== undefined && { vars }),
    ...(at % 4 === 0 && { methods: ["GET"] }),
    ...(at % 11 === 0 && { filter_func: "function(vars) return true end" }),
  });
});

function cellOf(entrants: readonly Entrant[]): Cell | undefined {
  return entrants.reduce<Cell | undefined>(withEntrant, undefined);
}

function idsFor(cell: Cell | undefined, condition: (typeof conditions)[number]): readonly string[] {
  return candidatesIn(cell, conjunctsOf(condition)).map(({ id }) => id);
}

describe("a cell", () => {
  test("says the same whatever came and went before", () => {
    const moves = fc.array(fc.integer({ min: 0, max: everyone.length - 1 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(moves, fc.boolean(), (order, isAsked) => {
        let cell: Cell | undefined;
        const there = new Set<Entrant>();
        for (const at of order) {
          const one = everyone[at];
          if (one === undefined) continue;
          cell = there.delete(one) ? withoutEntrant(cell, one) : withEntrant(cell, one);
          // One that is asked in between puts away what came; one that is not has all of it before it.
          if (isAsked) candidatesIn(cell, one.conjuncts);
          if (cell !== undefined && [...entrantsIn(cell)].includes(one)) there.add(one);
        }
        const fresh = cellOf([...there]);
        expect(new Set(cell === undefined ? [] : entrantsIn(cell))).toEqual(there);
        for (const condition of conditions) expect(idsFor(cell, condition)).toEqual(idsFor(fresh, condition));
      }),
    );
  });

  test("of a few names all of them, the widest first and those that nobody can judge last", () => {
    const [wide, narrow, unknown] = [
      entrant("z", 0, {}),
      entrant("a", 9, { vars: [["arg_v", "==", "1"]] }),
      entrant("b", 99, { filter_func: "function(vars) return true end" }),
    ];
    expect(idsFor(cellOf([narrow, unknown, wide]), undefined)).toEqual(["z", "a", "b"]);
  });

  test("of many names those without conditions, and those whose condition follows", () => {
    const crowd = everyone.filter(({ route }) => route.filter_func === undefined);
    const candidates = candidatesIn(cellOf(crowd), conjunctsOf([["arg_v", "==", "2"]]));
    expect(crowd.length).toBeGreaterThan(32);
    for (const one of crowd) {
      const follows = JSON.stringify(one.route.vars ?? []) === '[["arg_v","==","2"]]' || one.route.vars === undefined;
      if (follows) expect(candidates).toContain(one);
    }
    expect(candidates.map(({ conjuncts }) => conjuncts.map(({ text }) => text)).flat()).not.toContain(
      conjunctsOf([["arg_v", "==", "1"]])[0]?.text,
    );
  });
});
