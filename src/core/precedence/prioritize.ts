import type {
  Contestant,
  FilledPriority,
  Priorities,
  PriorityFinding,
  RouterFlavor,
  StandingPriority,
} from "../model/index.ts";
import { boundsOf } from "./bounds.ts";
import { explained } from "./explain.ts";
import { fieldOf } from "./field.ts";
import { filledNumbers } from "./fill.ts";
import { fullRangeOf, knotsOf, tiesOf } from "./findings.ts";
import { neighborsIn } from "./neighbors.ts";
import { orderOf } from "./order.ts";
import { compareText, rivalsOf } from "./rival.ts";

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
export function prioritize({ contestants, standing, flavor, renumber = false }: PrioritizeInput): Priorities {
  const field = fieldOf(rivalsOf(contestants, standing, flavor, { keepsNumbers: !renumber }), flavor);
  const foreign = new Set(contestants.filter(({ isForeign }) => isForeign).map(({ id }) => id));
  const order = orderOf(field);
  const bounds = boundsOf(field, order);
  const filled = filledNumbers(field, bounds);
  const numbers = field.rivals.map(({ index, fixed, kept }) => fixed ?? filled.get(index) ?? kept ?? 0);
  const neighborsOf = neighborsIn(field, numbers);
  const exhausted = new Set(bounds.exhausted);
  const byId = new Map<string, FilledPriority>();
  const findings: PriorityFinding[] = [
    ...knotsOf(field, order, bounds, (index) => !foreign.has(field.rivals[index]?.id ?? "")),
  ];
  for (const { index, id } of field.rivals) {
    if (foreign.has(id)) continue;
    const number = numbers[index] ?? 0;
    const neighbors = neighborsOf(index);
    byId.set(id, explained(field, index, number, neighbors));
    findings.push(...tiesOf(field, index, number, neighbors));
    if (exhausted.has(index)) findings.push(fullRangeOf(field, bounds, index, neighbors));
  }
  return { byId, findings: findings.sort(compareFindings) };
}

function compareFindings(a: PriorityFinding, b: PriorityFinding): number {
  const otherOf = (finding: PriorityFinding) => ("other" in finding ? finding.other : finding.others.join());
  return compareText(a.id, b.id) || compareText(a.code, b.code) || compareText(otherOf(a), otherOf(b));
}
