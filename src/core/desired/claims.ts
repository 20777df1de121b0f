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

/** Settles one state after another. Where nothing collides, which is nearly always, only lists that are new are looked at. */
export function makeSettler(): typeof settleClaims {
  let version: string | undefined;
  let known = new Map<AdminKind, KnownList>();
  return (draft, resolved, gateway) => {
    if (version !== gateway.version) known = new Map();
    version = gateway.version;
    for (const kind of adminKinds) {
      const list: readonly AnyDesired[] = draft[kind];
      if (known.get(kind)?.list !== list) known.set(kind, { list, collides: doCollide(list, version) });
    }
    const isWelcome = gateway.lacks?.every((kind) => draft[kind].length === 0) ?? true;
    return isWelcome && ![...known.values()].some(({ collides }) => collides)
      ? { desired: draft, problems: [] }
      : settleClaims(draft, resolved, gateway);
  };
}

interface KnownList {
  readonly list: readonly AnyDesired[];
  readonly collides: boolean;
}

/** Whether two objects of one kind, in the order of the ids, claim the same. No claim is shared by kinds. */
function doCollide(list: readonly AnyDesired[], version: string | undefined): boolean {
  if (list.some(({ id }, at) => id === list[at + 1]?.id)) return true;
  if (list[0]?.kind !== "global_rules") return false;
  const claims = list.flatMap((object) => pluginClaimsOf(object, version).map(({ claim }) => claim));
  return new Set(claims).size < claims.length;
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
function claimsOf(object: AnyDesired, version: string | undefined): readonly Claim[] {
  const { kind, id, origin } = object;
  const claim = `${kind}/${id}`;
  return [{ claim, tell: (holder) => idTaken(origin, claim, holder) }, ...pluginClaimsOf(object, version)];
}

function pluginClaimsOf({ kind, body, origin }: AnyDesired, version: string | undefined): readonly Claim[] {
  if (kind !== "global_rules" || !isExclusive(version)) return [];
  const plugins = "plugins" in body && body.plugins !== undefined ? Object.keys(body.plugins) : [];
  return plugins.map((name) => ({
    claim: `plugin ${name} of global rules`,
    tell: (holder: ResourceRef) => pluginTaken(origin, name, holder),
  }));
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
