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

/** `namespace/name`. */
export function routeKey({ namespace, name }: Pick<ResourceRef, "namespace" | "name">): string {
  return `${namespace}/${name}`;
}
