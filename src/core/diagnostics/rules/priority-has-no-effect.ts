import type { Diagnostic, DesiredRoute } from "../../model/index.ts";
import { Board } from "../board.ts";
import { diagnosticOf } from "../finding.ts";
import { decidedEarlier, makeNeighbors } from "../neighbors.ts";
import type { Entrant } from "../entrant.ts";
import type { Scene } from "../scene.ts";
import { namesFor, relatedOf } from "../text.ts";
import type { WatchMaker } from "../watch.ts";

/** Questions to the matcher: about one route, and about all of them as long as there are not too many. */
const questions = { leastPerRoute: 2, mostPerRoute: 24, inAll: 4000 };

/** What is known of a route with an explicit number. */
interface Known {
  readonly neighbors: readonly Entrant[];
  readonly isAlone: boolean;
}

/** An explicit priority on a route that contests with nobody, or against one that a path or host rule puts first. */
export const priorityHasNoEffect: WatchMaker = () => {
  const board = new Board<string>();
  const neighbors = makeNeighbors();
  const explicit = new Map<Entrant, Known | undefined>();
  let most = 0;
  let findings: Scene["priorities"]["findings"] = [];
  let entangled: ReadonlySet<string> = new Set();
  return (scene) => {
    const { gone, come } = scene.changes.entrants;
    const touched = neighbors.update(scene.changes.entrants);
    for (const entrant of gone) if (explicit.delete(entrant)) board.remove(entrant.id);
    for (const entrant of come) if (entrant.desired?.explicitPriority !== undefined) explicit.set(entrant, undefined);
    if (findings !== scene.priorities.findings) entangled = entangledIn(scene.priorities.findings);
    ({ findings } = scene.priorities);
    const share = Math.floor(questions.inAll / Math.max(explicit.size, 1));
    const mostBefore = most;
    most = Math.min(Math.max(share, questions.leastPerRoute), questions.mostPerRoute);
    for (const [entrant, known] of explicit) {
      const isAlone = isUnopposed(entrant, scene, entangled);
      const isConcerned = known === undefined || neighbors.isConcerned(entrant, touched);
      const around = isConcerned ? neighbors.of(entrant) : known.neighbors;
      if (known?.isAlone === isAlone && isSameList(known.neighbors, around) && most === mostBefore) continue;
      explicit.set(entrant, { isAlone, neighbors: around });
      board.put(entrant.id, findingsOn(entrant, isAlone, decidedEarlier(entrant, around, most, scene.ask)));
    }
    return board.changes();
  };
};

/** Routes with the same number contest, though neither stands above. */
function entangledIn(findings: Scene["priorities"]["findings"]): ReadonlySet<string> {
  return new Set(
    findings.flatMap((finding) => [finding.id, ...("others" in finding ? finding.others : [finding.other])]),
  );
}

function isUnopposed({ id }: Entrant, { priorities }: Scene, entangled: ReadonlySet<string>): boolean {
  const filled = priorities.byId.get(id);
  return filled !== undefined && filled.outranksCount + filled.outrankedByCount === 0 && !entangled.has(id);
}

function isSameList(a: readonly Entrant[], b: readonly Entrant[]): boolean {
  return a === b || (a.length === b.length && a.every((entrant, at) => entrant === b[at]));
}

function findingsOn(
  entrant: Entrant,
  isAlone: boolean,
  beaten: ReturnType<typeof decidedEarlier>,
): readonly Diagnostic[] {
  if (entrant.desired === undefined || (!isAlone && beaten === undefined)) return [];
  return [finding(entrant, entrant.desired, isAlone, beaten)];
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
