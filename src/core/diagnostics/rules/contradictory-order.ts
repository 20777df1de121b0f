import type { Diagnostic } from "../../model/index.ts";
import { areReal, findingsOf } from "../entangled.ts";
import { diagnosticOf } from "../finding.ts";
import type { Scene } from "../scene.ts";
import { namesFor, relatedOf } from "../text.ts";

/** Knots: a route that would have to stand above and below others at once, which one number can't say. */
export function contradictoryOrder(scene: Scene): readonly Diagnostic[] {
  return findingsOf("ContradictoryOrder", scene).flatMap(({ entrant, origin, others, finding }) => {
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
}
