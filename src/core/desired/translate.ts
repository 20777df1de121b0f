import {
  type AdminId,
  type AnyDesired,
  type AnyResolved,
  type AttachedKind,
  type Desired,
  type HeldObject,
  type Resolved,
  type ResolvedObject,
  type ResourceRef,
  desiredOf,
  everyResolved,
  idOnGateway,
  kindTraits,
  metadataIdOf,
  refOf,
} from "../model/index.ts";
import { translateConsumerGroup } from "./consumer-group.ts";
import { translateConsumer } from "./consumer.ts";
import { instanceOf, isLive } from "./gateway.ts";
import { translateGlobalRule } from "./global-rule.ts";
import { translatePluginConfig } from "./plugin-config.ts";
import { translatePluginMetadata } from "./plugin-metadata.ts";
import { translateProto } from "./proto.ts";
import { translateRoute } from "./route.ts";
import { translateService } from "./service.ts";
import { translateStreamRoute } from "./stream-route.ts";
import { translateUpstream } from "./upstream.ts";

type Translators = {
  readonly [Kind in AttachedKind]: (object: ResolvedObject<Kind>, instance: string) => readonly AnyDesired[];
};

/** What each kind becomes. One more is one more file and one more line here. */
const translators: Translators = {
  GatewayRoute: (route, instance) => [translateRoute(route, instance)],
  GatewayService: (service, instance) => [translateService(service, instance)],
  GatewayUpstream: (upstream, instance) => [translateUpstream(upstream, instance)],
  GatewayPluginConfig: (config, instance) => [translatePluginConfig(config, instance)],
  GatewayGlobalRule: translateGlobalRule,
  GatewayPluginMetadata: translatePluginMetadata,
  GatewayConsumer: translateConsumer,
  GatewayConsumerGroup: translateConsumerGroup,
  GatewayStreamRoute: translateStreamRoute,
  GatewayProto: translateProto,
};

/**
 * Turns resolved resources into Admin objects, each with its origin. What has a problem is held: the gateway keeps
 * what it has for it. Priorities are still the authors' own; lists are in the order of the ids.
 */
export function translate(resolved: Resolved): Desired {
  const instance = instanceOf(resolved.snapshot.gateway);
  const made = everyResolved(resolved)
    .filter(({ problems }) => problems.length === 0)
    .flatMap((object) => translatorOf(object.manifest.kind)(object, instance));
  return desiredOf(byId(made), heldOf(resolved, instance));
}

function translatorOf(kind: AttachedKind): (object: AnyResolved, instance: string) => readonly AnyDesired[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each is called with objects of its own kind
  return translators[kind] as (object: AnyResolved, instance: string) => readonly AnyDesired[];
}

function heldOf(resolved: Resolved, instance: string): Desired["held"] {
  const broken = everyResolved(resolved).filter(({ problems }) => problems.length > 0);
  const { invalid, undecided = [] } = resolved.snapshot;
  const refs = [...invalid.filter(isLive).map(refOf), ...undecided].filter(isAttached);
  return byId([
    ...broken.map(({ manifest }) => {
      const id = manifest.kind === "GatewayPluginMetadata" ? metadataIdOf(manifest.spec.pluginName) : undefined;
      return heldObject({ ...refOf(manifest), kind: manifest.kind }, instance, id);
    }),
    ...refs.map((ref) => heldObject(ref, instance)),
  ]);
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

function byId<Item extends { readonly id?: AdminId }>(items: readonly Item[]): readonly Item[] {
  return items.toSorted((a, b) => ((a.id ?? "") < (b.id ?? "") ? -1 : Number((a.id ?? "") > (b.id ?? ""))));
}
