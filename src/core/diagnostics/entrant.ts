import type { AdminRoute, DesiredRoute, ResourceRef } from "../model/index.ts";
import type { Match } from "../precedence/index.ts";
import type { Conjunct } from "./conjuncts.ts";

/** A route that takes part in the router. */
export interface Entrant {
  readonly id: string;
  /** Effective hosts written out; what stands as its priority is `number`. */
  readonly route: AdminRoute;
  readonly number: number;
  readonly match: Match;
  readonly conjuncts: readonly Conjunct[];
  /** The resource to blame; `undefined` for a foreign route. Held routes have one, too. */
  readonly origin: ResourceRef | undefined;
  /** What it shall become; `undefined` for foreign and held ones. */
  readonly desired: DesiredRoute | undefined;
}

/** Uris as one list, however the route spells them. */
export function urisOf({ uri, uris }: AdminRoute): readonly string[] {
  return uris ?? (uri === undefined ? [] : [uri]);
}

export function addressesOf({ remote_addr: one, remote_addrs: many }: AdminRoute): readonly string[] | undefined {
  return many ?? (one === undefined ? undefined : [one]);
}
