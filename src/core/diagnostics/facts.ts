import type {
  Contestant,
  Desired,
  DesiredRoute,
  Diagnostic,
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
  /** Every route that takes part on the gateway: desired, held at their last good version, foreign. */
  readonly contestants: readonly Contestant[];
  readonly flavor: RouterFlavor;
  /** What the gateway says it is, `3.18.0`; `undefined` where nobody asked. */
  readonly gatewayVersion: string | undefined;
  /** What was found on the way to the desired state. */
  readonly problems: readonly Diagnostic[];
}

/** A route as resolved and as translated. */
export interface RoutePair {
  readonly resolved: ResolvedRoute;
  readonly desired: DesiredRoute;
}

/** The routes of each service, by the service's `namespace/name`, in the order of the ids. */
export function routesByService(facts: Pick<Facts, "resolved" | "desired">): ReadonlyMap<string, readonly RoutePair[]> {
  const resolvedByKey = new Map(
    facts.resolved.objects.GatewayRoute.map((route) => [routeKey(route.manifest.meta), route]),
  );
  const pairs = facts.desired.routes.flatMap((desired): RoutePair[] => {
    const resolved = resolvedByKey.get(routeKey(desired.origin));
    return resolved?.targets.serviceRef === undefined ? [] : [{ resolved, desired }];
  });
  return Map.groupBy(pairs, ({ resolved }) =>
    routeKey(resolved.targets.serviceRef?.meta ?? { namespace: "", name: "" }),
  );
}

export function routeKey({ namespace, name }: Pick<ResourceRef, "namespace" | "name">): string {
  return `${namespace}/${name}`;
}
