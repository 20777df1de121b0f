import {
  type AttachedManifest,
  type Diagnostic,
  type InvalidManifest,
  type ResourceRef,
  type Snapshot,
  isTargetKind,
  keyOf,
  nameOf,
  refOf,
} from "../model/index.ts";
import { certificateProblems } from "./certificate-check.ts";
import { isLive } from "./gateway.ts";
import { missingSources } from "./missing-sources.ts";
import { referencesIn } from "./references-in.ts";

/** Whatever can be referred to. */
export interface World {
  /** By kind, namespace and name; objects that are being deleted too. */
  readonly objects: ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, AttachedManifest>>>;
  readonly invalid: ReadonlySet<string>;
  /** What was followed already. */
  readonly followed: Map<AttachedManifest, Followed>;
  /** Where values are taken from, and the day on which certificates are judged. */
  readonly moment: Moment;
}

export type Moment = Pick<Snapshot, "sources" | "takenAt">;

export function worldOf(
  objects: readonly AttachedManifest[],
  invalid: readonly InvalidManifest[],
  moment: Moment,
): World {
  return {
    moment,
    objects: byKindAndName(objects),
    invalid: new Set(invalid.map((object) => keyOf(refOf(object)))),
    followed: new Map(),
  };
}

/** Three short looks for each reference cost less than a key made of the three. */
function byKindAndName(objects: readonly AttachedManifest[]): World["objects"] {
  const kinds = new Map<string, Map<string, Map<string, AttachedManifest>>>();
  for (const object of objects) {
    const { kind, meta } = object;
    const namespaces = remembered(kinds, kind);
    remembered(namespaces, meta.namespace).set(meta.name, object);
  }
  return kinds;
}

function remembered<Value>(maps: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  const known = maps.get(key) ?? new Map<string, Value>();
  maps.set(key, known);
  return known;
}

function objectAt({ kind, namespace, name }: ResourceRef, { objects }: World): AttachedManifest | undefined {
  return objects.get(kind)?.get(namespace)?.get(name);
}

export interface Followed {
  readonly targets: Readonly<Record<string, AttachedManifest>>;
  readonly problems: readonly Diagnostic[];
}

const noProblems: readonly Diagnostic[] = [];

/** Follows the references of an object, and those of what it refers to. */
export function follow(from: AttachedManifest, world: World): Followed {
  const known = world.followed.get(from);
  if (known !== undefined) return known;
  const targets: Record<string, AttachedManifest> = {};
  const problems: Diagnostic[] = [];
  for (const { field, target } of referencesIn(from)) {
    const found = objectAt(target, world);
    const absence = absenceOf(target, found, from, world);
    if (absence !== undefined) problems.push(missing(from, field, target, absence));
    else if (found !== undefined) targets[field] = found;
  }
  problems.push(...missingSources(from, world.moment));
  if (from.kind === "GatewayCertificate" && problems.length === 0)
    problems.push(...certificateProblems(from, world.moment));
  const followed = { targets, problems: problems.length === 0 ? noProblems : problems };
  if (isTargetKind(from.kind)) world.followed.set(from, followed);
  return followed;
}

type Absence = "wrongType" | "absent" | "deleting" | "invalid" | "unusable" | "circular";

/** Why an object can't be referred to by this user; `undefined` where it can. */
function absenceOf(
  target: ResourceRef,
  found: AttachedManifest | undefined,
  user: AttachedManifest,
  world: World,
): Absence | undefined {
  if (found === undefined) return world.invalid.has(keyOf(target)) ? "invalid" : "absent";
  if (!isLive(found)) return "deleting";
  // Only clients' certificates are referred to, and the gateway takes no other there.
  if (found.kind === "GatewayCertificate" && found.spec.type !== "client") return "wrongType";
  if (isTargetKind(user.kind) && leadsTo(found, keyOf(refOf(user)), world)) return "circular";
  return follow(found, world).problems.length > 0 ? "unusable" : undefined;
}

/** Whether `from` is, or refers to, however indirectly, the object with this key. */
function leadsTo(from: AttachedManifest, key: string, world: World): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let object = open.pop(); object !== undefined; object = open.pop()) {
    const at = keyOf(refOf(object));
    if (at === key) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    for (const { target } of referencesIn(object)) {
      const next = objectAt(target, world);
      if (next !== undefined) open.push(next);
    }
  }
  return false;
}

const sentences: Readonly<Record<Absence, readonly [message: string, fix: string]>> = {
  wrongType: ["is not of type client", "Refer to a certificate with type: client."],
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
