import type { Diagnostic, DiagnosticCode } from "../../model/index.ts";
import type { Facts } from "../facts.ts";
import { hostsInherited } from "./hosts-inherited.ts";
import { hostsOverridden } from "./hosts-overridden.ts";
import { inheritedHostContest } from "./inherited-host-contest.ts";
import { priorityFindings } from "./priority-findings.ts";
import { referenceNotFound } from "./reference-not-found.ts";

export interface Rule {
  /** The codes this rule can find. */
  readonly codes: readonly DiagnosticCode[];
  readonly find: (facts: Facts) => readonly Diagnostic[];
}

export const rules: readonly Rule[] = [
  { codes: ["ReferenceNotFound"], find: referenceNotFound },
  { codes: ["HostsInherited"], find: hostsInherited },
  { codes: ["HostsOverridden"], find: hostsOverridden },
  { codes: ["InheritedHostContest"], find: inheritedHostContest },
  { codes: ["PriorityTie", "AmbiguousMatch", "ContradictoryOrder", "PriorityRangeExhausted"], find: priorityFindings },
];
