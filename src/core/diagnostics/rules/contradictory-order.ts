import { areReal } from "../entangled.ts";
import { diagnosticOf } from "../finding.ts";
import { namesFor, relatedOf } from "../text.ts";
import { eachFinding } from "../watch.ts";

/** Knots: a route that would have to stand above and below others at once, which one number can't say. */
export const contradictoryOrder = eachFinding("ContradictoryOrder", ({ entrant, origin, others, finding }, scene) => {
  const witness = areReal(entrant, others, scene);
  if (witness === undefined) return [];
  return [
    diagnosticOf({
      code: "ContradictoryOrder",
      severity: "warning",
      object: origin,
      field: "spec",
      message: `No single priority can put it where it belongs: with ${namesFor(origin, others)} it stands in a circle, each being more specific than another somewhere, and there one of them answers that is not the most specific.`,
      why: "A route has one priority for all its hosts and paths.",
      fix: finding.cure,
      related: relatedOf(others),
      witness,
    }),
  ];
});
