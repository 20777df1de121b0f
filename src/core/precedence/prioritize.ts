import type { Contestant, Priorities, RouterFlavor, StandingPriority } from "../model/index.ts";
import { priorityTable } from "./table.ts";

export interface PrioritizeInput {
  readonly contestants: readonly Contestant[];
  /** What the gateway holds for our routes, by id: numbers that we filled are kept, and any order breaks ties. */
  readonly standing: ReadonlyMap<string, StandingPriority>;
  readonly flavor: RouterFlavor;
  /** Fill as if nothing stood on the gateway; the standing order still breaks ties. */
  readonly renumber?: boolean;
}

/**
 * Fills in the priorities that nobody wrote down.
 *
 * An explicit number is kept as it is, whatever it does; a foreign route is a fixed point and gets no entry. Of two
 * filled routes that contest the more specific has the higher number, but for the findings. Source of each number:
 * `Explicit`, the author wrote it; `Specificity`, filled, and the route is in a contest or has a number from an earlier
 * one; `Default`, filled with 0 because it contests with nobody. Findings are sorted by id, then code, then the other
 * route. The order of the input means nothing; the result depends on the contestants and the standing numbers alone.
 * Throws nothing.
 */
export function prioritize({ contestants, standing, ...options }: PrioritizeInput): Priorities {
  const table = priorityTable(options);
  for (const contestant of contestants) table.put(contestant, standing.get(contestant.id));
  const { byId, findings } = table.settle();
  return { byId, findings };
}
