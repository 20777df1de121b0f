import { type Changes, firstPlace, Groups, patched, type Touched } from "../changes/index.ts";
import { type Witness, compareIds, compareText } from "../model/index.ts";
import type { Match } from "../precedence/index.ts";
import type { Ask } from "./ask.ts";
import type { Entrant } from "./entrant.ts";

/** Routes that share requests with another one without standing in its bucket. */
export interface Neighbors {
  /** Takes in what changed; the literal parts of paths under which something came or went. */
  readonly update: (changes: Changes<Entrant>) => Touched<string, Entrant>;
  /** Whether such a change may bring a route other neighbors. */
  readonly isConcerned: (entrant: Entrant, touched: Touched<string, Entrant>) => boolean;
  /**
   * Routes at the same literal part, those below it (for a number that wants to win) or above it: a few of them. None for 0,
   * which wants nothing.
   */
  readonly of: (entrant: Entrant) => readonly Entrant[];
}

const mostPerRoute = 12;
const nobody: readonly Entrant[] = [];

export function makeNeighbors(): Neighbors {
  /** By the literal part of a path. */
  const cells = new Groups<string, Entrant>(keysOf, compareIds);
  let keys: readonly string[] = [];
  /** Since the last change: routes with the same paths have the same neighbors, and share the list of them. */
  const around = new Map<Match["paths"], { below?: readonly Entrant[]; above?: readonly Entrant[] }>();
  return {
    update: (changes) => {
      around.clear();
      const touched = cells.update(changes);
      const lost = [...touched.before.keys()].filter((key) => !cells.has(key));
      keys = patched(keys, { gone: lost, come: touched.fresh }, compareText);
      return touched;
    },
    isConcerned: (entrant, { fresh, before }) => {
      for (const key of keysOf(entrant)) {
        const isNear = (other: string) => (entrant.number > 0 ? other.startsWith(key) : key.startsWith(other));
        for (const other of fresh) if (isNear(other)) return true;
        for (const other of before.keys()) if (isNear(other)) return true;
      }
      return false;
    },
    of: ({ match: { paths }, number }) => {
      if (number === 0) return nobody;
      const known = around.get(paths) ?? {};
      around.set(paths, known);
      return number > 0 ? (known.below ??= nearest(paths, keysFrom)) : (known.above ??= nearest(paths, prefixesOf));
    },
  };

  function nearest(paths: Match["paths"], keysNear: (key: string) => readonly string[]): readonly Entrant[] {
    const found = new Set<Entrant>();
    for (const { bucket } of paths.slice(0, mostPerRoute))
      for (const near of keysNear(bucket.slice(1)))
        for (const other of cells.under(near).slice(0, mostPerRoute))
          if (found.size < 2 * mostPerRoute) found.add(other);
    return [...found];
  }

  /** The key itself and those that begin with it. */
  function keysFrom(key: string): readonly string[] {
    const low = firstPlace(keys, (other) => other >= key);
    const end = keys.slice(low, low + mostPerRoute).findIndex((other) => !other.startsWith(key));
    return keys.slice(low, end < 0 ? low + mostPerRoute : low + end);
  }

  function prefixesOf(key: string): readonly string[] {
    return Array.from({ length: key.length + 1 }, (_, cut) => key.slice(0, key.length - cut)).filter((prefix) =>
      cells.has(prefix),
    );
  }
}

/**
 * Of these, the first route with a lower number that goes first for some request all the same, since its host or path
 * decides earlier (or one with a higher number that has to wait for this); `undefined` where none of the first `most` that
 * come into question is one.
 */
export function decidedEarlier(
  entrant: Entrant,
  neighbors: readonly Entrant[],
  most: number,
  ask: Ask,
): { readonly other: Entrant; readonly request: Witness } | undefined {
  const { number } = entrant;
  if (number === 0) return undefined;
  const others = neighbors.filter(
    (other) => other !== entrant && (number > 0 ? other.number < number : other.number > number),
  );
  for (const other of others.slice(0, most)) {
    const [winner, loser] = number > 0 ? [other, entrant] : [entrant, other];
    const request = ask.find(
      entrant,
      other,
      (witness) => ask.matches(loser, witness) && ask.winner([loser, winner], witness) === winner.id,
      "any level",
    );
    if (request !== undefined) return { other, request };
  }
  return undefined;
}

const knownKeys = new WeakMap<Match["paths"], readonly string[]>();

function keysOf({ match: { paths } }: Entrant): readonly string[] {
  const keys = knownKeys.get(paths) ?? [...new Set(paths.map(({ bucket }) => bucket.slice(1)))];
  knownKeys.set(paths, keys);
  return keys;
}
