import type { Json } from "../../model/index.ts";
import { type Leaf, isList } from "../conjuncts.ts";
import { sampleOf } from "./regex.ts";

/** What a variable may be given: a text, `true` (a query parameter without "="), or `undefined`: not sent at all. */
export type Value = string | true | undefined;

const most = 12;

/** Values worth trying for a variable that these comparisons ask about, the likeliest first. */
export function valuesFor(leaves: readonly Leaf[]): readonly Value[] {
  const affirmed = leaves.filter((leaf) => leaf.isNegated === (leaf.operator === "~="));
  const denied = leaves.filter((leaf) => !affirmed.includes(leaf));
  const values = [...affirmed, ...denied].flatMap(satisfying);
  return [...new Set<Value>([...values.slice(0, most), undefined, "w", "1", ""])];
}

function satisfying({ operator, value }: Leaf): readonly Value[] {
  switch (operator) {
    case "==":
    case "~=":
      return plain(value);
    case ">":
    case ">=":
    case "<":
    case "<=": {
      const limit = Number(value);
      return Number.isFinite(limit) ? [limit, limit + 1, limit - 1].map(String) : [];
    }
    case "~~":
    case "~*": {
      const sample = typeof value === "string" ? sampleOf(value) : undefined;
      return sample === undefined ? [] : [sample, `${sample}w`];
    }
    case "in":
      return isList(value) ? value.flatMap(plain) : [];
    case "ipmatch":
      return (isList(value) ? value : [value]).flatMap((range) =>
        typeof range === "string" ? [range.split("/")[0]] : [],
      );
    default:
      return [];
  }
}

function plain(value: Json | undefined): readonly Value[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  if (value === true) return [true];
  return value === null || value === undefined ? [undefined] : [];
}
