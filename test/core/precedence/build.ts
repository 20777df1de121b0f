import type { AdminRoute, Contestant, HostsSource } from "../../../src/core/model/index.ts";

/** A contestant in a test: what the route says, and what differs from the usual. */
export interface Draft extends AdminRoute {
  readonly id: string;
  readonly explicit?: number;
  readonly from?: HostsSource;
  readonly foreign?: boolean;
  /** Seconds. */
  readonly born?: number;
}

export function contestant({ explicit, from, foreign = false, born, ...route }: Draft): Contestant {
  return {
    id: route.id,
    route,
    explicitPriority: foreign ? (explicit ?? 0) : explicit,
    hostsSource: from ?? (route.hosts === undefined && route.host === undefined ? "Any" : "Route"),
    isForeign: foreign,
    createdAt: born === undefined ? undefined : new Date(born * 1000).toISOString(),
    namespace: foreign ? "" : "ns",
    name: route.id,
  };
}
