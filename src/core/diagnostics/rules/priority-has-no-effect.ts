import type { Diagnostic, DesiredRoute } from "../../model/index.ts";
import { diagnosticOf } from "../finding.ts";
import { neighborIndexOf } from "../neighbors.ts";
import type { Entrant } from "../entrant.ts";
import type { Scene } from "../scene.ts";
import { namesFor, relatedOf } from "../text.ts";

/** An explicit priority on a route that contests with nobody, or against one that a path or host rule puts first. */
export function priorityHasNoEffect(scene: Scene): readonly Diagnostic[] {
  const explicit = scene.entrants.filter(({ desired }) => desired?.explicitPriority !== undefined);
  if (explicit.length === 0) return [];
  const neighbors = neighborIndexOf(scene);
  // Routes with the same number contest, though neither stands above.
  const entangled = new Set(
    scene.priorities.findings.flatMap((finding) => [
      finding.id,
      ...("others" in finding ? finding.others : [finding.other]),
    ]),
  );
  return explicit.flatMap((entrant) => {
    const { desired } = entrant;
    if (desired === undefined) return [];
    const beaten = neighbors.decidedEarlier(entrant);
    const filled = scene.priorities.byId.get(entrant.id);
    const isAlone =
      filled !== undefined && filled.outranksCount + filled.outrankedByCount === 0 && !entangled.has(entrant.id);
    if (!isAlone && beaten === undefined) return [];
    return [finding(entrant, desired, isAlone, beaten)];
  });
}

function finding(
  { number }: Entrant,
  { origin }: DesiredRoute,
  isAlone: boolean,
  beaten: { readonly other: Entrant; readonly request: Diagnostic["witness"] } | undefined,
): Diagnostic {
  const against =
    beaten === undefined
      ? ""
      : `${isAlone ? " Against" : `Its priority ${number} changes nothing against`} ${namesFor(origin, [beaten.other])}${isAlone ? " it is not asked:" : ":"} a more exact host or path decides there before any priority is looked at.`;
  return diagnosticOf({
    code: "PriorityHasNoEffect",
    severity: "info",
    object: origin,
    field: "spec.priority",
    message: `${isAlone ? `Its priority ${number} has no effect: it contests with no other route.` : ""}${against}`,
    why: "Priority orders only routes of one bucket: the same literal path or prefix and, with the default router, the same host. All else is settled before.",
    fix: isAlone
      ? "Leave spec.priority out."
      : "To go first there, too, name a host and path at least as exact; no number can do it.",
    related: beaten === undefined ? [] : relatedOf([beaten.other], "spec.uris"),
    witness: beaten?.request,
  });
}
