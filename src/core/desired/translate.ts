import {
  type AnyDesired,
  type AnyResolved,
  type AttachedKind,
  type Desired,
  type DesiredObject,
  type Resolved,
  type ResolvedObject,
  type ResourceRef,
  adminIdOf,
  desiredOf,
  everyResolved,
  kindTraits,
  refOf,
} from "../model/index.ts";
import { instanceOf, isLive } from "./gateway.ts";
import { translatePluginConfig } from "./plugin-config.ts";
import { translateRoute } from "./route.ts";
import { translateService } from "./service.ts";
import { translateUpstream } from "./upstream.ts";

type Translators = {
  readonly [Kind in AttachedKind]: (object: ResolvedObject<Kind>, instance: string) => AnyDesired;
};

/** What each kind becomes. One more is one more file and one more line here. */
const translators: Translators = {
  GatewayRoute: translateRoute,
  GatewayService: translateService,
  GatewayUpstream: translateUpstream,
  GatewayPluginConfig: translatePluginConfig,
};

/**
 * Turns resolved resources into Admin objects, each with its origin. What has a problem is held: the gateway keeps
 * what it has for it. Priorities are still the authors' own; lists are in the order of the ids.
 */
export function translate(resolved: Resolved): Desired {
  const instance = instanceOf(resolved.snapshot.gateway);
  const made = everyResolved(resolved)
    .filter(({ problems }) => problems.length === 0)
    .map((object) => translatorOf(object.manifest.kind)(object, instance));
  return desiredOf(byId(made), heldOf(resolved));
}

function translatorOf(kind: AttachedKind): (object: AnyResolved, instance: string) => AnyDesired {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each is called with objects of its own kind
  return translators[kind] as (object: AnyResolved, instance: string) => AnyDesired;
}

function heldOf(resolved: Resolved): Desired["held"] {
  const broken = everyResolved(resolved).filter(({ problems }) => problems.length > 0);
  const { invalid, undecided = [] } = resolved.snapshot;
  const refs = [...broken.map(({ manifest }) => refOf(manifest)), ...invalid.filter(isLive).map(refOf), ...undecided];
  return byId(
    refs.filter(isAttached).map((origin) => ({
      kind: kindTraits[origin.kind].adminKind,
      id: adminIdOf(origin),
      origin,
    })),
  );
}

function isAttached(ref: ResourceRef): ref is ResourceRef & { readonly kind: AttachedKind } {
  return ref.kind !== "ApisixGateway";
}

function byId<Item extends Pick<DesiredObject, "id">>(items: readonly Item[]): readonly Item[] {
  return items.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
