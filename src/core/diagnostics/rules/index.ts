import type { DiagnosticCode } from "../../model/index.ts";
import type { WatchMaker } from "../watch.ts";
import { ambiguousMatch } from "./ambiguous-match.ts";
import { contradictoryOrder } from "./contradictory-order.ts";
import { duplicateRoute } from "./duplicate-route.ts";
import { foreignContest } from "./foreign-contest.ts";
import { hostsInherited } from "./hosts-inherited.ts";
import { hostsOverridden } from "./hosts-overridden.ts";
import { inheritedHostContest } from "./inherited-host-contest.ts";
import { neverMatches } from "./never-matches.ts";
import { priorityHasNoEffect } from "./priority-has-no-effect.ts";
import { priorityRangeExhausted } from "./priority-range-exhausted.ts";
import { priorityTie } from "./priority-tie.ts";
import { referenceNotFound } from "./reference-not-found.ts";
import { routerMismatch } from "./router-mismatch.ts";
import { shadowed } from "./shadowed.ts";
import { unparsableAddress } from "./unparsable-address.ts";

export interface Rule {
  readonly code: DiagnosticCode;
  readonly watch: WatchMaker;
}

/** Each looks at everything and knows nothing of the others. */
export const rules: readonly Rule[] = [
  { code: "ReferenceNotFound", watch: referenceNotFound },
  { code: "HostsInherited", watch: hostsInherited },
  { code: "HostsOverridden", watch: hostsOverridden },
  { code: "InheritedHostContest", watch: inheritedHostContest },
  { code: "PriorityTie", watch: priorityTie },
  { code: "AmbiguousMatch", watch: ambiguousMatch },
  { code: "ContradictoryOrder", watch: contradictoryOrder },
  { code: "PriorityRangeExhausted", watch: priorityRangeExhausted },
  { code: "PriorityHasNoEffect", watch: priorityHasNoEffect },
  { code: "Shadowed", watch: shadowed },
  { code: "DuplicateRoute", watch: duplicateRoute },
  { code: "NeverMatches", watch: neverMatches },
  { code: "RouterMismatch", watch: routerMismatch },
  { code: "ForeignContest", watch: foreignContest },
  { code: "UnparsableAddress", watch: unparsableAddress },
];
