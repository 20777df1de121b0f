import type {
  Desired,
  DesiredRoute,
  ObservedObject,
  Priorities,
  Resolved,
  ResolvedRoute,
  ResourceRef,
  RouterFlavor,
} from "../model/index.ts";

/** Everything a rule may look at. */
export interface Facts {
  readonly resolved: Resolved;
  readonly desired: Desired;
  readonly priorities: Priorities;
  /** Routes on the gateway that are not ours. */
  readonly foreignRoutes: readonly ObservedObject<"routes">[];
  readonly flavor: RouterFlavor;
  /** Do two desired routes contest: can one request satisfy both and find both in one bucket? */
  readonly doContest: (a: DesiredRoute, b: DesiredRoute) => boolean;
}

/** A route as resolved and as translated. */
export interface RoutePair {
  readonly resolved: ResolvedRoute;
  readonly desired: DesiredRoute;
}

/** The routes of each service, by the service's `namespace/name`, in the order of the ids. */
export function routesByService(facts: Facts): ReadonlyMap<string, readonly RoutePair[]> {
  const resolvedByKey = new Map(facts.resolved.routes.map((route) => [routeKey(route.manifest.meta), route]));
  const pairs = facts.desired.routes.flatMap((desired): RoutePair[] => {
    const resolved = resolvedByKey.get(routeKey(desired.origin));
    return resolved?.service === undefined ? [] : [{ resolved, desired }];
  });
  return Map.groupBy(pairs, ({ resolved }) => routeKey(resolved.service?.meta ?? { namespace: "", name: "" }));
}

export function routeKey({ namespace, name }: Pick<ResourceRef, "namespace" | "name">): string {
  return `${namespace}/${name}`;
}
