import type { AdminRoute, Owner } from "../model/index.ts";

export interface PlanOptions extends Owner {
  /** At most so many deletions without approval; default: 10, or a fifth of our objects if that is more. */
  readonly maxDeletes?: number;
  /** How many deletions a person has approved, as long as the approval stands; a pass that dies midway goes on. */
  readonly approvedDeletions?: number;
  /**
   * Route id → ids of the routes whose write or deletion must come first, so that no request changes hands midway. Asked
   * once; `changes` are all routes that will be written or deleted, in the order of their ids.
   */
  readonly routeWaits: (changes: () => readonly RouteChange[]) => ReadonlyMap<string, readonly string[]>;
}

/** A route as it stands, and as it shall be; one of the two may be absent. */
export interface RouteChange {
  readonly id: string;
  readonly before: AdminRoute | undefined;
  readonly after: AdminRoute | undefined;
}
