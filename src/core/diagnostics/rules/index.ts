import type { Diagnostic, DiagnosticCode } from "../../model/index.ts";
import type { Scene } from "../scene.ts";
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
  readonly find: (scene: Scene) => readonly Diagnostic[];
}

/** Each looks at everything and knows nothing of the others. */
export const rules: readonly Rule[] = [
  { code: "ReferenceNotFound", find: referenceNotFound },
  { code: "HostsInherited", find: hostsInherited },
  { code: "HostsOverridden", find: hostsOverridden },
  { code: "InheritedHostContest", find: inheritedHostContest },
  { code: "PriorityTie", find: priorityTie },
  { code: "AmbiguousMatch", find: ambiguousMatch },
  { code: "ContradictoryOrder", find: contradictoryOrder },
  { code: "PriorityRangeExhausted", find: priorityRangeExhausted },
  { code: "PriorityHasNoEffect", find: priorityHasNoEffect },
  { code: "Shadowed", find: shadowed },
  { code: "DuplicateRoute", find: duplicateRoute },
  { code: "NeverMatches", find: neverMatches },
  { code: "RouterMismatch", find: routerMismatch },
  { code: "ForeignContest", find: foreignContest },
  { code: "UnparsableAddress", find: unparsableAddress },
];
