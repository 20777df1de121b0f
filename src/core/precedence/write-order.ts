import { type AdminRoute, type RouterFlavor, compareText } from "../model/index.ts";
import { type Field, fieldOf } from "./field.ts";
import { doContest } from "./meeting.ts";
import { type Match, matchesTheSame, matchMaker, type Rival } from "./rival.ts";

/** A route of ours with its number (`route.priority`; absent: 0) and its effective hosts. */
export interface NumberedRoute {
  readonly id: string;
  readonly route: AdminRoute;
}

export interface WriteOrderInput {
  /**
   * What the gateway holds, and what it shall hold: ours only, with those that change among them. What is missing in
   * `after` is deleted.
   */
  readonly before: readonly NumberedRoute[];
  readonly after: readonly NumberedRoute[];
  readonly flavor: RouterFlavor;
}

/**
 * The routes that each written route has to wait for, by id; sorted; only ids that are written, too.
 *
 * First raises and new routes, highest target first; then lowerings and deletions, lowest current number first. So at each
 * step every request is answered by its winner before or its winner after; if one of these writes fails, those that
 * wait for it would cross it. Routes wait only for others that they contest with, by what they match before or after;
 * what follows from other waits is left out where that is cheap to see.
 */
export function routeWriteOrder({ before, after, flavor }: WriteOrderInput): ReadonlyMap<string, readonly string[]> {
  const waits = new Map<string, readonly string[]>();
  const writes = writesOf(before, after);
  const field = fieldOf(versionsOf(writes, flavor), flavor);
  const contests = (a: number, b: number) =>
    versionsAt(a).some((x) => versionsAt(b).some((y) => doContest(x, y, flavor)));
  for (const [at, { id }] of writes.entries()) {
    const ids = directlyBefore(field, at, contests).flatMap((other) => writes[other]?.id ?? []);
    waits.set(id, ids.sort(compareText));
  }
  return waits;

  function versionsAt(at: number): readonly Match[] {
    return [field.rivals[2 * at], field.rivals[2 * at + 1]].flatMap((version) => version?.match ?? []);
  }
}

/** Writes in contest with one that come before it, without those that another of them waits for. */
function directlyBefore(field: Field, at: number, contests: (a: number, b: number) => boolean): readonly number[] {
  // Two versions per write, so that half of an index is the place of the write.
  const groups = [2 * at, 2 * at + 1].flatMap((version) => field.groupsOf(version));
  const nearest: number[] = [];
  for (const { kind, members } of new Set(groups)) {
    for (let place = firstFrom(members, 2 * at) - 1; place >= 0; place--) {
      const other = Math.floor((members[place] ?? 0) / 2);
      if (kind === "candidates" && !contests(at, other)) continue;
      if (nearest.some((later) => later === other || (later > other && contests(later, other)))) continue;
      nearest.push(other);
      // All that come earlier in there are waited for by this one.
      if (kind === "clique") break;
    }
  }
  return nearest.filter((other) => !nearest.some((later) => later > other && contests(later, other)));
}

/** The first place in an ascending list with at least this value. */
function firstFrom(members: readonly number[], value: number): number {
  let [low, high] = [0, members.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((members[middle] ?? 0) >= value) high = middle;
    else low = middle + 1;
  }
  return low;
}

interface Write {
  readonly id: string;
  readonly before: AdminRoute | undefined;
  readonly after: AdminRoute | undefined;
}

/** What is new, renumbered, rematched or deleted, in the order of the rule. */
function writesOf(before: readonly NumberedRoute[], after: readonly NumberedRoute[]): readonly Write[] {
  const old = new Map(before.map(({ id, route }) => [id, route]));
  const kept = new Set(after.map(({ id }) => id));
  const all: readonly Write[] = [
    ...after.map(({ id, route }) => ({ id, before: old.get(id), after: route })),
    ...before.filter(({ id }) => !kept.has(id)).map(({ id, route }) => ({ id, before: route, after: undefined })),
  ];
  const rank = ({ before, after }: Write) => ({ isLowered: isLowered(before, after), number: numberOf(before, after) });
  return all.filter(isMoved).sort((a, b) => {
    const [left, right] = [rank(a), rank(b)];
    if (left.isLowered !== right.isLowered) return left.isLowered ? 1 : -1;
    return (left.isLowered ? left.number - right.number : right.number - left.number) || compareText(a.id, b.id);
  });
}

function isMoved({ before, after }: Write): boolean {
  return (
    before === undefined ||
    after === undefined ||
    (before.priority ?? 0) !== (after.priority ?? 0) ||
    !matchesTheSame(before, after)
  );
}

function isLowered(before: AdminRoute | undefined, after: AdminRoute | undefined): boolean {
  return after === undefined || (before !== undefined && (after.priority ?? 0) < (before.priority ?? 0));
}

/** The target of what is raised or new, the current number of what is lowered or deleted. */
function numberOf(before: AdminRoute | undefined, after: AdminRoute | undefined): number {
  return (isLowered(before, after) ? before : after)?.priority ?? 0;
}

function versionsOf(writes: readonly Write[], flavor: RouterFlavor): readonly Rival[] {
  const matchOf = matchMaker(flavor);
  return writes
    .flatMap(({ before, after }) => [before ?? after, after ?? before])
    .map((route, index) => ({
      index,
      id: String(index),
      match: matchOf(route ?? {}),
      isForeign: false,
      fixed: undefined,
      ownsHosts: true,
      standing: undefined,
      kept: undefined,
      createdMs: 0,
      namespace: "",
      name: "",
    }));
}
