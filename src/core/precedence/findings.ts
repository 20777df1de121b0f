import type { PriorityFinding } from "../model/index.ts";
import type { Bounds } from "./bounds.ts";
import type { Field } from "./field.ts";
import type { Neighbor, Neighbors } from "./neighbors.ts";
import type { Order } from "./order.ts";

/** What the numbers of one route say only because something had to, and what equal explicit numbers leave open. */
export function tiesOf(
  field: Field,
  rival: number,
  priority: number,
  { above, level }: Neighbors,
): readonly PriorityFinding[] {
  const own = field.rivals[rival];
  if (own === undefined) return [];
  const { id } = own;
  const idOf = ({ index }: Neighbor) => field.rivals[index]?.id ?? "";
  const isFixed = ({ index }: Neighbor) => field.rivals[index]?.fixed !== undefined;
  const ties = own.fixed === undefined ? [] : level.nearest.filter(isFixed);
  const ambiguous = above.nearest.filter(({ ruling }) => ruling.isAmbiguous).slice(0, 1);
  return [
    ...ties.map((tie) => ({ code: "PriorityTie", id, other: idOf(tie), priority }) as const),
    ...ambiguous.map(
      (twin) => ({ code: "AmbiguousMatch", id, other: idOf(twin), decidedBy: twin.ruling.decidedBy }) as const,
    ),
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
  return [...knots, ...split];
}

/** Too many routes between two explicit numbers. */
export function fullRangeOf(field: Field, bounds: Bounds, rival: number, neighbors: Neighbors): PriorityFinding {
  const near = [neighbors.above, neighbors.level, neighbors.below].flatMap(({ nearest }) => nearest);
  const fixed = near.flatMap(({ index }) => field.rivals[index]?.fixed ?? []);
  const involved = near.filter(({ index }) => field.rivals[index]?.fixed !== undefined || bounds.shared.has(index));
  return {
    code: "PriorityRangeExhausted",
    id: field.rivals[rival]?.id ?? "",
    others: involved.map(({ index }) => field.rivals[index]?.id ?? "").sort(),
    cure: roomBetween(fixed),
  };
}

/** The change that makes room. */
function roomBetween(fixed: readonly number[]): string {
  const above = Math.min(...fixed.filter((number) => number > 0));
  const below = Math.max(...fixed.filter((number) => number < 0));
  const changes = [
    ...(Number.isFinite(above) ? [`${above * 1000} in place of ${above}`] : []),
    ...(Number.isFinite(below) ? [`${below * 1000} in place of ${below}`] : []),
  ];
  return changes.length === 0
    ? "Move the explicit priorities around these routes further apart."
    : `Make room between the explicit priorities: ${changes.join(", or ")}.`;
}
