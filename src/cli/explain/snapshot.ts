import { attach, type Unattached } from "../../core/desired/index.ts";
import { type AnyManifest, type GatewayManifest, type Snapshot, nameOf, refOf } from "../../core/model/index.ts";
import { CannotDo } from "../exit.ts";
import type { Manifests } from "./manifests.ts";

export interface Chosen {
  readonly snapshot: Snapshot;
  /** What of the manifests takes no part, and what was assumed; a sentence each. */
  readonly notes: readonly string[];
}

/**
 * The resources of one gateway: the one that is named, else the only one, else the default one. Throws `CannotDo` where
 * that leaves a choice, or nothing.
 */
export function chooseSnapshot({ valid, invalid }: Manifests, name: string | undefined): Chosen {
  const { snapshots, unattached, invalidGateways } = attach(valid, invalid);
  const names = [...snapshots.keys()];
  const snapshot = snapshots.get(name ?? (names.length === 1 ? names[0] : defaultAmong(snapshots)) ?? "");
  if (snapshot !== undefined) return { snapshot, notes: notesOn(snapshot, unattached) };
  if (name !== undefined && invalidGateways.some(({ meta }) => meta.name === name))
    throw new CannotDo(`ApisixGateway ${name} has an invalid spec.`);
  if (names.length === 0) throw new CannotDo("there is no ApisixGateway.");
  const choices = names.join(", ");
  throw new CannotDo(
    name === undefined
      ? `there are several gateways (${choices}) and no single default: --gateway names one.`
      : `there is no ApisixGateway ${name}; there is ${choices}.`,
  );
}

/**
 * The same, where the gateways themselves may be missing, as in a team's folder: one that routes refer to is taken to be
 * there, and without any ApisixGateway at all there is a default one.
 */
export function withImpliedGateways({ valid, invalid }: Manifests): Manifests & { readonly notes: readonly string[] } {
  const known = new Set(
    [...valid, ...invalid].filter(({ kind }) => kind === "ApisixGateway").map(({ meta }) => meta.name),
  );
  const wanted = [...valid.map(gatewayRefOf), ...invalid.map(({ gatewayRef }) => gatewayRef?.name)];
  const named = new Set(wanted.filter((name) => name !== undefined && !known.has(name)));
  const implied = [...named].map((name) => impliedGateway(name ?? "", false));
  const needsDefault = known.size === 0 && (named.size === 0 || wanted.includes(undefined));
  return {
    valid: [...valid, ...implied, ...(needsDefault ? [impliedGateway(unusedName(named), true)] : [])],
    invalid,
    notes: implied.map(
      ({ meta }) => `ApisixGateway ${meta.name} is not among the files; it is taken to be an ordinary one.`,
    ),
  };
}

function gatewayRefOf(manifest: AnyManifest): string | undefined {
  return manifest.kind === "ApisixGateway" ? manifest.meta.name : manifest.spec.gatewayRef?.name;
}

function unusedName(taken: ReadonlySet<string | undefined>): string {
  let name = "default";
  while (taken.has(name)) name += "-";
  return name;
}

function impliedGateway(name: string, isDefault: boolean): GatewayManifest {
  return {
    kind: "ApisixGateway",
    meta: { namespace: "", name, annotations: {}, finalizers: [], isDeleting: false },
    spec: { admin: { urls: [], keyFrom: { namespace: "", name: "", key: "" } }, default: isDefault },
  };
}

function defaultAmong(snapshots: ReadonlyMap<string, Snapshot>): string | undefined {
  const defaults = [...snapshots.values()].filter(({ gateway }) => gateway.spec.default === true);
  return defaults.length === 1 ? defaults[0]?.gateway.meta.name : undefined;
}

function notesOn({ invalid }: Snapshot, unattached: readonly Unattached[]): readonly string[] {
  return [
    ...invalid.map(
      (manifest) =>
        `${nameOf(refOf(manifest))} is not valid and takes no part: ` +
        `${manifest.problems.map(({ path, message }) => `${path} ${message}`).join("; ")}.`,
    ),
    ...unattached.map(({ object, diagnostic }) => `${nameOf(refOf(object))} takes no part: ${diagnostic.message}`),
  ];
}
