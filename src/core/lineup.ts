// Who takes part when priorities are filled: desired routes, routes held at their last good version, foreign routes.
import { absorb, type Changes, changesBetween, finderIn, patched, union } from "./changes/index.ts";
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
  type ResourceRef,
  type StandingPriority,
  compareIds,
  isOurs,
  originLabelOf,
  ownerLabels,
} from "./model/index.ts";

export interface Lineup {
  /** In the order of the ids. */
  readonly contestants: readonly Contestant[];
  /** What is new or may be another than the last time. */
  readonly put: readonly Contestant[];
  readonly removed: readonly string[];
  /** What the gateway holds for a route if it is ours: the memory that keeps filled numbers. */
  readonly standsFor: (id: string) => StandingPriority | undefined;
}

/**
 * Every route that can contest on this gateway. What we cannot rewrite (foreign routes, and ours that are held) is a
 * fixed point with the number it has; a number that is absent is 0 for the gateway. Ours without a resource is about to be
 * deleted, so it contests with nobody.
 *
 * Takes one state after another; only what is another object than before is looked at.
 */
export function makeLineup(owner: Owner): (desired: Desired, observed: Observed) => Lineup {
  const observedById = new Map<string, ObservedObject<"routes">>();
  let heldById: ReadonlyMap<string, ResourceRef> = new Map();
  let services: ReadonlyMap<string, AdminService> = new Map();
  let [routes, observedRoutes, observedServices]: [readonly DesiredRoute[], Observed["routes"], Observed["services"]] =
    [[], [], []];
  let contestants: readonly Contestant[] = [];
  return (desired, observed) => {
    const unsettled = takeIn(desired, observed);
    // Both lists are in the order of the ids: maps beside them would cost more than a search for each.
    const [desiredFor, before] = [finderIn(routes), finderIn(contestants)];
    const removed: string[] = [];
    const [gone, come]: [Contestant[], Contestant[]] = [[], []];
    for (const id of unsettled) {
      const left = before(id);
      const contestant = contestantFor(id, desiredFor(id));
      if (left !== undefined) gone.push(left);
      if (contestant !== undefined) come.push(contestant);
      else if (left !== undefined) removed.push(id);
    }
    contestants = patched(contestants, { gone, come }, compareIds);
    return { contestants, put: come, removed, standsFor };
  };

  /** Ids of all routes for which something changed. */
  function takeIn(desired: Desired, observed: Observed): Iterable<string> {
    const wanted = idsIn(changesBetween(routes, desired.routes), finderIn(desired.routes));
    const standing = absorb(observedById, changesBetween(observedRoutes, observed.routes));
    const held = heldIn(desired, observed);
    const others = [...heldById.keys(), ...held.keys()];
    if (observed.services !== observedServices) {
      services = new Map(observed.services.map(({ id, value }) => [id, value]));
      for (const { id, isForeign } of contestants) if (isForeign) others.push(id);
    }
    const moved = union(wanted, standing);
    const unsettled = others.length === 0 ? moved : new Set([...moved, ...others]);
    [routes, observedRoutes, observedServices, heldById] = [desired.routes, observed.routes, observed.services, held];
    return unsettled;
  }

  /** Under the id that its resource has, and under one that it had before. */
  function heldIn({ held }: Desired, observed: Observed): ReadonlyMap<string, ResourceRef> {
    const ofRoutes = held.filter(({ kind }) => kind === "routes");
    if (ofRoutes.length === 0) return new Map();
    const byLabel = new Map(ofRoutes.map(({ origin }) => [originLabelOf(origin), origin]));
    const made = observed.routes.flatMap((route): [string, ResourceRef][] => {
      const origin = byLabel.get(route.value.labels?.[ownerLabels.origin] ?? "");
      return origin !== undefined && isOurs(route, owner) ? [[route.id, origin]] : [];
    });
    return new Map([
      ...ofRoutes.flatMap(({ id, origin }): [string, ResourceRef][] => (id === undefined ? [] : [[id, origin]])),
      ...made,
    ]);
  }

  function contestantFor(id: string, wanted: DesiredRoute | undefined): Contestant | undefined {
    if (wanted !== undefined) return fromDesired(wanted);
    const there = observedById.get(id);
    const held = heldById.get(id);
    if (there === undefined || (held === undefined && isOurs(there, owner))) return undefined;
    return fromObserved(there, services, held);
  }

  function standsFor(id: string): StandingPriority | undefined {
    const there = observedById.get(id);
    if (there === undefined || !isOurs(there, owner)) return undefined;
    const { value } = there;
    return { route: value, priority: value.priority ?? 0, source: sourceOf(value) };
  }
}

/** Each once. */
function idsIn(
  { gone, come }: Changes<DesiredRoute>,
  isThere: (id: string) => DesiredRoute | undefined,
): readonly string[] {
  const ids = come.map(({ id }) => id);
  for (const { id } of gone) if (isThere(id) === undefined) ids.push(id);
  return ids;
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
  origin: ResourceRef | undefined,
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

function sourceOf(route: AdminRoute): PrioritySource | undefined {
  const label = route.labels?.[ownerLabels.prioritySource];
  return label === "Explicit" || label === "Specificity" || label === "Default" ? label : undefined;
}
