import {
  type AnyManifest,
  type AttachedKind,
  type AttachedManifest,
  type Diagnostic,
  type GatewayManifest,
  type InvalidManifest,
  type ResourceRef,
  type Snapshot,
  byKind,
  keyOf,
  refOf,
  compareText,
} from "../model/index.ts";
import { isLive } from "./gateway.ts";

/** An object that belongs to no gateway, and why. */
export interface Unattached {
  readonly object: AttachedManifest | InvalidManifest;
  readonly diagnostic: Diagnostic;
}

export interface Attachments {
  /** By name of the gateway, in the order of the names; a gateway that is being deleted has none. */
  readonly snapshots: ReadonlyMap<string, Snapshot>;
  readonly unattached: readonly Unattached[];
  /** Gateways whose own spec could not be read. */
  readonly invalidGateways: readonly InvalidManifest[];
}

/**
 * Hands every object to its gateway: the one its `gatewayRef` names, else the one default gateway. With no default or
 * more than one, or a name that is not there, the object is unattached and carries the reason.
 */
export function attach(manifests: readonly AnyManifest[], invalid: readonly InvalidManifest[]): Attachments {
  const gateways = manifests
    .filter((object): object is GatewayManifest => object.kind === "ApisixGateway")
    .filter(isLive);
  const invalidGateways = invalid.filter(({ kind }) => kind === "ApisixGateway");
  const defaults = gateways.filter(({ spec }) => spec.default === true).map(({ meta }) => meta.name);
  const drafts = new Map(gateways.sort(byName).map((gateway) => [gateway.meta.name, draftOf(gateway)]));
  const unattached: Unattached[] = [];

  const place = (
    object: AttachedManifest | InvalidManifest,
    wanted: string | undefined,
    add: (draft: Draft) => void,
  ) => {
    const name = wanted ?? (defaults.length === 1 ? defaults[0] : undefined);
    const draft = name === undefined ? undefined : drafts.get(name);
    if (draft !== undefined) add(draft);
    else unattached.push({ object, diagnostic: noGateway(object, wanted, defaults, invalidGateways) });
  };
  for (const object of [...manifests].sort(byKey)) {
    if (object.kind !== "ApisixGateway")
      place(object, object.spec.gatewayRef?.name, (draft) => draft.objects.push(object));
  }
  for (const object of [...invalid].sort(byKey)) {
    if (object.kind !== "ApisixGateway") place(object, object.gatewayRef?.name, (draft) => draft.invalid.push(object));
  }
  const undecided = unattached.filter(({ object }) => isLive(object)).map(({ object }) => attachedRefOf(object));
  const snapshots = [...drafts].map(([name, { gateway, objects, invalid: broken }]): [string, Snapshot] => [
    name,
    { gateway, attached: byKind(objects), invalid: broken, undecided },
  ]);
  return { snapshots: new Map(snapshots), unattached, invalidGateways };
}

function attachedRefOf(object: AttachedManifest | InvalidManifest): ResourceRef & { readonly kind: AttachedKind } {
  return { ...refOf(object), kind: object.kind as AttachedKind }; // gateways are never placed
}

function draftOf(gateway: GatewayManifest): Draft {
  return { gateway, objects: [], invalid: [] };
}

/** A snapshot that is being filled. */
interface Draft {
  readonly gateway: GatewayManifest;
  readonly objects: AttachedManifest[];
  readonly invalid: InvalidManifest[];
}

function noGateway(
  object: AttachedManifest | InvalidManifest,
  wanted: string | undefined,
  defaults: readonly string[],
  invalidGateways: readonly InvalidManifest[],
): Diagnostic {
  const base = {
    code: "GatewayNotFound",
    severity: "error",
    object: refOf(object),
    field: "spec.gatewayRef",
    related: [],
  } as const;
  if (wanted !== undefined) {
    const isInvalid = invalidGateways.some(({ meta }) => meta.name === wanted);
    return {
      ...base,
      message: isInvalid
        ? `ApisixGateway ${wanted} has an invalid spec.`
        : `There is no ApisixGateway named ${wanted}.`,
      why: "An object is written to the gateway that its spec.gatewayRef names.",
      fix: isInvalid ? "See the status of that ApisixGateway." : "Create it, or correct spec.gatewayRef.name.",
    };
  }
  if (defaults.length > 1) {
    return {
      ...base,
      message: `It names no gateway, and ${defaults.length} gateways call themselves the default: ${[...defaults].sort().join(", ")}.`,
      why: "An object without spec.gatewayRef belongs to the default gateway, so there can be only one.",
      fix: "Set spec.default: true on one ApisixGateway only, or name a gateway in spec.gatewayRef.",
    };
  }
  return {
    ...base,
    message: "It names no gateway, and there is no default gateway.",
    why: "An object without spec.gatewayRef belongs to the ApisixGateway with spec.default: true.",
    fix: "Name a gateway in spec.gatewayRef, or set spec.default: true on an ApisixGateway.",
  };
}

function byName(a: GatewayManifest, b: GatewayManifest): number {
  return compareText(a.meta.name, b.meta.name);
}

function byKey(a: AnyManifest | InvalidManifest, b: AnyManifest | InvalidManifest): number {
  return compareText(keyOf(refOf(a)), keyOf(refOf(b)));
}
