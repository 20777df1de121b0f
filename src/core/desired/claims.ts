import { changesBetween } from "../changes/index.ts";
import {
  type AdminKind,
  type AnyDesired,
  type Desired,
  type Diagnostic,
  type Observed,
  type Resolved,
  type ResourceRef,
  adminKinds,
  desiredOf,
  everyDesired,
  everyResolved,
  keyOf,
  kindTraits,
  nameOf,
  refOf,
} from "../model/index.ts";
import { instanceOf } from "./gateway.ts";
import { heldObject } from "./translate.ts";

export interface Settled {
  readonly desired: Desired;
  /** Why what was taken out was taken out. */
  readonly problems: readonly Diagnostic[];
}

/**
 * Takes out what can't stand on one gateway together, and what this gateway has no place for: of two objects that claim
 * one id, or one plugin among the global rules, the older stands. The other is held, and told.
 */
export function settleClaims(
  draft: Desired,
  resolved: Resolved,
  gateway: Pick<Observed, "version" | "lacks">,
): Settled {
  const ageOf = agesIn(resolved);
  const oldestFirst = everyDesired(draft).toSorted((a, b) => (ageOf(a.origin) < ageOf(b.origin) ? -1 : 1));
  const taken = new Map<string, ResourceRef>();
  const problems = new Map<string, Diagnostic>();
  for (const object of oldestFirst) {
    const key = keyOf(object.origin);
    if (problems.has(key)) continue;
    if (gateway.lacks?.includes(object.kind) === true) problems.set(key, notThere(object.kind, object.origin));
    for (const { claim, tell } of claimsOf(object, gateway.version)) {
      const holder = taken.get(claim);
      if (holder === undefined || keyOf(holder) === key) taken.set(claim, object.origin);
      else problems.set(key, tell(holder));
    }
  }
  if (problems.size === 0) return { desired: draft, problems: [] };
  const stands = ({ origin }: AnyDesired) => !problems.has(keyOf(origin));
  const instance = instanceOf(resolved.snapshot.gateway);
  const lost = everyDesired(draft)
    .filter((object) => !stands(object) && kindTraits[kindOf(object.origin)].adminKind === object.kind)
    .map(({ origin, id }) => heldObject({ ...origin, kind: kindOf(origin) }, instance, id));
  const desired = desiredOf(everyDesired(draft).filter(stands), [...draft.held, ...lost]);
  return { desired, problems: [...problems.values()] };
}

/** Settles one state after another. Where nothing can collide, which is nearly always, only what is new is looked at. */
export function makeSettler(): typeof settleClaims {
  let known = noClaims(undefined);
  return (draft, resolved, gateway) => {
    if (known.version !== gateway.version) known = noClaims(gateway.version);
    for (const kind of adminKinds) {
      const { gone, come } = changesBetween<AnyDesired>(known.lists.get(kind) ?? [], draft[kind]);
      known.lists.set(kind, draft[kind]);
      for (const object of gone) count(known, object, -1);
      for (const object of come) count(known, object, 1);
    }
    const isWelcome = gateway.lacks?.every((kind) => draft[kind].length === 0) ?? true;
    return isWelcome && known.crowded.size === 0
      ? { desired: draft, problems: [] }
      : settleClaims(draft, resolved, gateway);
  };
}

interface KnownClaims {
  readonly version: string | undefined;
  readonly lists: Map<AdminKind, readonly AnyDesired[]>;
  readonly counts: Map<string, number>;
  /** Claims that more than one object makes. */
  readonly crowded: Set<string>;
}

function noClaims(version: string | undefined): KnownClaims {
  return { version, lists: new Map(), counts: new Map(), crowded: new Set() };
}

function count({ version, counts, crowded }: KnownClaims, object: AnyDesired, by: 1 | -1): void {
  for (const { claim } of claimsOf(object, version)) {
    const now = (counts.get(claim) ?? 0) + by;
    if (now === 0) counts.delete(claim);
    else counts.set(claim, now);
    if (now > 1) crowded.add(claim);
    else crowded.delete(claim);
  }
}

/** Older is less; of the same age, by name. What has no date comes from files, and all of that is equally old. */
function agesIn(resolved: Resolved): (origin: ResourceRef) => string {
  const ages = new Map(
    everyResolved(resolved).map(({ manifest }) => [keyOf(refOf(manifest)), manifest.meta.creationTimestamp ?? ""]),
  );
  return (origin) => `${ages.get(keyOf(origin)) ?? ""} ${keyOf(origin)}`;
}

function kindOf(origin: ResourceRef): keyof typeof kindTraits {
  return origin.kind as keyof typeof kindTraits; // desired objects come from attached kinds only
}

interface Claim {
  readonly claim: string;
  readonly tell: (holder: ResourceRef) => Diagnostic;
}

/** What an object needs for itself alone. */
function claimsOf({ kind, id, body, origin }: AnyDesired, version: string | undefined): readonly Claim[] {
  const own: Claim = { claim: `${kind}/${id}`, tell: (holder) => idTaken(origin, `${kind}/${id}`, holder) };
  if (kind !== "global_rules" || !isExclusive(version)) return [own];
  const plugins = "plugins" in body && body.plugins !== undefined ? Object.keys(body.plugins) : [];
  return [
    own,
    ...plugins.map((name) => ({
      claim: `plugin ${name} of global rules`,
      tell: (holder: ResourceRef) => pluginTaken(origin, name, holder),
    })),
  ];
}

/** Since 3.15 a plugin may stand in one global rule only. Source: apache/apisix, apisix/admin/global_rules.lua. */
function isExclusive(version: string | undefined): boolean {
  const [major = 3, minor = 15] = (version ?? "3.15").split(".").map(Number);
  return major > 3 || (major === 3 && minor >= 15);
}

function idTaken(origin: ResourceRef, key: string, holder: ResourceRef): Diagnostic {
  return {
    code: "AdminIdTaken",
    severity: "error",
    object: origin,
    message: `${visible(origin, holder)} is older and has ${key} on the gateway already.`,
    why: "One object of the gateway can't have two authors.",
    fix: "Delete one of the two, or let this one stand for something else.",
    related: [{ ref: holder }],
  };
}

function pluginTaken(origin: ResourceRef, plugin: string, holder: ResourceRef): Diagnostic {
  return {
    code: "PluginTaken",
    severity: "error",
    object: origin,
    field: `spec.plugins.${plugin}`,
    message: `${visible(origin, holder)} is older and has ${plugin} in a global rule already.`,
    why: "The gateway takes a plugin in one global rule only (APISIX 3.15 and newer).",
    fix: "Configure it in one of the two.",
    related: [{ ref: holder }],
  };
}

function notThere(kind: AdminKind, origin: ResourceRef): Diagnostic {
  return {
    code: "StreamModeOff",
    severity: "error",
    object: origin,
    message: `This gateway takes no ${kind.replaceAll("_", " ")}: its stream mode is off.`,
    why: "APISIX proxies TCP and UDP only where apisix.proxy_mode in its configuration has stream.",
    fix: 'Set apisix.proxy_mode to "http&stream" and restart the gateway, or delete this object.',
    related: [],
  };
}

/** No tenant reads another's names. */
function visible(origin: ResourceRef, holder: ResourceRef): string {
  return holder.namespace === origin.namespace ? nameOf(holder) : `A ${holder.kind} of another namespace`;
}
