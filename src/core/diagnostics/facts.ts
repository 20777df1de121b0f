import type { Contestant, Desired, Diagnostic, Priorities, Resolved, RouterFlavor } from "../model/index.ts";
import type { Match } from "../precedence/index.ts";

/** Everything a rule may look at. */
export interface Facts {
  readonly resolved: Resolved;
  readonly desired: Desired;
  readonly priorities: Priorities;
  /** Every route that takes part on the gateway: desired, held at their last good version, foreign. */
  readonly contestants: readonly Contestant[];
  /** How a contestant matches, by its id. */
  readonly matchOf: (id: string) => Match | undefined;
  readonly flavor: RouterFlavor;
  /** What the gateway says it is, `3.18.0`; `undefined` where nobody asked. */
  readonly gatewayVersion: string | undefined;
  /** What was found on the way to the desired state. */
  readonly problems: readonly Diagnostic[];
}
