import { diagnosticOf } from "../finding.ts";
import { namesFor, relatedOf } from "../text.ts";
import { eachFinding } from "../watch.ts";

/** Equal explicit numbers on routes that one request can match. */
export const priorityTie = eachFinding("PriorityTie", ({ entrant, origin, others, finding }, scene) => {
  const [other] = others;
  const witness = other === undefined ? undefined : scene.ask.contest(entrant, other);
  if (other === undefined || witness === undefined) return [];
  const isOpen = scene.ask.trace([entrant, other], witness)?.runnerUp?.decidedBy === "load order";
  return [
    diagnosticOf({
      code: "PriorityTie",
      severity: "warning",
      object: origin,
      field: "spec.priority",
      message: `It has the same explicit priority, ${finding.priority}, as ${namesFor(origin, others)}, and one request can match both: ${isOpen ? "the order in which the gateway loaded them decides" : "the longer text of the path decides"}.`,
      why: "An explicit priority goes to the gateway as it is. Between equal ones APISIX puts the longer path text first, then the route that it loaded first, and that changes with a restart.",
      fix: "Give the two different numbers, or take the number out of one of them.",
      related: relatedOf(others, "spec.priority"),
      witness,
    }),
  ];
});
