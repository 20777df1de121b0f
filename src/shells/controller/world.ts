import { dequal } from "dequal";
import { type AnyManifest, type InvalidManifest, type ResourceKind, resourceKinds } from "../../core/model/index.ts";
import {
  type Change,
  type KubeClient,
  type KubeObject,
  Reflector,
  type ReflectorReport,
  type SyncState,
  customResource,
  trimmed,
} from "../../edges/kubernetes/index.ts";
import { decodeManifest, isInvalid } from "../../wire/crd/index.ts";

export type Held = AnyManifest | InvalidManifest;

export interface WorldOptions {
  readonly client: KubeClient;
  /** Namespaces to watch; empty: all. ApisixGateways are cluster-scoped and always watched. */
  readonly namespaces: readonly string[];
  /** The objects of one difference: what it was, what it is. */
  readonly onChange: (objects: readonly Held[]) => void;
  readonly onState: (kind: ResourceKind, state: SyncState) => void;
  readonly observe?: (kind: ResourceKind, report: ReflectorReport) => void;
}

/** Our custom resources as we last heard of them, decoded once each. */
export class World {
  readonly #gateways: Reflector<Held | undefined>;
  readonly #reflectors: readonly Reflector<Held | undefined>[];
  #hasSynced = false;

  constructor(options: WorldOptions) {
    this.#gateways = reflectorOf("ApisixGateway", "", options);
    const scopes = options.namespaces.length === 0 ? [""] : options.namespaces;
    const attached = resourceKinds.filter((kind) => kind !== "ApisixGateway");
    this.#reflectors = [
      this.#gateways,
      ...attached.flatMap((kind) => scopes.map((namespace) => reflectorOf(kind, namespace, options))),
    ];
  }

  start(): void {
    for (const reflector of this.#reflectors) reflector.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#reflectors.map((reflector) => reflector.stop()));
  }

  /** Every informer has listed once. Never false again. */
  get hasSynced(): boolean {
    this.#hasSynced ||= this.isWhole;
    return this.#hasSynced;
  }

  /** No list is outstanding: what is not here is not in the cluster. */
  get isWhole(): boolean {
    return this.#reflectors.every(({ state }) => state.kind === "synced");
  }

  /** The ApisixGateways alone: there are few of them, and many ask. */
  gateways(): readonly Held[] {
    return this.#gateways.store.values().filter((object) => object !== undefined);
  }

  /** Everything there is, in no particular order. */
  objects(): readonly Held[] {
    return this.#reflectors.flatMap(({ store }) => store.values()).filter((object) => object !== undefined);
  }
}

function reflectorOf(kind: ResourceKind, namespace: string, options: WorldOptions): Reflector<Held | undefined> {
  return new Reflector({
    client: options.client,
    type: customResource(kind),
    namespace,
    transform: (object: KubeObject) => decodeManifest(trimmed(object)),
    onChange: (change) => {
      if (isWorthAPass(change)) options.onChange(objectsOf(change));
    },
    onState: (state) => options.onState(kind, state),
    observe: (report) => options.observe?.(kind, report),
  });
}

/** Our own statuses and finalizers come back as updates; they change nothing that is decided. */
function isWorthAPass(change: Change<Held | undefined>): boolean {
  if (change.kind !== "updated") return true;
  const [before, after] = [change.before?.meta, change.after?.meta];
  return (
    before?.generation !== after?.generation ||
    before?.isDeleting !== after?.isDeleting ||
    !dequal(before?.annotations, after?.annotations)
  );
}

function objectsOf(change: Change<Held | undefined>): readonly Held[] {
  const both = [
    change.kind === "added" ? undefined : change.before,
    change.kind === "deleted" ? undefined : change.after,
  ];
  return both.filter((object) => object !== undefined);
}

/** Valid objects and those that could not be decoded. */
export function sorted(objects: readonly Held[]): {
  readonly manifests: readonly AnyManifest[];
  readonly invalid: readonly InvalidManifest[];
} {
  const manifests: AnyManifest[] = [];
  const invalid: InvalidManifest[] = [];
  for (const object of objects) {
    if (isInvalid(object)) invalid.push(object);
    else manifests.push(object);
  }
  return { manifests, invalid };
}
