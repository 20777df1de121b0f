import {
  type AdminKind,
  type AttachedKind,
  type Desired,
  type DesiredObject,
  type Resolved,
  type ResourceRef,
  adminIdOf,
  kindTraits,
  refOf,
} from "../model/index.ts";
import { instanceOf, isLive } from "./gateway.ts";
import { translatePluginConfig } from "./plugin-config.ts";
import { translateRoute } from "./route.ts";
import { translateService } from "./service.ts";
import { translateUpstream } from "./upstream.ts";

/**
 * Turns resolved resources into Admin objects, each with its origin. What has a problem is held: the gateway keeps
 * what it has for it. Priorities are still the authors' own; lists are in the order of the ids.
 */
export function translate(resolved: Resolved): Desired {
  const instance = instanceOf(resolved.snapshot.gateway);
  const usable = ({ problems }: { readonly problems: readonly unknown[] }) => problems.length === 0;
  return {
    routes: byId(resolved.routes.filter(usable).map((route) => translateRoute(route, instance))),
    services: byId(resolved.services.filter(usable).map((service) => translateService(service, instance))),
    upstreams: byId(resolved.upstreams.map((upstream) => translateUpstream(upstream, instance))),
    plugin_configs: byId(resolved.pluginConfigs.map((config) => translatePluginConfig(config, instance))),
    held: heldOf(resolved),
  };
}

function heldOf(resolved: Resolved): Desired["held"] {
  const broken = [...resolved.routes, ...resolved.services].filter(({ problems }) => problems.length > 0);
  const refs = [
    ...broken.map(({ manifest }) => refOf(manifest)),
    ...resolved.snapshot.invalid.filter(isLive).map(refOf),
    ...(resolved.snapshot.undecided ?? []),
  ];
  return byId(refs.filter(isAttached).map((origin) => ({ kind: adminKindOf(origin), id: adminIdOf(origin), origin })));
}

function isAttached(ref: ResourceRef): ref is ResourceRef & { readonly kind: AttachedKind } {
  return ref.kind !== "ApisixGateway";
}

function adminKindOf(ref: { readonly kind: AttachedKind }): AdminKind {
  return kindTraits[ref.kind].adminKind;
}

function byId<Item extends Pick<DesiredObject, "id">>(items: readonly Item[]): readonly Item[] {
  return items.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
