import { diagnosticOf } from "../finding.ts";
import { namesFor, relatedOf } from "../text.ts";
import { eachFinding } from "../watch.ts";

/** Two routes that are equally specific wherever they meet: something outside of the specs had to decide. */
export const ambiguousMatch = eachFinding("AmbiguousMatch", ({ entrant, origin, others, finding }, { ask }) => {
  const [other] = others;
  const witness = other && ask.contest(entrant, other);
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

const reasons: Readonly<Record<string, string>> = {
  "standing order": "the order in which they already stand on the gateway",
  older: "age, the older one first,",
  name: "the alphabet",
};
