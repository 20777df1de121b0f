import type { PriorityFinding } from "../model/index.ts";
import type { Bounds } from "./bounds.ts";
import type { Neighbor } from "./explain.ts";
import type { Field } from "./field.ts";
import type { Order } from "./order.ts";

/** At most so many ties are told for one route. */
const told = 10;

/** What the numbers of one route can't say, or say only because something had to. */
export function tiesOf(
  field: Field,
  rival: number,
  numbers: readonly number[],
  neighbors: readonly Neighbor[],
): readonly PriorityFinding[] {
  const own = field.rivals[rival];
  if (own === undefined) return [];
  const { id } = own;
  const priority = numbers[rival] ?? 0;
  const ties = neighbors.filter(
    ({ index, number }) => own.fixed !== undefined && number === priority && field.rivals[index]?.fixed !== undefined,
  );
  const ambiguous = neighbors.find(({ number, ruling }) => ruling.isAmbiguous && number > priority);
  return [
    ...ties
      .slice(0, told)
      .map(({ index }) => ({ code: "PriorityTie", id, other: field.rivals[index]?.id ?? "", priority }) as const),
    ...(ambiguous === undefined
      ? []
      : [
          {
            code: "AmbiguousMatch",
            id,
            other: field.rivals[ambiguous.index]?.id ?? "",
            decidedBy: ambiguous.ruling.decidedBy,
          } as const,
        ]),
  ];
}

export function knotsOf(
  field: Field,
  order: Order,
  bounds: Bounds,
  isOurs: (rival: number) => boolean,
): readonly PriorityFinding[] {
  const others = new Map<number, Set<number>>();
  const add = (rival: number, other: number | undefined) => {
    const known = others.get(rival) ?? new Set();
    if (other !== undefined) known.add(other);
    others.set(rival, known);
  };
  for (const [above, below] of [...order.contradictory, ...bounds.turned]) {
    const subject = isOurs(below) ? below : above;
    add(subject, subject === below ? above : below);
  }
  const idsOf = (indexes: Iterable<number>) => [...indexes].map((index) => field.rivals[index]?.id ?? "").sort();
  const knots = [...others].map(([rival, set]): PriorityFinding => ({
    code: "ContradictoryOrder",
    id: field.rivals[rival]?.id ?? "",
    others: idsOf(set),
    cure: "Split the route, so that each part has the hosts and paths of one contest, or set spec.priority on it.",
  }));
  const isZero = (index: number) => field.rivals[index]?.fixed === 0;
  const split = bounds.split.map((rival): PriorityFinding => ({
    code: "ContradictoryOrder",
    id: field.rivals[rival]?.id ?? "",
    others: idsOf(field.contestsOf(rival).filter(isZero)),
    cure: "Give the routes with priority 0 different numbers: 100 to the one that shall stand above this route, or -100 to the one that shall stand below.",
  }));
  const exhausted = bounds.exhausted.map((rival): PriorityFinding => ({
    code: "PriorityRangeExhausted",
    id: field.rivals[rival]?.id ?? "",
    others: idsOf(
      field.contestsOf(rival).filter((index) => field.rivals[index]?.fixed !== undefined || bounds.shared.has(index)),
    ),
    cure: roomFor(field, rival),
  }));
  return [...knots, ...split, ...exhausted];
}

/** The change that makes room. */
function roomFor(field: Field, rival: number): string {
  const fixed = field.contestsOf(rival).flatMap((index) => field.rivals[index]?.fixed ?? []);
  const above = Math.min(...fixed.filter((number) => number > 0));
  const below = Math.max(...fixed.filter((number) => number < 0));
  const changes = [
    ...(Number.isFinite(above) ? [`${Math.max(1000, above * 1000)} in place of ${above}`] : []),
    ...(Number.isFinite(below) ? [`${Math.min(-1000, below * 1000)} in place of ${below}`] : []),
  ];
  return changes.length === 0
    ? "Move the explicit priorities around these routes further apart."
    : `Make room between the explicit priorities: ${changes.join(", or ")}.`;
}
