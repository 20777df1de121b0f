import type { Cells } from "./cells.ts";
import type { Rival } from "./rival.ts";

/**
 * Tells which rivals a fixed number may bound: those that share a cell with its holder, step by step. Where it says no, none
 * does; most routes of most tables are nowhere near one.
 */
export function reachOfFixed(
  rivals: readonly Rival[],
  { registrations, cellCount }: Pick<Cells, "registrations" | "cellCount">,
): (rival: number) => boolean {
  const into = Int32Array.from({ length: cellCount }, (_, cell) => cell);
  for (const own of registrations) {
    let first: number | undefined;
    for (const { joins, meets } of own) {
      for (const { cell } of joins) first = joined(first, cell.index);
      for (const { index } of meets) first = joined(first, index);
    }
  }
  const isReached = new Uint8Array(cellCount);
  for (const { index, fixed } of rivals) {
    const cell = cellOf(index);
    if (fixed !== undefined && cell !== undefined) isReached[rootOf(cell)] = 1;
  }
  return (rival) => {
    const cell = cellOf(rival);
    return cell !== undefined && isReached[rootOf(cell)] === 1;
  };

  /** One of its cells; all of them are one by now. */
  function cellOf(rival: number): number | undefined {
    return registrations[rival]?.[0]?.joins[0]?.cell.index;
  }

  function joined(first: number | undefined, cell: number): number {
    if (first === undefined) return cell;
    into[rootOf(cell)] = rootOf(first);
    return first;
  }

  function rootOf(cell: number): number {
    let root = cell;
    for (let next = into[root] ?? root; next !== root; next = into[root] ?? root) root = next;
    for (let at = cell; at !== root;) {
      const next = into[at] ?? root;
      into[at] = root;
      at = next;
    }
    return root;
  }
}
