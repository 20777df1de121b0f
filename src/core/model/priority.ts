import type { AdminRoute } from "./admin.ts";
import type { HostsSource } from "./desired.ts";

export type PrioritySource = "Explicit" | "Specificity" | "Default";

/**
 * A route as precedence weighs it. `route.hosts` are the effective hosts, already written out (absent: any host).
 * `explicitPriority` of a foreign route is its number, or 0.
 */
export interface Contestant {
  /** Admin id; unique. */
  readonly id: string;
  readonly route: AdminRoute;
  readonly explicitPriority: number | undefined;
  readonly hostsSource: HostsSource;
  /** Not ours: a fixed point that is never rewritten. */
  readonly isForeign: boolean;
  /** RFC 3339; `undefined` where unknown (files). */
  readonly createdAt: string | undefined;
  /** "" for foreign routes. */
  readonly namespace: string;
  readonly name: string;
}

/** What the gateway holds now for one of our routes. */
export interface StandingPriority {
  readonly route: AdminRoute;
  readonly priority: number;
  /** From the label on the gateway's route; `undefined` where the label is missing or unknown. */
  readonly source: PrioritySource | undefined;
}

/** A pair of contesting routes and what decided between them. */
export interface Outranking {
  readonly id: string;
  /** Name of the criterion: `exact host`, `explicit number`, `older`, … */
  readonly criterion: string;
}

export interface FilledPriority {
  readonly id: string;
  readonly value: number;
  readonly source: PrioritySource;
  /** In words, without names of other routes: "stands above 2 routes by exact host and below 1 by methods". */
  readonly reason: string;
  /** Contesting routes right below and right above, nearest first, at most ten each. */
  readonly outranks: readonly Outranking[];
  readonly outrankedBy: readonly Outranking[];
  readonly outranksCount: number;
  readonly outrankedByCount: number;
}

export type PriorityFinding =
  | { readonly code: "PriorityTie"; readonly id: string; readonly other: string; readonly priority: number }
  | { readonly code: "AmbiguousMatch"; readonly id: string; readonly other: string; readonly decidedBy: string }
  | {
      readonly code: "ContradictoryOrder";
      readonly id: string;
      readonly others: readonly string[];
      readonly cure: string;
    }
  | {
      readonly code: "PriorityRangeExhausted";
      readonly id: string;
      readonly others: readonly string[];
      readonly cure: string;
    };

export interface Priorities {
  /** By id; every contestant that is not foreign has one. */
  readonly byId: ReadonlyMap<string, FilledPriority>;
  readonly findings: readonly PriorityFinding[];
}
