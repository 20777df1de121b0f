import {
  type Diagnostic,
  type DesiredRoute,
  type PriorityFinding,
  type RelatedObject,
  nameOf,
} from "../../model/index.ts";
import type { Facts } from "../facts.ts";
import { listed } from "../text.ts";

/** What precedence could not settle without saying so: ties, ambiguity, contradictions and full ranges. */
export function priorityFindings({ desired, priorities }: Facts): readonly Diagnostic[] {
  const byId = new Map(desired.routes.map((route) => [route.id as string, route]));
  return priorities.findings.flatMap((finding) => {
    const route = byId.get(finding.id);
    return route === undefined ? [] : [describe(finding, route, byId)];
  });
}

function describe(finding: PriorityFinding, route: DesiredRoute, byId: ReadonlyMap<string, DesiredRoute>): Diagnostic {
  const others = "others" in finding ? finding.others : [finding.other];
  const related = others.flatMap((id): RelatedObject[] => {
    const other = byId.get(id);
    return other === undefined ? [] : [{ ref: other.origin, field: "spec.priority" }];
  });
  const who = namesOf(others, route, byId);
  const base = { code: finding.code, severity: "warning", object: route.origin, related } as const;
  switch (finding.code) {
    case "PriorityTie":
      return {
        ...base,
        field: "spec.priority",
        message: `It has the same explicit priority, ${finding.priority}, as ${who}, and one request can match both.`,
        why: "An explicit priority goes to the gateway as it is; between equal ones the order in which it loaded the routes decides, and that changes with a restart.",
        fix: "Give the two different numbers, or take the number out of one of them.",
      };
    case "AmbiguousMatch":
      return {
        ...base,
        message: `It is exactly as specific as ${who}; ${finding.decidedBy} decided that this one stands below.`,
        why: "Nothing in the two specs says which one shall answer a request that matches both.",
        fix: "Set spec.priority on one of them, or make one match less.",
      };
    case "ContradictoryOrder":
      return {
        ...base,
        message: `No single priority can put it where it belongs: it contests with ${who} in opposite directions.`,
        why: "A route has one priority for all its hosts and paths.",
        fix: finding.cure,
      };
    case "PriorityRangeExhausted":
      return {
        ...base,
        field: "spec.priority",
        message: `There is no free number between the explicit priorities around it, so it shares one or stands below: ${who}.`,
        why: "Priorities are integers, and explicit ones are never moved.",
        fix: finding.cure,
      };
  }
}

/** Routes of the same namespace by name, the rest as a count; a tenant reads nobody else's names. */
function namesOf(ids: readonly string[], route: DesiredRoute, byId: ReadonlyMap<string, DesiredRoute>): string {
  const known = ids.map((id) => byId.get(id)?.origin).filter((ref) => ref?.namespace === route.origin.namespace);
  const names = known.flatMap((ref) => (ref === undefined ? [] : [nameOf(ref)]));
  const hidden = ids.length - names.length;
  const rest = hidden === 0 ? [] : [`${hidden} ${hidden === 1 ? "route" : "routes"} elsewhere`];
  return listed([...names, ...rest], 4);
}
