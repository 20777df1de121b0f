import { tonumber } from "../matcher/index.ts";
import { type Conjunct, isList, type Leaf } from "./conjuncts.ts";
import { singleLeafOf } from "./cover.ts";

/**
 * The variable on which two of these conditions, which must all hold, can't agree: equality with different constants,
 * or none of a list. `undefined` where there is none that a glance can tell.
 */
export function contradictionIn(conjuncts: readonly Conjunct[]): string | undefined {
  if (conjuncts.length < 2) return undefined;
  const byName = Map.groupBy(
    conjuncts.flatMap((conjunct) => {
      const leaf = singleLeafOf(conjunct);
      return leaf === undefined || leaf.isNegated ? [] : [leaf];
    }),
    ({ name }) => name,
  );
  for (const [name, leaves] of byName) {
    const lists = leaves.flatMap((leaf) => constantsOf(leaf) ?? []);
    const isHopeless = lists.some((a, at) =>
      lists.slice(at + 1).some((b) => !a.some((x) => b.some((y) => agree(x, y)))),
    );
    if (isHopeless) return name;
  }
  return undefined;
}

type Constant = string | number;

/** What the variable must be one of, as a list of one list; texts and numbers only. */
function constantsOf({ operator, value }: Leaf): readonly (readonly Constant[])[] | undefined {
  if (operator === "==" && (typeof value === "string" || typeof value === "number")) return [[value]];
  if (operator !== "in" || !isList(value)) return undefined;
  // Elements of other types equal no text, and everything that is compared here is one.
  return value.every((item) => typeof item === "string") ? [value] : undefined;
}

/** `1` and `"1"` are both equal to the text "1". */
function agree(a: Constant, b: Constant): boolean {
  if (typeof a === "string" && typeof b === "string") return a === b;
  return tonumber(a) === tonumber(b);
}
