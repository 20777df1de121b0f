import { presentIn } from "../changes/index.ts";
import {
  type Desired,
  type DesiredObject,
  type Observed,
  type ObservedObject,
  type Owner,
  type Plan,
  type Refusal,
  adminKinds,
  annotations,
  compareIds,
  everyDesired,
  everyObserved,
  isMadeForOneOf,
  originLabelOf,
} from "../model/index.ts";
import { claimUpdate, withWithdrawal } from "./claim.ts";
import { guardDeletions } from "./deletion-guard.ts";
import { type Ledger, makeLedger, type Pair } from "./ledger.ts";
import type { PlanOptions, RouteChange } from "./options.ts";
import { type Draft, inOrder } from "./order.ts";
import { type ObjectKey, allReferencesOf, objectKey, referencesOf } from "./references.ts";

/**
 * Plans the steps that turn `observed` into `desired`: what is referenced is written first and leaves last. Objects
 * without our labels are never touched; where one stands under an id that we need, the object and all that refers to
 * it is refused. Held objects stay as they are. Same input in any order, same plan. Throws nothing.
 *
 * With the ledger of an earlier call, only what is another object than then is compared; the plan is the same.
 */
export function planChanges(
  desired: Desired,
  observed: Observed,
  options: PlanOptions,
  ledger: Ledger = makeLedger(),
): Plan {
  ledger.update(desired, observed, options);
  const pairs = ledger.open();
  const refusals = refusalsOf(pairs, desired, options.instance);
  const refused = new Set(refusals.flatMap(({ kind, id }) => (kind && id ? [objectKey({ kind, id })] : [])));
  const isRefused = (pair: Pair) => refused.size > 0 && refused.has(objectKey(pair));
  const writes = presentIn(pairs.map((pair) => (isRefused(pair) ? undefined : writeOf(pair))));
  const refusedOrigins = new Set(refusals.flatMap(({ origin }) => (origin ? [originLabelOf(origin)] : [])));
  const leftovers = pairs
    .filter(({ verdict }) => verdict.kind === "leftover")
    // What a resource had under another id before stays until there is something in its place.
    .flatMap(({ standing }) => (standing === undefined || isMadeForOneOf(refusedOrigins, standing) ? [] : [standing]));
  const { leaving, inUse } = withoutUsed(leftovers, desired, observed, refused);
  const { deletions, stopped } = guardDeletions(leaving, ledger.ours(), options);
  const drafts = withClaim(writes, observed, options).concat(deletions.map(deletionOf));
  const routeWaits = options.routeWaits(() => drafts.filter(({ kind }) => kind === "routes").map(changeOf));
  return {
    steps: withWithdrawal(inOrder(drafts, routeWaits), observed, options),
    refusals: [...refusals, ...inUse, ...stopped],
  };
}

/** Plugin metadata are listed in the claim before they are there. */
function withClaim(writes: readonly Draft[], observed: Observed, owner: Owner): readonly Draft[] {
  const claim = claimUpdate(observed, owner, writes);
  if (claim === undefined) return writes;
  const listed = (draft: Draft): Draft =>
    draft.kind === "plugin_metadata" ? { ...draft, references: [...draft.references, claim] } : draft;
  return [claim, ...writes.map(listed)];
}

/** What can't be written because its id is taken, and what refers to such an object, however indirectly. */
function refusalsOf(pairs: readonly Pair[], desired: Desired, instance: string): readonly Refusal[] {
  const refusals = new Map<ObjectKey, Refusal>();
  for (const { wanted } of pairs.filter(({ verdict }) => verdict.kind === "taken")) {
    if (wanted === undefined) continue;
    const message =
      `The gateway already has an object ${objectKey(wanted)} that this operator did not make (instance "${instance}"); ` +
      `it is left alone. To take it over, put the annotation ${annotations.adopt}: "${wanted.id}" on the resource; else ` +
      "use another id, or delete that object on the gateway.";
    refusals.set(objectKey(wanted), refusal(wanted, message));
  }
  if (refusals.size === 0) return [];
  const all: readonly DesiredObject[] = sorted(everyDesired(desired));
  const users = usersAmong(all);
  // Grows while it is walked: what refers to a refused object is refused, too.
  for (const blocked of refusals.keys()) {
    for (const user of users.get(blocked) ?? []) {
      if (refusals.has(objectKey(user))) continue;
      const message = `It refers to ${blocked}, which could not be written: that id is taken on the gateway.`;
      refusals.set(objectKey(user), refusal(user, message));
    }
  }
  return all.flatMap((object) => refusals.get(objectKey(object)) ?? []);
}

function refusal({ kind, id, origin }: DesiredObject, message: string): Refusal {
  return { code: "AdminIdTaken", message, kind, id, origin };
}

function usersAmong(wanted: readonly DesiredObject[]): ReadonlyMap<ObjectKey, readonly DesiredObject[]> {
  const users = new Map<ObjectKey, DesiredObject[]>();
  for (const object of wanted) {
    for (const key of new Set(object.references.map(objectKey))) {
      const list = users.get(key);
      if (list === undefined) users.set(key, [object]);
      else list.push(object);
    }
  }
  return users;
}

function writeOf({ kind, id, wanted, standing, verdict }: Pair): Draft | undefined {
  if (wanted === undefined || (verdict.kind !== "create" && verdict.kind !== "update")) return undefined;
  const { body, origin, secrets } = wanted;
  const references = allReferencesOf(wanted);
  const changed = verdict.kind === "update" ? verdict.changed : nothing;
  const draft = { verb: verdict.kind, kind, id, body, origin, references, standing, changed };
  return secrets === undefined ? draft : { ...draft, secrets };
}

const nothing: readonly string[] = [];

function deletionOf(standing: ObservedObject): Draft {
  return { verb: "delete", kind: standing.kind, id: standing.id, changed: [], references: [], standing };
}

function changeOf({ id, body, standing }: Draft): RouteChange {
  return { id, before: standing?.value, after: body };
}

/**
 * Leftovers that may go, the last kind first. One that something else still refers to after this pass (a held route, a
 * foreign one) stays, and so does what it refers to itself: the gateway would refuse to delete it.
 */
function withoutUsed(
  leftovers: readonly ObservedObject[],
  desired: Desired,
  observed: Observed,
  refused: ReadonlySet<ObjectKey>,
): { readonly leaving: readonly ObservedObject[]; readonly inUse: readonly Refusal[] } {
  const backwards = leftovers.toReversed();
  // Nothing refers to a route.
  if (leftovers.every(({ kind }) => kind === "routes")) return { leaving: backwards, inUse: [] };
  const users = usersAfter(leftovers, desired, observed, refused);
  const leaving: ObservedObject[] = [];
  const inUse: Refusal[] = [];
  for (const object of backwards) {
    const key = objectKey(object);
    const user = users.get(key);
    const message = `${key} is no longer wanted, but ${user} on the gateway still uses it; it stays until then.`;
    if (user === undefined) leaving.push(object);
    else inUse.push({ code: "StillInUse", message, kind: object.kind, id: object.id });
  }
  return { leaving, inUse };
}

/** What will still be referred to once all that can be written is, and one object that does. */
function usersAfter(
  leftovers: readonly ObservedObject[],
  desired: Desired,
  observed: Observed,
  refused: ReadonlySet<ObjectKey>,
): ReadonlyMap<ObjectKey, ObjectKey> {
  const users = new Map<ObjectKey, ObjectKey>();
  const remember = (user: ObjectKey, references: readonly ObjectKey[]) => {
    for (const key of references) if (!users.has(key)) users.set(key, user);
  };
  const rewritten = new Set<ObjectKey>();
  for (const object of sorted<DesiredObject>(everyDesired(desired))) {
    const key = objectKey(object);
    if (refused.has(key)) continue;
    rewritten.add(key);
    remember(key, referencesOf(object, object.body));
  }
  const leaving = new Map(leftovers.map((object) => [objectKey(object), object]));
  for (const object of sorted<ObservedObject>(everyObserved(observed))) {
    const key = objectKey(object);
    if (!rewritten.has(key) && !leaving.has(key)) remember(key, referencesOf(object, object.value));
  }
  // Grows while it is walked: a service that stays keeps its upstream.
  for (const used of users.keys()) {
    const object = leaving.get(used);
    if (object !== undefined) remember(used, referencesOf(object, object.value));
  }
  return users;
}

/** Kind by kind, then by id: the order of the input never matters. */
function sorted<Item extends Pick<DesiredObject | ObservedObject, "kind" | "id">>(
  items: readonly Item[],
): readonly Item[] {
  const rank = (item: Item) => adminKinds.indexOf(item.kind);
  return items.toSorted((a, b) => rank(a) - rank(b) || compareIds(a, b));
}
