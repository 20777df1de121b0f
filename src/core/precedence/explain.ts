import type { FilledPriority, Outranking, PrioritySource } from "../model/index.ts";
import type { Field } from "./field.ts";
import { mostCounted, type Neighbors, type Side } from "./neighbors.ts";
import type { Claim } from "./rival.ts";

/** What a number is, where it comes from, and why it is what it is. */
export function explained(field: Field, rival: number, value: number, neighbors: Neighbors): FilledPriority {
  const own = field.rivals[rival];
  const { below, above, level } = neighbors;
  const outranks = outrankingsOf(field, below, 1);
  const outrankedBy = outrankingsOf(field, above, -1);
  const isContested = below.count + above.count + level.count > 0;
  const standing = [
    sentence("stands above", below.count, outranks),
    sentence("stands below", above.count, outrankedBy),
    sentence("shares its number with", level.count, []),
  ]
    .filter((text) => text !== "")
    .join(" and ");
  const source = sourceOf(own?.fixed, isContested, value);
  return {
    id: own?.id ?? "",
    value,
    source,
    reason: reasonOf(source, standing),
    outranks,
    outrankedBy,
    outranksCount: below.count,
    outrankedByCount: above.count,
  };
}

/** The number of a route that contests with nobody. */
export function unopposed({ id, fixed, kept }: Claim): FilledPriority {
  const value = fixed ?? kept ?? 0;
  const source = sourceOf(fixed, false, value);
  return {
    id,
    value,
    source,
    reason: reasonOf(source, ""),
    outranks: none,
    outrankedBy: none,
    outranksCount: 0,
    outrankedByCount: 0,
  };
}

const none: readonly Outranking[] = [];

function sourceOf(fixed: number | undefined, isContested: boolean, value: number): PrioritySource {
  if (fixed !== undefined) return "Explicit";
  return isContested || value !== 0 ? "Specificity" : "Default";
}

function reasonOf(source: PrioritySource, standing: string): string {
  const nobody = "contests with no other route";
  if (source === "Explicit") return `written by its author; ${standing === "" ? nobody : standing}`;
  if (source === "Default") return nobody;
  return standing === "" ? `kept from an earlier contest; ${nobody} now` : standing;
}

function outrankingsOf(field: Field, { nearest }: Side, sign: 1 | -1): readonly Outranking[] {
  return nearest.map(({ index, ruling }) => ({
    id: field.rivals[index]?.id ?? "",
    criterion: ruling.sign === sign ? ruling.decidedBy : "contradictory order",
  }));
}

function sentence(verb: string, count: number, rankings: readonly Outranking[]): string {
  if (count === 0) return "";
  const reasons = [...new Set(rankings.map(({ criterion }) => criterion))];
  const by = reasons.length === 0 ? "" : ` by ${reasons.join(", ")}`;
  const many = count === mostCounted ? `${count} or more` : `${count}`;
  return `${verb} ${many} ${count === 1 ? "route" : "routes"}${by}`;
}
