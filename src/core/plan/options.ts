import type { KindDefaults } from "./defaults.ts";

export interface PlanOptions {
  /** Objects with this label value are ours. */
  readonly instance: string;
  /** At most so many deletions without approval; default: 10, or a fifth of our objects if that is more. */
  readonly maxDeletes?: number;
  /** How many deletions a person has approved, as long as the approval stands; a pass that dies midway goes on. */
  readonly approvedDeletions?: number;
  /** Route id → ids of the routes whose write or deletion must come first, so that no request changes hands midway. */
  readonly routeWaits: ReadonlyMap<string, readonly string[]>;
  /** What the gateway fills in, where it was learned. */
  readonly defaults?: KindDefaults;
}
