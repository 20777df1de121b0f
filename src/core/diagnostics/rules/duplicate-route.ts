import type { Diagnostic } from "../../model/index.ts";
import { canonicalMatch } from "../canonical.ts";
import { diagnosticOf } from "../finding.ts";
import type { Entrant } from "../entrant.ts";
import type { Scene } from "../scene.ts";
import { namesFor, relatedOf } from "../text.ts";

/** Routes that match the same requests, however they are written; all but the one that stands highest are told. */
export function duplicateRoute(scene: Scene): readonly Diagnostic[] {
  const byMatch = Map.groupBy(scene.entrants, (entrant) => canonicalMatch(entrant, scene));
  return [...byMatch].flatMap(([match, routes]) => {
    if (match === undefined || routes.length === 1) return [];
    const [first, ...others] = routes.toSorted(higherFirst);
    if (first === undefined) return [];
    // A foreign route can't be blamed: then the one of ours that stands highest is.
    const blamed = others.filter(({ desired }) => desired !== undefined);
    if (blamed.length > 0) return blamed.flatMap((entrant) => finding(entrant, [first], scene));
    return first.desired === undefined ? [] : finding(first, others, scene);
  });
}

function finding(entrant: Entrant, twins: readonly Entrant[], { ask }: Scene): readonly Diagnostic[] {
  const { desired } = entrant;
  if (desired === undefined) return [];
  const [twin] = twins;
  const witness =
    twin === undefined
      ? undefined
      : ask.find(entrant, twin, (request) => ask.matches(entrant, request) && ask.matches(twin, request));
  return [
    diagnosticOf({
      code: "DuplicateRoute",
      severity: "warning",
      object: desired.origin,
      message: `It matches the same requests as ${namesFor(desired.origin, twins)}.`,
      why: "The two may be written differently; for the gateway they match the same, and only one of them can answer.",
      fix: "Delete one of them, or make them match different requests. While a route is being renamed this goes away by itself.",
      related: relatedOf(twins, "spec.uris"),
      witness,
    }),
  ];
}

function higherFirst(a: Entrant, b: Entrant): number {
  return b.number - a.number || (a.id < b.id ? -1 : 1);
}
