import { presentIn } from "../changes/index.ts";
import {
  type AdminKind,
  type ObservedObject,
  type Step,
  adminKinds,
  compareIds,
  labelsIn,
  originLabelOf,
  ownerLabels,
} from "../model/index.ts";
import { type ObjectKey, type Reference, objectKey, referencesOf } from "./references.ts";

/** A step before it has its place. */
export interface Draft extends Omit<Step, "index" | "waitsFor"> {
  /** What the body refers to. */
  readonly references: readonly Reference[];
  /** What is on the gateway until then. */
  readonly standing: ObservedObject | undefined;
}

/**
 * Puts drafts in the order of the graph of references and says what each waits for:
 *
 *     a write     for the writes of what it refers to
 *     a deletion  for the steps of all that used the object until now, and for what its resource has under another id
 *     a route     as `routeWaits` says, too, be it written or deleted
 *
 * Where the graph leaves it open, kinds come in the order of `adminKinds`, deletions in reverse and behind the routes.
 * A wait that closes a circle is not kept. Linear in steps and references, but for the sorting.
 */
export function inOrder(drafts: readonly Draft[], routeWaits: ReadonlyMap<string, readonly string[]>): readonly Step[] {
  const levels = levelsOf(drafts, routeWaits);
  const levelOf = ({ kind, id }: Draft) => (levels.size > 0 && kind === "routes" ? (levels.get(id) ?? 0) : 0);
  const preferred = drafts.toSorted((a, b) => byRank(a, b) || levelOf(a) - levelOf(b) || compareIds(a, b));
  const before = beforeAmong(preferred, routeWaits);
  const ordered = predecessorsFirst(before);
  const placeOf = new Int32Array(preferred.length);
  ordered.forEach((number, place) => (placeOf[number] = place));
  // Each number stands for a draft.
  return ordered.map((number, index) =>
    stepOf(preferred[number] as Draft, index, earlierOf(before[number] ?? [], index)),
  );

  /** Places of these drafts, as far as they lie before this one. */
  function earlierOf(others: readonly number[], index: number): readonly number[] {
    const first = others[0];
    if (first === undefined) return others;
    const place = placeOf[first] ?? index;
    if (others.length === 1 && place < index) return place === first ? others : [place];
    const places = others.map((other) => placeOf[other] ?? index);
    return [...new Set(places.filter((earlier) => earlier < index))].sort((a, b) => a - b);
  }
}

/** In one go, as far as all have the same fields: there may be many, and a field that is added later is slow. */
function stepOf(
  { verb, kind, id, body, secrets, origin, changed }: Draft,
  index: number,
  waitsFor: readonly number[],
): Step {
  if (body === undefined) return { verb, kind, id, changed, index, waitsFor };
  const step = { verb, kind, id, body, changed, index, waitsFor };
  if (origin === undefined) return step;
  return secrets === undefined
    ? { verb, kind, id, body, origin, changed, index, waitsFor }
    : { ...step, secrets, origin };
}

/** For each draft the numbers of those that it waits for. */
function beforeAmong(
  drafts: readonly Draft[],
  routeWaits: ReadonlyMap<string, readonly string[]>,
): readonly (readonly number[])[] {
  const users = usersOf(drafts);
  const successors = successorsOf(drafts);
  // Routes are the most by far, and nothing refers to one.
  const isWaitedFor = ({ kind }: Draft) =>
    kind !== "routes" || routeWaits.size > 0 || users.size > 0 || successors.size > 0;
  const numbers = new Map<AdminKind, Map<string, number>>(adminKinds.map((kind) => [kind, new Map()]));
  drafts.forEach((draft, number) => {
    if (isWaitedFor(draft)) numbers.get(draft.kind)?.set(draft.id, number);
  });
  const numberOf = ({ kind, id }: Reference) => numbers.get(kind)?.get(id);
  return drafts.map((draft) => presentIn(awaitedBy(draft).map(numberOf)));

  function awaitedBy(draft: Draft): readonly Reference[] {
    const awaited =
      draft.verb === "delete"
        ? [...(users.get(objectKey(draft)) ?? []), ...(successors.get(successionOf(draft)) ?? [])]
        : draft.references;
    const routes = draft.kind === "routes" ? routeWaits.get(draft.id) : undefined;
    return routes === undefined ? awaited : [...awaited, ...routes.map((id) => ({ kind: "routes" as const, id }))];
  }
}

/**
 * The numbers from 0 on, but for what must come before: that is put in front of what waits for it. Circles are left
 * open.
 */
function predecessorsFirst(before: readonly (readonly number[])[]): readonly number[] {
  if (before.every(areEarlier)) return before.map((_others, item) => item);
  const ordered: number[] = [];
  const [entered, placed] = [new Uint8Array(before.length), new Uint8Array(before.length)];
  const open: number[] = [];
  const isPlaced = (item: number) => placed[item] === 1;
  // By hand, for chains of routes are long and the call stack is not.
  for (let first = 0; first < before.length; first++) {
    if (before[first]?.every(isPlaced)) entered[first] = 1;
    open.push(first);
    for (let item = open.at(-1); item !== undefined; item = open.at(-1)) {
      const pending = entered[item] === 1 ? [] : (before[item] ?? []).filter((other) => entered[other] === 0);
      entered[item] = 1;
      // One by one: an object may be used by more others than a call takes arguments.
      if (pending.length > 0) for (const other of pending.toReversed()) open.push(other);
      else {
        if (placed[item] === 0) ordered.push(item);
        placed[item] = 1;
        open.pop();
      }
    }
  }
  return ordered;
}

function areEarlier(others: readonly number[], item: number): boolean {
  for (const other of others) if (other >= item) return false;
  return true;
}

function byRank(a: Draft, b: Draft): number {
  return a.kind === b.kind && a.verb === b.verb ? 0 : rankOf(a) - rankOf(b);
}

const ranks = new Map<AdminKind, number>(adminKinds.map((kind, place) => [kind, place]));

function rankOf({ kind, verb }: Draft): number {
  const place = ranks.get(kind) ?? 0;
  const routes = ranks.get("routes") ?? 0;
  return verb === "delete" && kind !== "routes" ? 2 * routes - place : place;
}

/**
 * How many routes stand one behind the other before a route's turn: 0 waits for none. Routes that wait for each other
 * in a circle come last, all at one level; the circle is not kept.
 */
function levelsOf(
  drafts: readonly Draft[],
  routeWaits: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, number> {
  if (routeWaits.size === 0) return new Map();
  const ids = new Set(drafts.flatMap(({ kind, id }) => (kind === "routes" ? id : [])));
  const followers = new Map<string, string[]>([...ids].map((id) => [id, []]));
  const open = new Map<string, number>();
  for (const id of ids) {
    const waits = new Set((routeWaits.get(id) ?? []).filter((other) => other !== id && ids.has(other)));
    open.set(id, waits.size);
    for (const other of waits) followers.get(other)?.push(id);
  }
  const levels = new Map<string, number>();
  let wave = [...ids].filter((id) => open.get(id) === 0);
  for (let level = 0; wave.length > 0; level += 1) {
    const next: string[] = [];
    for (const id of wave) {
      levels.set(id, level);
      for (const follower of followers.get(id) ?? []) {
        const left = (open.get(follower) ?? 0) - 1;
        open.set(follower, left);
        if (left === 0) next.push(follower);
      }
    }
    wave = next;
  }
  for (const id of ids) if (!levels.has(id)) levels.set(id, ids.size);
  return levels;
}

/** What is created for a resource, by kind: an object of the resource that leaves waits for it. */
function successorsOf(drafts: readonly Draft[]): ReadonlyMap<string, readonly Reference[]> {
  if (!drafts.some(({ verb }) => verb === "delete")) return new Map();
  // Credentials come and go with what their consumer says; none stands in the place of another.
  const created = drafts.filter(({ verb, kind }) => verb !== "delete" && kind !== "credentials");
  return Map.groupBy(created, successionOf);
}

function successionOf({ kind, origin, standing }: Draft): string {
  const label = origin === undefined ? labelsIn(standing?.value ?? {})?.[ownerLabels.origin] : originLabelOf(origin);
  return `${kind} ${label ?? ""}`;
}

/** For each object that leaves: the objects with a step of their own that used it until now. */
function usersOf(drafts: readonly Draft[]): ReadonlyMap<ObjectKey, readonly Reference[]> {
  const users = new Map<ObjectKey, Reference[]>();
  // Nothing refers to a route.
  if (!drafts.some(({ verb, kind }) => verb === "delete" && kind !== "routes")) return users;
  for (const draft of drafts) {
    if (draft.standing === undefined) continue;
    for (const used of referencesOf(draft.standing, draft.standing.value)) {
      const list = users.get(used);
      if (list === undefined) users.set(used, [draft]);
      else list.push(draft);
    }
  }
  return users;
}
