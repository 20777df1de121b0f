import { areReal } from "../entangled.ts";
import { diagnosticOf } from "../finding.ts";
import { namesFor, relatedOf } from "../text.ts";
import { eachFinding } from "../watch.ts";

/** Explicit numbers around a route leave no integer for it. */
export const priorityRangeExhausted = eachFinding(
  "PriorityRangeExhausted",
  ({ entrant, origin, others, finding }, scene) => {
    const witness = areReal(entrant, others, scene);
    if (witness === undefined) return [];
    const sharing = others.filter(({ number }) => number === entrant.number);
    const outcome =
      sharing.length > 0
        ? `it shares ${entrant.number} with ${namesFor(origin, sharing)}, and load order decides between them`
        : `it stands below, with ${entrant.number}, though it belongs above some of these`;
    return [
      diagnosticOf({
        code: "PriorityRangeExhausted",
        severity: "warning",
        object: origin,
        field: "spec.priority",
        message: `The explicit priorities around it leave no free number, so ${outcome}. Around it stand ${namesFor(origin, others)}.`,
        why: "Priorities are integers, and explicit ones are never moved.",
        fix: finding.cure,
        related: relatedOf(others, "spec.priority"),
        witness,
      }),
    ];
  },
);
