import type { Cell, Cells, Clan } from "./cells.ts";
import type { Guard } from "./guard.ts";
import type { Rival } from "./rival.ts";
import type { Agreement, Shape, Shapes } from "./shape.ts";

/**
 * Passes over rivals in the given order. `visit` is told the highest value that an earlier rival in contest with this
 * one has left behind (-Infinity: none) and returns what this one leaves behind (-Infinity: nothing).
 */
export type Sweep = (order: readonly number[], visit: (rival: number, highest: number) => number) => void;

/** Cells with more clans keep them sorted by what they hold, so that most need not be looked at. */
const fewClans = 8;

export function makeSweep(rivals: readonly Rival[], { registrations, clanCount }: Cells, shapes: Shapes): Sweep {
  return (order, visit) => {
    const board = makeBoard(clanCount, shapes);
    for (const rival of order) {
      const guard = rivals[rival]?.match.guard;
      const own = registrations[rival] ?? [];
      let highest = -Infinity;
      if (guard === undefined) continue;
      for (const { shape, meets } of own) {
        for (const cell of meets) highest = board.highest(cell, shape, guard, highest);
      }
      const left = visit(rival, highest);
      if (left === -Infinity) continue;
      for (const { joins } of own) for (const clan of joins) board.leave(clan, guard, left);
    }
  };
}

/** What was left behind so far. */
interface Board {
  readonly highest: (cell: Cell, shape: Shape, guard: Guard, atLeast: number) => number;
  readonly leave: (clan: Clan, guard: Guard, value: number) => void;
}

/** Values by what members must share, for one clan: `tables` by agreement, then by values. */
interface Ledger {
  readonly entries: { readonly guard: Guard; readonly value: number }[];
  readonly tables: Map<string, { readonly agreement: Agreement; readonly best: Map<string, number> }>;
}

function makeBoard(clanCount: number, shapes: Shapes): Board {
  const best = new Float64Array(clanCount).fill(-Infinity);
  const ledgers = new Map<number, Ledger>();
  /** Clans of large cells that hold something, the lowest first; and where each is in there. */
  const ladders = new Map<number, Clan[]>();
  const rungs = new Int32Array(clanCount);
  return { highest, leave };

  function highest(cell: Cell, shape: Shape, guard: Guard, atLeast: number): number {
    let found = atLeast;
    if (cell.clans.length <= fewClans) {
      for (const clan of cell.clans) found = better(clan, shape, guard, found);
      return found;
    }
    const ladder = ladders.get(cell.index) ?? [];
    for (let rung = ladder.length - 1; rung >= 0; rung--) {
      const clan = ladder[rung];
      if (clan === undefined || (best[clan.index] ?? -Infinity) <= found) break;
      found = better(clan, shape, guard, found);
    }
    return found;
  }

  function better(clan: Clan, shape: Shape, guard: Guard, found: number): number {
    const held = best[clan.index] ?? -Infinity;
    if (held <= found) return found;
    const agreement = shapes.agreementOf(shape, clan.shape);
    if (agreement === undefined) return found;
    if (agreement.on.length === 0) return held;
    const values = shapes.valuesOf(guard, agreement);
    return values === undefined ? found : Math.max(found, tableFor(clan, agreement).get(values) ?? -Infinity);
  }

  function tableFor(clan: Clan, agreement: Agreement): ReadonlyMap<string, number> {
    const { entries, tables } = ledgerOf(clan);
    const known = tables.get(agreement.name);
    if (known !== undefined) return known.best;
    const made = { agreement, best: new Map<string, number>() };
    tables.set(agreement.name, made);
    for (const { guard, value } of entries) enter(made, guard, value);
    return made.best;
  }

  function enter(
    table: { readonly agreement: Agreement; readonly best: Map<string, number> },
    guard: Guard,
    value: number,
  ): void {
    const values = shapes.valuesOf(guard, table.agreement);
    if (values !== undefined && (table.best.get(values) ?? -Infinity) < value) table.best.set(values, value);
  }

  function leave(clan: Clan, guard: Guard, value: number): void {
    if (guard.conditions.constants.size > 0) {
      const { entries, tables } = ledgerOf(clan);
      entries.push({ guard, value });
      for (const table of tables.values()) enter(table, guard, value);
    }
    const before = best[clan.index] ?? -Infinity;
    if (value <= before) return;
    best[clan.index] = value;
    if (clan.cell.clans.length > fewClans) climb(clan, value, before === -Infinity);
  }

  function climb(clan: Clan, value: number, isNew: boolean): void {
    const ladder = ladders.get(clan.cell.index) ?? [];
    ladders.set(clan.cell.index, ladder);
    let rung = isNew ? ladder.push(clan) - 1 : (rungs[clan.index] ?? 0);
    for (let next = ladder[rung + 1]; next !== undefined && (best[next.index] ?? 0) < value; next = ladder[rung + 1]) {
      put(next, rung++);
    }
    for (let next = ladder[rung - 1]; next !== undefined && (best[next.index] ?? 0) > value; next = ladder[rung - 1]) {
      put(next, rung--);
    }
    put(clan, rung);

    function put(which: Clan, at: number): void {
      ladder[at] = which;
      rungs[which.index] = at;
    }
  }

  function ledgerOf(clan: Clan): Ledger {
    const known = ledgers.get(clan.index) ?? { entries: [], tables: new Map() };
    ledgers.set(clan.index, known);
    return known;
  }
}
