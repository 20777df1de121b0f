import type { Witness } from "../model/index.ts";
import type { Entrant } from "./entrant.ts";
import type { Scene } from "./scene.ts";

/** Routes that share requests with another one without standing in its bucket. */
export interface NeighborIndex {
  /**
   * A route with a lower number that goes first for some request all the same, since its host or path decides earlier
   * (or a higher one that has to wait for this); `undefined` where the few that were looked at show none.
   */
  readonly decidedEarlier: (entrant: Entrant) => { readonly other: Entrant; readonly request: Witness } | undefined;
}

/** Candidates per route, and in all: the rest stays unsaid. */
const mostPerRoute = 12;
const mostInAll = 4000;

export function neighborIndexOf({ entrants, ask }: Scene): NeighborIndex {
  const byKey = new Map<string, Entrant[]>();
  for (const entrant of entrants)
    for (const key of new Set(entrant.match.paths.map(({ bucket }) => bucket.slice(1)))) {
      const cell = byKey.get(key);
      if (cell === undefined) byKey.set(key, [entrant]);
      else if (cell.length < mostPerRoute) cell.push(entrant);
    }
  const keys = [...byKey.keys()].sort();
  let left = mostInAll;

  return {
    decidedEarlier: (entrant) => {
      const { number } = entrant;
      if (number === 0) return undefined;
      for (const other of candidatesFor(entrant)) {
        if (other === entrant || (number > 0 ? other.number >= number : other.number <= number)) continue;
        if (left-- <= 0) return undefined;
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
    },
  };

  /** Routes at the same key, those below it (for a number that wants to win) or above it. */
  function candidatesFor({ match, number }: Entrant): readonly Entrant[] {
    const found = new Set<Entrant>();
    for (const { bucket } of match.paths.slice(0, mostPerRoute)) {
      const key = bucket.slice(1);
      for (const near of number > 0 ? keysFrom(key) : prefixesOf(key))
        for (const other of byKey.get(near) ?? []) if (found.size < 2 * mostPerRoute) found.add(other);
    }
    return [...found];
  }

  /** The key itself and those that begin with it. */
  function keysFrom(key: string): readonly string[] {
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((keys[middle] ?? "") < key) low = middle + 1;
      else high = middle;
    }
    const end = keys.slice(low, low + mostPerRoute).findIndex((other) => !other.startsWith(key));
    return keys.slice(low, end < 0 ? low + mostPerRoute : low + end);
  }

  function prefixesOf(key: string): readonly string[] {
    return Array.from({ length: key.length + 1 }, (_, cut) => key.slice(0, key.length - cut)).filter((prefix) =>
      byKey.has(prefix),
    );
  }
}
