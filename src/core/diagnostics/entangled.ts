import type { PriorityFinding, ResourceRef, Witness } from "../model/index.ts";
import type { Entrant } from "./entrant.ts";
import { pairOf } from "./knots.ts";
import type { Scene } from "./scene.ts";

/** What precedence could not settle for one of our routes, and with whom. */
export interface Entangled<Code extends PriorityFinding["code"]> {
  readonly finding: Extract<PriorityFinding, { readonly code: Code }>;
  readonly entrant: Entrant;
  readonly origin: ResourceRef;
  readonly others: readonly Entrant[];
}

/** Each finding of this code about one of our routes. What belongs to a knot is told as what it is, and as nothing else. */
export function entangledBy<Code extends PriorityFinding["code"]>(
  code: Code,
  { priorities, knots, entrantById }: Scene,
): readonly Entangled<Code>[] {
  const isWanted = (finding: PriorityFinding): finding is Extract<PriorityFinding, { readonly code: Code }> =>
    finding.code === code;
  return priorities.findings.filter(isWanted).flatMap((finding) => {
    const entrant = entrantById.get(finding.id);
    const origin = entrant?.desired?.origin;
    if (entrant === undefined || origin === undefined) return [];
    const ids = "others" in finding ? finding.others : [finding.other];
    const others = ids.flatMap((id) => entrantById.get(id) ?? []);
    const [first] = others;
    if (code === "AmbiguousMatch" && first !== undefined && knots.has(pairOf(entrant.id, first.id))) return [];
    return [{ finding, entrant, origin, others }];
  });
}

/** More than these are not looked at: then nothing is said. */
const mostOthers = 8;

/**
 * Precedence counts a contest as long as nothing rules it out; a warning needs more. The first request by which the
 * route meets one of the others, if it really meets each of them; else `undefined`.
 */
export function areReal(entrant: Entrant, others: readonly Entrant[], { ask }: Scene): Witness | undefined {
  if (others.length === 0 || others.length > mostOthers) return undefined;
  const witnesses = others.map((other) => ask.contest(entrant, other));
  return witnesses.includes(undefined) ? undefined : witnesses[0];
}
