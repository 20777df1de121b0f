import type { RouterFlavor } from "../model/index.ts";
import { type Cell, type Cells, cellsOf, type Clan } from "./cells.ts";
import { reachOfFixed } from "./reach.ts";
import type { Guard } from "./guard.ts";
import { remember } from "./remember.ts";
import type { Rival } from "./rival.ts";
import { type Agreement, makeShapes, type Shapes } from "./shape.ts";
import { makeSweep, type Sweep } from "./sweep.ts";

/** All rivals of one gateway, and who contests with whom, so held that nobody has to ask pair by pair. */
export interface Field {
  readonly rivals: readonly Rival[];
  readonly flavor: RouterFlavor;
  readonly sweep: Sweep;
  /** False for a rival that certainly contests with nobody. */
  readonly canMeet: (rival: number) => boolean;
  /** False for a rival that certainly has no fixed number above or below it, not even by way of others. */
  readonly isNearFixed: (rival: number) => boolean;
  /** Those that a rival contests with, by index, each once. */
  readonly contestsOf: (rival: number) => readonly number[];
  /**
   * The same in groups, which other rivals share; a rival may be in several of them, and the asking one, too.
   */
  readonly groupsOf: (rival: number) => readonly Group[];
}

/**
 * `contests`: all of them contest with the one that asked. `clique`: with each other, too. `candidates`: only some do, and
 * have to be asked one by one.
 */
export interface Group {
  readonly kind: "contests" | "clique" | "candidates";
  readonly members: readonly number[];
}

/** From so many clans on a cell is asked as a whole. */
const manyClans = 256;

export function fieldOf(rivals: readonly Rival[], flavor: RouterFlavor): Field {
  const shapes = makeShapes();
  const cells = cellsOf(rivals, flavor, shapes);
  const groupsWithin = makeGroups(rivals, shapes);
  const crowds = new Map<Cell, Group>();
  return {
    rivals,
    flavor,
    sweep: makeSweep(rivals, cells, shapes),
    canMeet: (rival) => (cells.registrations[rival] ?? []).length > 0,
    isNearFixed: reachOfFixed(rivals, cells),
    contestsOf: (rival) => contestsOf(cells, groupsWithin, rival),
    groupsOf: (rival) => {
      const groups: Group[] = [];
      for (const { meets, shape } of cells.registrations[rival] ?? []) {
        for (const cell of meets) {
          if (cell.clans.length >= manyClans) groups.push(crowdOf(cell, crowds));
          else groupsWithin(cell, shape, rival, groups);
        }
      }
      return groups;
    },
  };
}

/** Adds to the groups found so far: there is one call for each place of each route. */
type GroupsWithin = (cell: Cell, shape: Clan["shape"], rival: number, found: Group[]) => void;

function contestsOf({ registrations }: Cells, groupsWithin: GroupsWithin, rival: number): readonly number[] {
  const groups: Group[] = [];
  for (const { meets, shape } of registrations[rival] ?? []) {
    for (const cell of meets) groupsWithin(cell, shape, rival, groups);
  }
  const found = new Set<number>();
  for (const { members } of groups) for (const member of members) found.add(member);
  found.delete(rival);
  return [...found];
}

/** Members of a cell that agree with a registration, found by their values. */
function makeGroups(rivals: readonly Rival[], shapes: Shapes): GroupsWithin {
  const tables = new Map<Clan, Map<string, ReadonlyMap<string, Group>>>();
  const whole = new Map<Clan, Group>();
  return (cell, shape, rival, found) => {
    const guard = rivals[rival]?.match.guard;
    if (guard === undefined) return;
    for (const clan of cell.clans) {
      const agreement = shapes.agreementOf(shape, clan.shape);
      const group = agreement && groupIn(clan, agreement, guard);
      if (group !== undefined) found.push(group);
    }
  };

  function groupIn(clan: Clan, agreement: Agreement, guard: Guard): Group | undefined {
    if (agreement.on.length === 0)
      return remember(whole, clan, () => ({ kind: kindOf(clan, agreement), members: clan.members }));
    const values = shapes.valuesOf(guard, agreement);
    if (values === undefined) return undefined;
    const byAgreement = remember(tables, clan, () => new Map());
    return remember(byAgreement, agreement.name, () => tableOf(clan, agreement)).get(values);
  }

  function tableOf(clan: Clan, agreement: Agreement): ReadonlyMap<string, Group> {
    const byValues = Map.groupBy(clan.members, (member) => {
      const guard = rivals[member]?.match.guard;
      return guard === undefined ? undefined : shapes.valuesOf(guard, agreement);
    });
    const groups = new Map<string, Group>();
    for (const [values, members] of byValues)
      if (values !== undefined) groups.set(values, { kind: kindOf(clan, agreement), members });
    return groups;
  }
}

/** Members of one host and shape differ only in the values of their constants. */
function kindOf({ cell, shape }: Clan, { on }: Agreement): Group["kind"] {
  const agreed = new Set(on.map(({ variable }) => variable));
  const isSame = [...shape.guard.conditions.constants.keys()].every((variable) => agreed.has(variable));
  return cell.isOneHost && isSame && on.every(({ as }) => as !== "number") ? "clique" : "contests";
}

function crowdOf(cell: Cell, crowds: Map<Cell, Group>): Group {
  return remember(crowds, cell, () => ({
    kind: "candidates",
    members: [...new Set(cell.clans.flatMap(({ members }) => members))],
  }));
}
