import type { Diagnostic } from "../../model/index.ts";
import { findingsOf } from "../entangled.ts";
import { diagnosticOf } from "../finding.ts";
import type { Scene } from "../scene.ts";
import { namesFor, relatedOf } from "../text.ts";

/** Two routes that are equally specific wherever they meet: something outside of the specs had to decide. */
export function ambiguousMatch(scene: Scene): readonly Diagnostic[] {
  const knots = knotsOf(scene);
  return findingsOf("AmbiguousMatch", scene).flatMap(({ entrant, origin, others, finding }) => {
    const [other] = others;
    if (other === undefined || knots.has(pairOf(entrant.id, other.id))) return [];
    const witness = scene.ask.contest(entrant, other);
    if (witness === undefined) return [];
    return [
      diagnosticOf({
        code: "AmbiguousMatch",
        severity: "warning",
        object: origin,
        field: "spec",
        message: `It is exactly as specific as ${namesFor(origin, others)}, and one request can match both. This one stands below: ${reasons[finding.decidedBy] ?? finding.decidedBy} decided.`,
        why: "Nothing in the two specs says which one shall answer a request that matches both.",
        fix: "Set spec.priority on one of them, or make one match less.",
        related: relatedOf(others),
        witness,
      }),
    ];
  });
}

/** Pairs of which each is more specific than the other somewhere: that is no equality, and told as what it is. */
function knotsOf({ priorities }: Scene): ReadonlySet<string> {
  return new Set(
    priorities.findings.flatMap((finding) =>
      finding.code === "ContradictoryOrder"
        ? finding.others.flatMap((other) => [pairOf(finding.id, other), pairOf(other, finding.id)])
        : [],
    ),
  );
}

function pairOf(a: string, b: string): string {
  return `${a} ${b}`;
}

const reasons: Readonly<Record<string, string>> = {
  "standing order": "the order in which they already stand on the gateway",
  older: "age, the older one first,",
  name: "the alphabet",
};
