import type { RouterFlavor } from "../model/index.ts";
import type { HostSet } from "./host-set.ts";
import { type HostNode, type Stand, standsOf } from "./host-tree.ts";
import type { PathEntry } from "./paths.ts";
import { remember } from "./remember.ts";
import type { Rival } from "./rival.ts";
import type { Shape, Shapes } from "./shape.ts";

/** Rivals of one shape in one cell. */
export interface Clan {
  readonly index: number;
  readonly cell: Cell;
  readonly shape: Shape;
  /** Ascending. */
  readonly members: number[];
}

/** Clans that are looked through together: those of one host in one bucket, or of that host and all beneath it. */
export interface Cell {
  readonly index: number;
  /** All its hosts are the same. */
  readonly isOneHost: boolean;
  readonly clans: Clan[];
}

/** One way in which a route stands in a bucket. */
export interface Registration {
  readonly shape: Shape;
  /** The clans it belongs to. */
  readonly joins: readonly Clan[];
  /** The cells whose clans it contests with, as far as the shapes agree. */
  readonly meets: readonly Cell[];
}

export interface Cells {
  /** By rival. */
  readonly registrations: readonly (readonly Registration[])[];
  readonly clanCount: number;
  readonly cellCount: number;
}

/**
 * Puts every route into the cells where it can meet another. In the tree of hosts a route joins the cells `below` of its
 * own host and of those above; it meets what is `below` its own host, and what stands right `on` the hosts above.
 */
export function cellsOf(rivals: readonly Rival[], flavor: RouterFlavor, shapes: Shapes): Cells {
  // A list with room of its own for each route would be mostly room.
  const registrations = rivals.map(() => nothing);
  let clanCount = 0;
  /** By cell, then by shape. */
  const clans: Map<number, Clan>[] = [];
  const standsFor = rememberedStands(flavor);
  for (const entrants of bucketsOf(rivals)) {
    if (entrants.every(({ rival }) => rival === entrants[0]?.rival)) continue;
    const stands = standsFor([...new Set(entrants.map(({ rival }) => rival.match.hosts))]);
    const grounds = groundsOf(entrants, stands);
    for (const { rival, path } of entrants) {
      for (const stand of stands.get(rival.match.hosts) ?? []) register(rival, path, stand, grounds);
    }
  }
  return { registrations, clanCount, cellCount: clans.length };

  function groundsOf(entrants: readonly Entrant[], stands: Stands): Map<HostNode, Ground> {
    const grounds = new Map<HostNode, Ground>();
    for (const { rival } of entrants) {
      for (const { node } of stands.get(rival.match.hosts) ?? []) {
        const ground = grounds.get(node);
        if (ground === undefined)
          grounds.set(node, { first: rival, on: undefined, below: undefined, around: undefined });
        else if (ground.first !== rival && ground.on === undefined) open(ground, node);
      }
    }
    for (const [node, ground] of grounds) if (!node.isLeaf && ground.on === undefined) open(ground, node);
    return grounds;
  }

  /** A leaf with one route only needs no cell: that route meets nobody there. */
  function open(ground: Ground, node: HostNode): void {
    ground.on = newCell(true);
    ground.below = node.isLeaf ? ground.on : newCell(false);
  }

  function newCell(isOneHost: boolean): Cell {
    return { index: clans.push(new Map()) - 1, isOneHost, clans: [] };
  }

  function register(rival: Rival, path: PathEntry, { node, port }: Stand, grounds: Map<HostNode, Ground>): void {
    const shape = shapes.shapeOf(path, rival.match.guard, port);
    const { joined, met } = around(node, grounds);
    if (joined.length === 0) return;
    const joins = joined.map((cell) => clanIn(cell, shape));
    for (const { members } of joins) if (members[members.length - 1] !== rival.index) members.push(rival.index);
    const registration = { shape, joins, meets: met };
    const others = registrations[rival.index] ?? nothing;
    if (others.length === 0) registrations[rival.index] = [registration];
    else others.push(registration);
  }

  /** The same for all that stand there. */
  function around(node: HostNode, grounds: Map<HostNode, Ground>): Around {
    const own = grounds.get(node);
    if (own === undefined) return nowhere;
    return (own.around ??= aroundOf(node, own, grounds));
  }

  function clanIn(cell: Cell, shape: Shape): Clan {
    const known = clans[cell.index]?.get(shape.index);
    if (known !== undefined) return known;
    const clan = { index: clanCount++, cell, shape, members: [] };
    cell.clans.push(clan);
    clans[cell.index]?.set(shape.index, clan);
    return clan;
  }
}

type Stands = ReadonlyMap<HostSet["hosts"], readonly Stand[]>;

interface Entrant {
  readonly rival: Rival;
  readonly path: PathEntry;
}

/** The cells of one host; none where nobody can meet. */
interface Ground {
  readonly first: Rival;
  on: Cell | undefined;
  below: Cell | undefined;
  around: Around | undefined;
}

/** The cells that a route on one host joins, and those that it meets. */
interface Around {
  readonly joined: readonly Cell[];
  readonly met: readonly Cell[];
}

const nothing: Registration[] = [];
const nowhere: Around = { joined: [], met: [] };

function aroundOf(node: HostNode, own: Ground, grounds: ReadonlyMap<HostNode, Ground>): Around {
  const joined = own.on === own.below ? [own.on] : [own.on, own.below];
  const met = [own.below];
  for (let above = node.parent; above !== undefined; above = above.parent) {
    const ground = grounds.get(above);
    joined.push(ground?.below);
    met.push(ground?.on);
  }
  const isThere = (cell: Cell | undefined) => cell !== undefined;
  return { joined: joined.filter(isThere), met: met.filter(isThere) };
}

function bucketsOf(rivals: readonly Rival[]): Iterable<readonly Entrant[]> {
  const buckets = new Map<string, Entrant[]>();
  for (const rival of rivals) {
    for (const path of rival.match.paths) {
      const entrants = buckets.get(path.bucket);
      if (entrants === undefined) buckets.set(path.bucket, [{ rival, path }]);
      else entrants.push({ rival, path });
    }
  }
  return buckets.values();
}

/** Many buckets hold the same sets of hosts. */
function rememberedStands(flavor: RouterFlavor): (sets: readonly HostSet["hosts"][]) => Stands {
  const names = new Map<HostSet["hosts"], number>();
  const known = new Map<string, Stands>();
  return (sets) => {
    for (const set of sets) if (!names.has(set)) names.set(set, names.size);
    const sorted = [...sets].sort((a, b) => (names.get(a) ?? 0) - (names.get(b) ?? 0));
    const name = sorted.map((set) => names.get(set)).join();
    return remember(known, name, () => standsOf(sorted, flavor));
  };
}
