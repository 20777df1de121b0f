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

interface FilledAmong extends Pick<Priorities, "findings"> {
  /** By rival; `undefined` for foreign ones. */
  readonly filled: readonly (FilledPriority | undefined)[];
}

/** Fills in the numbers of routes that nobody else can meet. About n log n, but for knots and crowds. */
export function filledAmong(rivals: readonly Rival[], flavor: RouterFlavor): FilledAmong {
  const field = fieldOf(rivals, flavor);
  const order = orderOf(field);
  const bounds = boundsOf(field, order);
  const found = filledNumbers(field, bounds);
  const numbers = rivals.map(({ index, fixed, kept }) => fixed ?? found.get(index) ?? kept ?? 0);
  const neighborsOf = neighborsIn(field, numbers);
  const findings: PriorityFinding[] = [...knotsOf(field, order, bounds, (index) => rivals[index]?.isForeign === false)];
  const filled = rivals.map(({ index, isForeign }) => {
    if (isForeign) return undefined;
    const number = numbers[index] ?? 0;
    const neighbors = neighborsOf(index);
    for (const tie of tiesOf(field, index, number, neighbors)) findings.push(tie);
    if (bounds.exhausted.has(index)) findings.push(fullRangeOf(field, bounds, index, neighbors));
    return explained(field, index, number, neighbors);
  });
  return { filled, findings: findings.sort(compareFindings) };
}

export function compareFindings(a: PriorityFinding, b: PriorityFinding): number {
  const otherOf = (finding: PriorityFinding) => ("other" in finding ? finding.other : finding.others.join());
  return compareText(a.id, b.id) || compareText(a.code, b.code) || compareText(otherOf(a), otherOf(b));
}
