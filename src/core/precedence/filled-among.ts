import {
  type FilledPriority,
  type Priorities,
  type PriorityFinding,
  type RouterFlavor,
  compareText,
} from "../model/index.ts";
import { boundsOf } from "./bounds.ts";
import { explained } from "./explain.ts";
import { fieldOf } from "./field.ts";
import { filledNumbers } from "./fill.ts";
import { fullRangeOf, knotsOf, tiesOf } from "./findings.ts";
import { neighborsIn } from "./neighbors.ts";
import { orderOf } from "./order.ts";
import type { Rival } from "./rival.ts";

/** Fills in the numbers of routes that nobody else can meet. About n log n, but for knots and crowds. */
export function filledAmong(rivals: readonly Rival[], flavor: RouterFlavor): Priorities {
  const field = fieldOf(rivals, flavor);
  const order = orderOf(field);
  const bounds = boundsOf(field, order);
  const filled = filledNumbers(field, bounds);
  const numbers = rivals.map(({ index, fixed, kept }) => fixed ?? filled.get(index) ?? kept ?? 0);
  const neighborsOf = neighborsIn(field, numbers);
  const byId = new Map<string, FilledPriority>();
  const findings: PriorityFinding[] = [...knotsOf(field, order, bounds, (index) => rivals[index]?.isForeign === false)];
  for (const { index, id, isForeign } of rivals) {
    if (isForeign) continue;
    const number = numbers[index] ?? 0;
    const neighbors = neighborsOf(index);
    byId.set(id, explained(field, index, number, neighbors));
    findings.push(...tiesOf(field, index, number, neighbors));
    if (bounds.exhausted.has(index)) findings.push(fullRangeOf(field, bounds, index, neighbors));
  }
  return { byId, findings: findings.sort(compareFindings) };
}

export function compareFindings(a: PriorityFinding, b: PriorityFinding): number {
  const otherOf = (finding: PriorityFinding) => ("other" in finding ? finding.other : finding.others.join());
  return compareText(a.id, b.id) || compareText(a.code, b.code) || compareText(otherOf(a), otherOf(b));
}
