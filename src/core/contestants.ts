// Who takes part when priorities are filled: desired routes, routes held at their last good version, foreign routes.
import { effectiveHosts } from "./matcher/index.ts";
import {
  type AdminRoute,
  type AdminService,
  type Contestant,
  type Desired,
  type DesiredRoute,
  type Observed,
  type ObservedObject,
  type Owner,
  type PrioritySource,
  type StandingPriority,
  isOurs,
  ownerLabels,
} from "./model/index.ts";

/**
 * Every route that can contest on this gateway. What we cannot rewrite (foreign routes, and ours that are held) is a
 * fixed point with the number it has; a number that is absent is 0 for the gateway.
 */
export function contestantsOf(desired: Desired, observed: Observed, owner: Owner): readonly Contestant[] {
  const services = new Map(observed.services.map(({ id, value }) => [id, value]));
  const desiredIds = new Set<string>(desired.routes.map(({ id }) => id));
  const heldIds = new Map<string, DesiredRoute["origin"]>(
    desired.held.flatMap(({ kind, id, origin }) => (kind === "routes" && id !== undefined ? [[id, origin]] : [])),
  );
  // Ours without a resource is about to be deleted, so it contests with nobody.
  const isFixed = (route: ObservedObject<"routes">) =>
    !desiredIds.has(route.id) && (heldIds.has(route.id) || !isOurs(route, owner));
  const fixed = observed.routes.filter(isFixed);
  return [
    ...desired.routes.map(fromDesired),
    ...fixed.map((route) => fromObserved(route, services, heldIds.get(route.id))),
  ];
}

function fromDesired({ id, body, explicitPriority, hostsSource, createdAt, origin }: DesiredRoute): Contestant {
  return {
    id,
    route: body,
    explicitPriority,
    hostsSource,
    isForeign: false,
    createdAt,
    namespace: origin.namespace,
    name: origin.name,
  };
}

function fromObserved(
  { id, value }: ObservedObject<"routes">,
  services: ReadonlyMap<string, AdminService>,
  origin: DesiredRoute["origin"] | undefined,
): Contestant {
  return {
    id,
    route: withEffectiveHosts(value, services),
    explicitPriority: value.priority ?? 0,
    hostsSource:
      value.hosts !== undefined || value.host !== undefined
        ? "Route"
        : value.service_id === undefined
          ? "Any"
          : "Service",
    isForeign: true,
    createdAt: undefined,
    namespace: origin?.namespace ?? "",
    name: origin?.name ?? id,
  };
}

/** The route with the hosts written out that it has on the gateway, its own or its service's. */
export function withEffectiveHosts(route: AdminRoute, services: ReadonlyMap<string, AdminService>): AdminRoute {
  const hosts = effectiveHosts(route, services);
  const { host: _host, hosts: _hosts, ...rest } = route;
  return hosts === undefined ? rest : { ...rest, hosts };
}

/** What the gateway holds for our routes, by id: the memory that keeps filled numbers where they are. */
export function standingOf(observed: Observed, owner: Owner): ReadonlyMap<string, StandingPriority> {
  const ours = observed.routes.filter((route) => isOurs(route, owner));
  return new Map(
    ours.map(({ id, value }) => [id, { route: value, priority: value.priority ?? 0, source: sourceOf(value) }]),
  );
}

function sourceOf(route: AdminRoute): PrioritySource | undefined {
  const label = route.labels?.[ownerLabels.prioritySource];
  return label === "Explicit" || label === "Specificity" || label === "Default" ? label : undefined;
}
