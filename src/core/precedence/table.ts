import { type Changes, finderIn, patched } from "../changes/index.ts";
import {
  type Contestant,
  type FilledPriority,
  type Priorities,
  type PriorityFinding,
  type RouterFlavor,
  type StandingPriority,
  compareIds,
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
  const arenas = makeArenas<Claim>(flavor, ({ match }) => match);
  const entangled = new Map<string, readonly PriorityFinding[]>();
  /** In the order of the ids: a map of as many would cost more than a search for the few that change. */
  let claims: readonly Claim[] = [];
  let claimFor = finderIn(claims);
  let noted: (Claim | Removal)[] = [];
  let isSettled = false;
  let byId: ReadonlyMap<string, FilledPriority> = new Map();
  let findings: readonly PriorityFinding[] = [];
  return { put, remove, settle };

  function put(contestant: Contestant, stands: StandingPriority | undefined): void {
    noted.push(claimOf(contestant, stands));
  }

  function remove(id: string): void {
    noted.push({ id, match: undefined });
  }

  function settle(): Settled {
    const { gone, come, beside } = takeIn();
    const region = isSettled ? [...arenas.around([...beside, ...come])].sort(compareIds) : claims;
    const meeting = region.filter(({ match }) => !arenas.isAlone(match));
    const { filled, findings: found } = filledAmong(asRivals(meeting), flavor);
    const changes = new Map<string, FilledPriority | undefined>();
    for (const { id } of gone) changes.set(id, undefined);
    let met = 0;
    for (const claim of region) {
      const number = claim === meeting[met] ? filled[met++] : unopposed(claim);
      changes.set(claim.id, claim.isForeign ? undefined : number);
    }
    note(changes.keys(), found);
    byId = LayeredMap.with(byId, changes);
    isSettled = true;
    return { byId, findings, worked: region.map(({ id }) => id), matchOf };
  }

  /** Does what was noted since the last time, the last word about each route. `beside`: what stands where one has left. */
  function takeIn(): Changes<Claim> & { readonly beside: ReadonlySet<Claim> } {
    const [gone, come]: [Claim[], Claim[]] = [[], []];
    const last = noted.toSorted(compareIds).filter(({ id }, at, all) => all[at + 1]?.id !== id);
    for (const now of last) {
      const before = claimFor(now.id);
      const isPut = now.match !== undefined;
      if (before !== undefined && isPut && claimTheSame(before, now)) continue;
      if (before !== undefined) gone.push(before);
      if (isPut) come.push(now);
    }
    noted = [];
    const beside = new Set<Claim>();
    for (const claim of gone) for (const other of arenas.leave(claim, claim.match)) beside.add(other);
    for (const claim of gone) beside.delete(claim);
    for (const claim of come) arenas.enter(claim, claim.match);
    claims = patched(claims, { gone, come }, compareIds);
    claimFor = finderIn(claims);
    return { gone, come, beside };
  }

  function matchOf(id: string): Match | undefined {
    return claimFor(id)?.match;
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

/** Of a route that is no longer there. */
interface Removal {
  readonly id: string;
  readonly match: undefined;
}
