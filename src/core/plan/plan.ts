import {
  type Desired,
  type DesiredObject,
  type Observed,
  type ObservedObject,
  type Plan,
  type Refusal,
  adminKinds,
  everyDesired,
  everyObserved,
  isOurs,
} from "../model/index.ts";
import { changedPaths } from "./compare.ts";
import { guardDeletions } from "./deletion-guard.ts";
import type { PlanOptions } from "./options.ts";
import { type Draft, inOrder } from "./order.ts";
import { type ObjectKey, objectKey, referencesOf } from "./references.ts";

/**
 * Plans the steps that turn `observed` into `desired`: what is referenced is written first and leaves last. Objects
 * without our labels are never touched; where one stands under an id that we need, the object and all that refers to
 * it is refused. Held objects stay as they are. Same input in any order, same plan. Throws nothing.
 */
export function planChanges(desired: Desired, observed: Observed, options: PlanOptions): Plan {
  const gateway = new Map<ObjectKey, ObservedObject>(
    sorted(everyObserved(observed)).map((object) => [objectKey(object), object]),
  );
  const wanted: readonly DesiredObject[] = sorted(everyDesired(desired));
  const refusals = refusalsOf(wanted, gateway, options.instance);
  const refused = new Set(refusals.flatMap(({ kind, id }) => (kind && id ? [objectKey({ kind, id })] : [])));
  const written = wanted.filter((object) => !refused.has(objectKey(object)));
  const writes = written.flatMap((object) => writeOf(object, gateway.get(objectKey(object)), options));
  const { leaving, inUse } = leftoversOf(desired, wanted, written, gateway, options.instance);
  const { deletions, stopped } = guardDeletions(leaving, gateway.values(), options);
  return {
    steps: inOrder([...writes, ...deletions.map(deletionOf)], gateway, options.routeWaits),
    refusals: [...refusals, ...inUse, ...stopped],
  };
}

/** What can't be written because its id is taken, and what refers to such an object, however indirectly. */
function refusalsOf(
  wanted: readonly DesiredObject[],
  gateway: ReadonlyMap<ObjectKey, ObservedObject>,
  instance: string,
): Refusal[] {
  const refusals = new Map<ObjectKey, Refusal>();
  for (const object of wanted) {
    const standing = gateway.get(objectKey(object));
    if (standing === undefined || isOurs(standing, instance)) continue;
    const message =
      `The gateway already has an object ${objectKey(object)} that this operator did not make (instance "${instance}"); ` +
      "it is left alone. Rename the resource, or delete that object on the gateway.";
    refusals.set(objectKey(object), refusal(object, message));
  }
  const users = usersAmong(wanted);
  // Grows while it is walked: what refers to a refused object is refused, too.
  for (const blocked of refusals.keys()) {
    for (const user of users.get(blocked) ?? []) {
      if (refusals.has(objectKey(user))) continue;
      const message = `It refers to ${blocked}, which could not be written: that id is taken on the gateway.`;
      refusals.set(objectKey(user), refusal(user, message));
    }
  }
  return wanted.flatMap((object) => refusals.get(objectKey(object)) ?? []);
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

function writeOf(object: DesiredObject, standing: ObservedObject | undefined, options: PlanOptions): readonly Draft[] {
  const { kind, id, body, origin } = object;
  const references = [...new Set([...object.references.map(objectKey), ...referencesOf(body)])];
  if (standing === undefined) return [{ verb: "create", kind, id, body, origin, changed: [], references }];
  const changed = changedPaths(kind, body, standing.value, options.defaults);
  return changed.length === 0 ? [] : [{ verb: "update", kind, id, body, origin, changed, references }];
}

function deletionOf({ kind, id }: ObservedObject): Draft {
  return { verb: "delete", kind, id, changed: [], references: [] };
}

/**
 * Ours on the gateway, wanted by no resource and held by none. One that something else still refers to after this
 * pass (a held route, a foreign one) stays, and so does what it refers to itself: the gateway would refuse to delete it.
 */
function leftoversOf(
  desired: Desired,
  wanted: readonly DesiredObject[],
  written: readonly DesiredObject[],
  gateway: ReadonlyMap<ObjectKey, ObservedObject>,
  instance: string,
): { readonly leaving: readonly ObservedObject[]; readonly inUse: readonly Refusal[] } {
  const kept = new Set([...wanted, ...desired.held].map(objectKey));
  const isLeftover = (object: ObservedObject) => isOurs(object, instance) && !kept.has(objectKey(object));
  const rewritten = new Set(written.map(objectKey));
  const users = new Map<ObjectKey, ObjectKey>();
  const remember = (user: ObjectKey, references: readonly ObjectKey[]) => {
    for (const key of references) if (!users.has(key)) users.set(key, user);
  };
  for (const object of written) remember(objectKey(object), referencesOf(object.body));
  for (const [key, object] of gateway)
    if (!rewritten.has(key) && !isLeftover(object)) remember(key, referencesOf(object.value));
  // Grows while it is walked: a service that stays keeps its upstream.
  for (const used of users.keys()) {
    const object = gateway.get(used);
    if (object !== undefined && isLeftover(object)) remember(used, referencesOf(object.value));
  }

  const leaving: ObservedObject[] = [];
  const inUse: Refusal[] = [];
  for (const object of [...gateway.values()].toReversed().filter(isLeftover)) {
    const key = objectKey(object);
    const user = users.get(key);
    const message = `${key} is no longer wanted, but ${user} on the gateway still uses it; it stays until then.`;
    if (user === undefined) leaving.push(object);
    else inUse.push({ code: "StillInUse", message, kind: object.kind, id: object.id });
  }
  return { leaving, inUse };
}

/** Kind by kind, then by id: the order of the input never matters. */
function sorted<Item extends Pick<DesiredObject | ObservedObject, "kind" | "id">>(
  items: readonly Item[],
): readonly Item[] {
  const rank = (item: Item) => adminKinds.indexOf(item.kind);
  return items.toSorted((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : Number(a.id > b.id)));
}
