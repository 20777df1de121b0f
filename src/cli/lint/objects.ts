import { attach, referencesIn, resolve, withoutReference } from "../../core/desired/index.ts";
import {
  type AnyManifest,
  type AttachedManifest,
  type Diagnostic,
  type GatewayManifest,
  type InvalidManifest,
  type RouterFlavor,
  type Snapshot,
  byKind,
  everyAttached,
  everyResolved,
  keyOf,
  refOf,
} from "../../core/model/index.ts";

/** What files hold, by gateway, ready to be judged without a cluster. */
export interface FileObjects {
  readonly snapshots: readonly Snapshot[];
  /** References to what the files don't hold, and objects that have no gateway. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * A gateway that no file describes is there all the same, in the cluster: it is imagined with `router`. A reference to an
 * object that no file holds is a warning, not an error: it may be in the cluster, but nothing that depends on it can be
 * judged from here. Where it has no say in what a route matches, the route is judged without it.
 */
export function fileObjects(
  manifests: readonly AnyManifest[],
  invalid: readonly InvalidManifest[],
  router: RouterFlavor,
): FileObjects {
  const all = [...manifests, ...imaginedGateways(manifests, invalid, router)];
  const { snapshots, unattached } = attach(all, invalid);
  const known = new Set([...manifests, ...invalid].map((object) => keyOf(refOf(object))));
  const isMissing = ({ related: [target] }: Diagnostic) => target !== undefined && !known.has(keyOf(target.ref));
  const missing = [...snapshots.values()].flatMap((snapshot) => {
    return everyResolved(resolve(snapshot)).flatMap(({ problems }) => problems.filter(isMissing));
  });
  return {
    snapshots: [...snapshots.values()].map((snapshot) => withoutMissing(snapshot, known)),
    diagnostics: [...unattached.map(({ diagnostic }) => diagnostic), ...missing.map(asWarning)],
  };
}

/** Whether `fileObjects` has told this already, as a warning. */
export function isToldAsMissing(
  { code, related: [target] }: Diagnostic,
  objects: readonly (AnyManifest | InvalidManifest)[],
): boolean {
  return (
    code === "ReferenceNotFound" &&
    target !== undefined &&
    !objects.some((object) => keyOf(refOf(object)) === keyOf(target.ref))
  );
}

function asWarning(diagnostic: Diagnostic): Diagnostic {
  return {
    ...diagnostic,
    severity: "warning",
    message: diagnostic.message.replace("is not on this gateway", "is not in these files"),
    why: "Only the given files are looked at; the object may well be in the cluster.",
    fix: "Correct the name, or give lint the file that holds the object.",
  };
}

/** One for each name that is asked for and not described, and a default where nothing else is one. */
function imaginedGateways(
  manifests: readonly AnyManifest[],
  invalid: readonly InvalidManifest[],
  router: RouterFlavor,
): readonly GatewayManifest[] {
  const described = [...manifests, ...invalid].filter(({ kind }) => kind === "ApisixGateway");
  const names = new Set(described.map(({ meta }) => meta.name));
  const attached = manifests.filter((object): object is AttachedManifest => object.kind !== "ApisixGateway");
  const wanted = [
    ...attached.map(({ spec }) => spec.gatewayRef?.name),
    ...invalid.map(({ gatewayRef }) => gatewayRef?.name),
  ];
  const asked = new Set(wanted.filter((name) => name !== undefined && !names.has(name)));
  const hasDefault = manifests.some((object) => object.kind === "ApisixGateway" && object.spec.default === true);
  return [
    ...[...asked].flatMap((name) => (name === undefined ? [] : [imagined(name, router, false)])),
    ...(hasDefault ? [] : [imagined(unusedName(new Set([...names, ...asked])), router, true)]),
  ];
}

function unusedName(taken: ReadonlySet<string | undefined>): string {
  let name = "default";
  while (taken.has(name)) name += "-";
  return name;
}

function imagined(name: string, router: RouterFlavor, isDefault: boolean): GatewayManifest {
  return {
    kind: "ApisixGateway",
    meta: { namespace: "", name, annotations: {}, finalizers: [], isDeleting: false },
    spec: { admin: { urls: [], keyFrom: { namespace: "", name: "", key: "" } }, router, default: isDefault },
  };
}

/** Without references to what is not there, as far as they say nothing of the requests that a route takes. */
function withoutMissing(snapshot: Snapshot, known: ReadonlySet<string>): Snapshot {
  return { ...snapshot, attached: byKind(everyAttached(snapshot).map((object) => withoutMissingIn(object, known))) };
}

function withoutMissingIn(object: AttachedManifest, known: ReadonlySet<string>): AttachedManifest {
  const missing = referencesIn(object).filter(({ target }) => !known.has(keyOf(target)));
  // Without the service nobody knows the hosts of a route that names none.
  const needed = object.kind === "GatewayRoute" && object.spec.hosts === undefined ? "serviceRef" : undefined;
  return missing
    .filter(({ field }) => field !== needed)
    .reduce<AttachedManifest>((without, { field }) => withoutReference(without, field), object);
}
