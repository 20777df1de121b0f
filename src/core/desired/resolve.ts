import {
  type AnyResolved,
  type AttachedManifest,
  type Diagnostic,
  type Resolved,
  type ResolvedByKind,
  type ResourceRef,
  type Snapshot,
  attachedKinds,
  everyAttached,
  keyOf,
  nameOf,
  refOf,
  shelved,
} from "../model/index.ts";
import { isLive } from "./gateway.ts";
import { referencesIn } from "./references-in.ts";

/**
 * Follows every reference of the snapshot. What is missing, or can't be used itself, becomes a problem of the object that
 * names it; so does a reference that leads in a circle.
 */
export function resolve(snapshot: Snapshot): Resolved {
  const world: World = {
    objects: new Map(everyAttached(snapshot).map((object) => [keyOf(refOf(object)), object])),
    invalid: new Set(snapshot.invalid.map((object) => keyOf(refOf(object)))),
    followed: new Map(),
  };
  const resolved = everyAttached(snapshot)
    .filter(isLive)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- targets are looked up by the kinds of the table
    .map((manifest) => ({ manifest, ...follow(manifest, world) }) as AnyResolved);
  return {
    snapshot,
    objects: shelved<ResolvedByKind, AnyResolved>(attachedKinds, resolved, ({ manifest }) => manifest.kind),
  };
}

interface World {
  /** By key; objects that are being deleted too. */
  readonly objects: ReadonlyMap<string, AttachedManifest>;
  readonly invalid: ReadonlySet<string>;
  /** What was followed already, by key. */
  readonly followed: Map<string, Followed>;
}

interface Followed {
  readonly targets: Readonly<Record<string, AttachedManifest>>;
  readonly problems: readonly Diagnostic[];
}

function follow(from: AttachedManifest, world: World): Followed {
  const key = keyOf(refOf(from));
  const known = world.followed.get(key);
  if (known !== undefined) return known;
  const targets: Record<string, AttachedManifest> = {};
  const problems: Diagnostic[] = [];
  for (const { field, target } of referencesIn(from)) {
    const found = world.objects.get(keyOf(target));
    const absence = absenceOf(target, found, key, world);
    if (absence !== undefined) problems.push(missing(from, field, target, absence));
    else if (found !== undefined) targets[field] = found;
  }
  const followed = { targets, problems };
  world.followed.set(key, followed);
  return followed;
}

type Absence = "absent" | "deleting" | "invalid" | "unusable" | "circular";

/** Why an object can't be referred to by the one with the key `user`; `undefined` where it can. */
function absenceOf(
  target: ResourceRef,
  found: AttachedManifest | undefined,
  user: string,
  world: World,
): Absence | undefined {
  if (found === undefined) return world.invalid.has(keyOf(target)) ? "invalid" : "absent";
  if (!isLive(found)) return "deleting";
  if (leadsTo(found, user, world)) return "circular";
  return follow(found, world).problems.length > 0 ? "unusable" : undefined;
}

/** Whether `from` is, or refers to, however indirectly, the object with this key. */
function leadsTo(from: AttachedManifest, key: string, { objects }: World): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let object = open.pop(); object !== undefined; object = open.pop()) {
    const at = keyOf(refOf(object));
    if (at === key) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    for (const { target } of referencesIn(object)) {
      const next = objects.get(keyOf(target));
      if (next !== undefined) open.push(next);
    }
  }
  return false;
}

const sentences: Readonly<Record<Absence, readonly [message: string, fix: string]>> = {
  absent: ["is not on this gateway", "Create it (the order does not matter), or correct the name."],
  deleting: ["is being deleted", "Let this refer to another one, or create it again once it is gone."],
  invalid: ["has an invalid spec", "See its status."],
  unusable: ["itself refers to something that is not there", "See its status."],
  circular: ["refers back to this object", "Let one of the objects of this circle refer to another one."],
};

function missing(from: AttachedManifest, field: string, target: ResourceRef, absence: Absence): Diagnostic {
  const [state, fix] = sentences[absence];
  return {
    code: absence === "circular" ? "ReferenceCycle" : "ReferenceNotFound",
    severity: "error",
    object: refOf(from),
    field: `spec.${field}`,
    message: `${nameOf(target)} ${state}.`,
    why: "The last good version, if there is one, stays on the gateway until the reference can be followed.",
    fix,
    related: [{ ref: target }],
  };
}
