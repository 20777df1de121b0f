import { type Changes, changesBetween, eachOnce, patched, presentIn } from "../changes/index.ts";
import {
  type AdminId,
  type AdminKind,
  type AnyDesired,
  type AnyResolved,
  type AttachedKind,
  type AttachedManifest,
  type Desired,
  type HeldObject,
  type Resolved,
  type ResolvedObject,
  type ResourceRef,
  type Snapshot,
  adminKinds,
  annotations,
  attachedKinds,
  compareIds,
  compareText,
  idOfResource,
  idOnGateway,
  kindTraits,
  refOf,
} from "../model/index.ts";
import { translateCertificate } from "./certificate.ts";
import { translateConsumerGroup } from "./consumer-group.ts";
import { translateConsumer } from "./consumer.ts";
import { instanceOf, isLive } from "./gateway.ts";
import { translateGlobalRule } from "./global-rule.ts";
import { translatePluginConfig } from "./plugin-config.ts";
import { translatePluginMetadata } from "./plugin-metadata.ts";
import { translateProto } from "./proto.ts";
import { translateRoute } from "./route.ts";
import { translateSecretProvider } from "./secret-provider.ts";
import { translateService } from "./service.ts";
import { type Context, contextOf } from "./source-values.ts";
import { translateStreamRoute } from "./stream-route.ts";
import { translateUpstream } from "./upstream.ts";

type Translators = {
  readonly [Kind in AttachedKind]: (object: ResolvedObject<Kind>, context: Context) => readonly AnyDesired[];
};

/** What each kind becomes. One more is one more file and one more line here. */
const translators: Translators = {
  GatewayRoute: translateRoute,
  GatewayService: translateService,
  GatewayUpstream: translateUpstream,
  GatewayPluginConfig: translatePluginConfig,
  GatewayGlobalRule: translateGlobalRule,
  GatewayPluginMetadata: translatePluginMetadata,
  GatewayConsumer: translateConsumer,
  GatewayConsumerGroup: translateConsumerGroup,
  GatewayStreamRoute: translateStreamRoute,
  GatewayProto: translateProto,
  GatewayCertificate: translateCertificate,
  GatewaySecretProvider: translateSecretProvider,
};

/**
 * Turns resolved resources into Admin objects, each with its origin. What has a problem is held: the gateway keeps
 * what it has for it. Priorities are still the authors' own; lists are in the order of the ids.
 */
export function translate(resolved: Resolved): Desired {
  return makeTranslator(instanceOf(resolved.snapshot.gateway))(resolved);
}

/** Translates one state after another, for one instance. What is made of the very object of before is so, too. */
export function makeTranslator(instance: string): (resolved: Resolved) => Desired {
  const shelves = new Map(attachedKinds.map((kind) => [kind, makeShelf(kind, instance)]));
  const sorted = new Map<AdminKind, readonly AnyDesired[]>();
  return ({ objects, snapshot }) => {
    const shelved = attachedKinds.flatMap((kind) => shelves.get(kind)?.(objects[kind]) ?? []);
    const [gone, come] = [
      byAdminKind(shelved.map((shelf) => shelf.gone)),
      byAdminKind(shelved.map((shelf) => shelf.come)),
    ];
    for (const kind of adminKinds) {
      const changes = { gone: gone.get(kind) ?? [], come: come.get(kind) ?? [] };
      sorted.set(kind, patched(sorted.get(kind) ?? [], changes, compareIds));
    }
    const broken = shelved.flatMap((shelf) => shelf.broken);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each list holds objects of its own kind only
    return { ...(Object.fromEntries(sorted) as unknown as Desired), held: heldOf(broken, snapshot, instance) };
  };
}

/** What the resources of each kind became, by what it is on the gateway. */
function byAdminKind(
  shelves: readonly (readonly (readonly AnyDesired[])[])[],
): ReadonlyMap<AdminKind, readonly AnyDesired[]> {
  const lists = new Map<AdminKind, AnyDesired[]>();
  for (const made of shelves) {
    for (const objects of made) {
      for (const object of objects) {
        const list = lists.get(object.kind);
        if (list === undefined) lists.set(object.kind, [object]);
        else list.push(object);
      }
    }
  }
  return lists;
}

/** What became of the resources of one kind since the last time; resources with a problem are `broken`. */
interface Shelved extends Changes<readonly AnyDesired[]> {
  readonly broken: readonly AnyResolved[];
}

function makeShelf(kind: AttachedKind, instance: string): (objects: readonly AnyResolved[]) => Shelved {
  const translateOne = translatorOf(kind);
  const plain = contextOf({ values: new Map() }, instance);
  const each = eachOnce((object: AnyResolved) =>
    object.problems.length === 0
      ? adopted(
          translateOne(object, object.values.size === 0 ? plain : contextOf(object, instance)),
          object.manifest,
          instance,
        )
      : undefined,
  );
  let before: readonly (readonly AnyDesired[])[] = [];
  return (objects) => {
    const made = each(objects);
    const broken = made.includes(undefined) ? objects.filter((_, at) => made[at] === undefined) : [];
    const present = presentIn(made);
    const changes = changesBetween(before, present);
    before = present;
    return { ...changes, broken };
  };
}

/** The annotation names the id that it is about, so that an object under another id is not taken by mistake. */
function adopted(objects: readonly AnyDesired[], manifest: AttachedManifest, instance: string): readonly AnyDesired[] {
  const named = manifest.meta.annotations[annotations.adopt];
  if (named === undefined || named !== idOfResource(manifest, instance)) return objects;
  return objects.map((object) => ({ ...object, isAdoption: true }));
}

function translatorOf(kind: AttachedKind): (object: AnyResolved, context: Context) => readonly AnyDesired[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each is called with objects of its own kind
  return translators[kind] as (object: AnyResolved, context: Context) => readonly AnyDesired[];
}

function heldOf(
  broken: readonly AnyResolved[],
  { invalid, undecided = [] }: Snapshot,
  instance: string,
): Desired["held"] {
  const refs = [...invalid.filter(isLive).map(refOf), ...undecided].filter(isAttached);
  const held = [
    ...broken.map(({ manifest }) =>
      heldObject({ ...refOf(manifest), kind: manifest.kind }, instance, idOfResource(manifest, instance)),
    ),
    ...refs.map((ref) => heldObject(ref, instance)),
  ];
  return held.sort((a, b) => compareText(a.id ?? "", b.id ?? ""));
}

/** What stays as it is on the gateway for a resource. */
export function heldObject(
  origin: ResourceRef & { readonly kind: AttachedKind },
  instance: string,
  id: AdminId | undefined = idOnGateway(origin, instance),
): HeldObject {
  return { kind: kindTraits[origin.kind].adminKind, ...(id !== undefined && { id }), origin };
}

function isAttached(ref: ResourceRef): ref is ResourceRef & { readonly kind: AttachedKind } {
  return ref.kind !== "ApisixGateway";
}
