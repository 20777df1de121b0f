import fc from "fast-check";
import type { RouterFlavor, StandingPriority } from "../../../src/core/model/index.ts";
import { type Field, fieldOf } from "../../../src/core/precedence/field.ts";
import { claimMaker, rivalsOf } from "../../../src/core/precedence/rival.ts";
import { contestant, type Draft } from "./build.ts";

/** A route, and the number that it stands with on the gateway. */
export interface Tight {
  readonly draft: Draft;
  readonly stands: number | undefined;
}

interface Untitled extends Pick<Tight, "stands"> {
  readonly draft: Omit<Draft, "id">;
}

const values = ["p", "q", "r"].flatMap((name) => ["1", "2"].map((value) => [`arg_${name}`, "==", value]));
const explicit = [-3, -2, -1, -1, -1, 0, 1, 1, 1, 2, 3];
const standing = [-100, -3, -2, -1, 0, 1, 2, 3, 4, 5, 50, 99, 100, 100, 101, 102, 103, 150, 200, 300];

/**
 * One bucket on one host, numbers close to each other and in no order: kept ones contradict, explicit ones leave no room.
 * Explicit ones are met by some only, so that what has no room beside them meets what has.
 */
export function tightTables(size: { readonly min: number; readonly max: number }): fc.Arbitrary<readonly Tight[]> {
  const row = fc.record({
    number: fc.oneof(
      { weight: 3, arbitrary: fc.constant(undefined) },
      { weight: 2, arbitrary: fc.constantFrom(...explicit) },
    ),
    stands: fc.option(fc.constantFrom(...standing), { freq: 4, nil: undefined }),
    vars: fc.uniqueArray(fc.constantFrom(...values), { maxLength: 3 }),
    methods: fc.constantFrom(undefined, undefined, ["GET"], ["POST"], ["GET", "POST"]),
    born: fc.nat(4),
  });
  const rows = fc.array(row, { minLength: size.min, maxLength: size.max });
  return fc.tuple(rows, fc.constantFrom(...Object.entries(crowds))).map(([rows, [kind, crowd]]) => {
    const table = rows.map(({ number, stands, methods, ...rest }): Untitled => {
      const isExplicit = kind === "some explicit" && number !== undefined;
      return {
        draft: {
          ...rest,
          ...(methods !== undefined && { methods }),
          ...(isExplicit && { explicit: number, vars: onlySome }),
        },
        stands,
      };
    });
    const all = [...crowd, ...table];
    return all.map(({ draft, stands }, at) => ({
      draft: { ...draft, id: `r${String(at).padStart(2, "0")}`, uri: "/x" },
      stands,
    }));
  });
}

const onlySome = [["arg_p", "==", "1"]];

/** Too many routes, with so many headers, between explicit numbers. */
function crowdOf(headers: number, count: number, numbers: readonly number[]): readonly Untitled[] {
  const vars = Array.from({ length: headers }, (_, at) => [`http_h${at}`, "==", "1"]);
  return [
    ...numbers.map((explicit) => ({ draft: { explicit, vars: onlySome }, stands: undefined })),
    ...Array.from({ length: count }, (_, born) => ({ draft: { vars, born }, stands: undefined })),
  ];
}

const crowds = {
  "none explicit": [],
  "some explicit": [],
  "two on 0, broad": crowdOf(0, 2, [1, -1]),
  "two on 0, narrow": crowdOf(2, 2, [1, -1]),
  "one on 0": crowdOf(2, 1, [1, 0, -1]),
  "two on 1": crowdOf(1, 2, [2, 0]),
} as const satisfies Readonly<Record<string, readonly Untitled[]>>;

export function standingOf(table: readonly Tight[]): ReadonlyMap<string, StandingPriority> {
  return new Map(
    table.flatMap(({ draft, stands }): readonly (readonly [string, StandingPriority])[] =>
      stands === undefined ? [] : [[draft.id, { route: draft, priority: stands, source: "Specificity" }]],
    ),
  );
}

export function fieldWith(table: readonly Tight[], flavor: RouterFlavor): Field {
  const claimOf = claimMaker(flavor, { keepsNumbers: true });
  const standing = standingOf(table);
  return fieldOf(rivalsOf(table.map(({ draft }) => claimOf(contestant(draft), standing.get(draft.id)))), flavor);
}
