import type { FilledPriority, Outranking, PrioritySource } from "../model/index.ts";
import type { Field } from "./field.ts";
import { type Ruling, rulingOf } from "./ruling.ts";

/** Another route in contest with this one, and how the two stand. */
export interface Neighbor {
  readonly index: number;
  readonly number: number;
  readonly ruling: Ruling;
}

/** Outranked and outranking routes that are told by name. */
const named = 10;

/** The routes in contest with one, those with the nearest numbers first. */
export function neighborsOf(field: Field, rival: number, numbers: readonly number[]): readonly Neighbor[] {
  const own = numbers[rival] ?? 0;
  return field
    .contestsOf(rival)
    .flatMap((index): readonly Neighbor[] => {
      const [a, b] = [field.rivals[rival], field.rivals[index]];
      const ruling = a === undefined || b === undefined ? undefined : rulingOf(a, b, field.flavor);
      return ruling === undefined ? [] : [{ index, number: numbers[index] ?? 0, ruling }];
    })
    .sort((a, b) => Math.abs(a.number - own) - Math.abs(b.number - own) || a.index - b.index);
}

export function explained(
  field: Field,
  rival: number,
  numbers: readonly number[],
  neighbors: readonly Neighbor[],
): FilledPriority {
  const { id = "", fixed } = field.rivals[rival] ?? {};
  const value = numbers[rival] ?? 0;
  const below = neighbors.filter(({ number }) => number < value);
  const above = neighbors.filter(({ number }) => number > value);
  const outranks = below.slice(0, named).map((neighbor) => outrankingOf(field, neighbor, 1));
  const outrankedBy = above.slice(0, named).map((neighbor) => outrankingOf(field, neighbor, -1));
  const source: PrioritySource =
    fixed !== undefined ? "Explicit" : neighbors.length === 0 && value === 0 ? "Default" : "Specificity";
  return {
    id,
    value,
    source,
    reason: reasonOf(source, neighbors.length, [
      sentence("stands above", below.length, outranks),
      sentence("stands below", above.length, outrankedBy),
      sentence("shares its number with", neighbors.length - below.length - above.length, []),
    ]),
    outranks,
    outrankedBy,
    outranksCount: below.length,
    outrankedByCount: above.length,
  };
}

function outrankingOf(field: Field, { index, ruling }: Neighbor, sign: number): Outranking {
  const id = field.rivals[index]?.id ?? "";
  return { id, criterion: ruling.sign === sign ? ruling.decidedBy : "contradictory order" };
}

function reasonOf(source: PrioritySource, contests: number, sentences: readonly string[]): string {
  const standing = sentences.filter((text) => text !== "").join(" and ");
  switch (source) {
    case "Explicit":
      return standing === ""
        ? "written by its author; contests with no other route"
        : `written by its author; ${standing}`;
    case "Default":
      return "contests with no other route";
    case "Specificity":
      return contests === 0 ? "kept from an earlier contest; contests with no other route now" : standing;
  }
}

function sentence(verb: string, count: number, rankings: readonly Outranking[]): string {
  if (count === 0) return "";
  const reasons = [...new Set(rankings.map(({ criterion }) => criterion))];
  const by = reasons.length === 0 ? "" : ` by ${reasons.join(", ")}`;
  return `${verb} ${count} ${count === 1 ? "route" : "routes"}${by}`;
}
