import {
  type Contestant,
  type FilledPriority,
  type Priorities,
  type PriorityFinding,
  type RouterFlavor,
  type StandingPriority,
  compareText,
} from "../model/index.ts";
import { makeArenas } from "./arenas.ts";
import { unopposed } from "./explain.ts";
import { compareFindings, filledAmong } from "./filled-among.ts";
import { LayeredMap } from "./layered-map.ts";
import { type Claim, type Match, asRivals, claimMaker, claimTheSame } from "./rival.ts";

export interface TableOptions {
  readonly flavor: RouterFlavor;
  /** Fill as if nothing stood on the gateway; the standing order still breaks ties. */
  readonly renumber?: boolean;
}

/**
 * A table of routes that changes one by one. What `settle` says depends on what is in it, never on how that came about;
 * but it works out anew only what may meet something that has changed since the last time.
 */
export interface PriorityTable {
  /** Adds a route, or puts a new version of it in the place of the old. */
  readonly put: (contestant: Contestant, stands: StandingPriority | undefined) => void;
  readonly remove: (id: string) => void;
  readonly settle: () => Settled;
}

export interface Settled extends Priorities {
  /** Ids of what was worked out anew. */
  readonly worked: readonly string[];
  /** How a route of the table matches, by its id. */
  readonly matchOf: (id: string) => Match | undefined;
}

export function priorityTable({ flavor, renumber = false }: TableOptions): PriorityTable {
  const claimOf = claimMaker(flavor, { keepsNumbers: !renumber });
  const claims = new Map<string, Claim>();
  const arenas = makeArenas<Claim>(flavor, ({ match }) => match);
  /** Around which something may have changed; as long as nothing was settled, that is all. */
  const restless = new Set<Claim>();
  let isSettled = false;
  const gone = new Set<string>();
  const entangled = new Map<string, readonly PriorityFinding[]>();
  let byId: ReadonlyMap<string, FilledPriority> = new Map();
  let findings: readonly PriorityFinding[] = [];
  return { put, remove, settle };

  function put(contestant: Contestant, stands: StandingPriority | undefined): void {
    const claim = claimOf(contestant, stands);
    const before = claims.get(claim.id);
    if (before !== undefined) {
      if (claimTheSame(before, claim)) return;
      remove(claim.id);
    }
    claims.set(claim.id, claim);
    arenas.enter(claim, claim.match);
    if (isSettled) restless.add(claim);
  }

  function remove(id: string): void {
    const claim = claims.get(id);
    if (claim === undefined) return;
    for (const other of arenas.leave(claim, claim.match)) restless.add(other);
    claims.delete(id);
    restless.delete(claim);
    gone.add(id);
  }

  function settle(): Settled {
    const around = isSettled ? arenas.around(restless) : claims.values();
    const region = [...around].sort((a, b) => compareText(a.id, b.id));
    const meeting = region.filter(({ match }) => !arenas.isAlone(match));
    const { filled, findings: found } = filledAmong(asRivals(meeting), flavor);
    const changes = new Map<string, FilledPriority | undefined>();
    for (const id of gone) changes.set(id, undefined);
    let met = 0;
    for (const claim of region) {
      const number = claim === meeting[met] ? filled[met++] : unopposed(claim);
      changes.set(claim.id, claim.isForeign ? undefined : number);
    }
    note(changes.keys(), found);
    byId = LayeredMap.with(byId, changes);
    isSettled = true;
    restless.clear();
    gone.clear();
    return { byId, findings, worked: region.map(({ id }) => id), matchOf };
  }

  function matchOf(id: string): Match | undefined {
    return claims.get(id)?.match;
  }

  /** Replaces what was found about these. */
  function note(ids: Iterable<string>, found: readonly PriorityFinding[]): void {
    let isNews = found.length > 0;
    if (entangled.size > 0) for (const id of ids) isNews = entangled.delete(id) || isNews;
    if (!isNews) return;
    for (const [id, list] of Map.groupBy(found, (finding) => finding.id)) entangled.set(id, list);
    findings = [...entangled.values()].flat().sort(compareFindings);
  }
}
