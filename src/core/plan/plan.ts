import {
  type Desired,
  type DesiredObject,
  type Observed,
  type ObservedObject,
  type Plan,
  type Refusal,
  adminKinds,
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
  const gateway = new Map(allObserved(observed).map((object) => [objectKey(object), object]));
  const wanted = allDesired(desired);
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
  // Kinds come in the order of reference, so what is referred to has been judged before.
  for (const object of wanted) {
    const key = objectKey(object);
    const standing = gateway.get(key);
    const { kind, id, origin } = object;
    if (standing !== undefined && !isOurs(standing, instance)) {
      const message =
        `The gateway already has an object ${key} that this operator did not make (instance "${instance}"); ` +
        "it is left alone. Rename the resource, or delete that object on the gateway.";
      refusals.set(key, { code: "AdminIdTaken", message, kind, id, origin });
      continue;
    }
    const blocked = object.references.find((reference) => refusals.has(objectKey(reference)));
    if (blocked === undefined) continue;
    const message = `It refers to ${objectKey(blocked)}, which could not be written: that id is taken on the gateway.`;
    refusals.set(key, { code: "AdminIdTaken", message, kind, id, origin });
  }
  return [...refusals.values()];
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
 * pass (a held route, a foreign one) stays: the gateway would refuse to delete it.
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

  const leaving: ObservedObject[] = [];
  const inUse: Refusal[] = [];
  // Users before what they use: a service that stays keeps its upstream.
  for (const kind of adminKinds.toReversed())
    for (const object of gateway.values()) {
      if (object.kind !== kind || !isLeftover(object)) continue;
      const key = objectKey(object);
      const user = users.get(key);
      if (user === undefined) {
        leaving.push(object);
        continue;
      }
      remember(key, referencesOf(object.value));
      const message = `${key} is no longer wanted, but ${user} on the gateway still uses it; it stays until then.`;
      inUse.push({ code: "StillInUse", message, kind, id: object.id });
    }
  return { leaving, inUse };
}

/** In the order of reference, then of ids: the order of the input never matters. */
function allDesired(desired: Desired): readonly DesiredObject[] {
  return adminKinds.flatMap((kind) => [...desired[kind]].sort(byId));
}

function allObserved(observed: Observed): readonly ObservedObject[] {
  return adminKinds.flatMap((kind) => [...observed[kind]].sort(byId));
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
