import type { Diagnostic, DesiredRoute, Witness } from "../../model/index.ts";
import { diagnosticOf } from "../finding.ts";
import { rivalIndexOf } from "../rivals.ts";
import type { Entrant } from "../entrant.ts";
import type { Scene } from "../scene.ts";
import { namesFor } from "../text.ts";

/** Routes on the gateway that are not ours, and find the same requests in the same bucket. */
export function foreignContest(scene: Scene): readonly Diagnostic[] {
  const foreign = scene.entrants.filter(({ origin }) => origin === undefined);
  if (foreign.length === 0) return [];
  const index = rivalIndexOf(foreign, scene.flavor);
  return scene.entrants.flatMap((entrant) => {
    if (entrant.desired === undefined) return [];
    const shown = index.of(entrant).flatMap((rival) => {
      const witness = scene.ask.contest(entrant, rival);
      return witness === undefined ? [] : [{ rival, witness }];
    });
    return shown.length === 0 ? [] : [finding(entrant, entrant.desired, shown)];
  });
}

function finding(
  entrant: Entrant,
  { origin }: DesiredRoute,
  shown: readonly { readonly rival: Entrant; readonly witness: Witness }[],
): Diagnostic {
  return diagnosticOf({
    code: "ForeignContest",
    severity: "warning",
    object: origin,
    message: `It contests with ${namesFor(
      origin,
      shown.map(({ rival }) => rival),
    )}, which this operator did not make: one request can match both. ${standing(entrant, shown[0]?.rival)}`,
    why: "Foreign routes are read and never changed; their numbers are fixed points, and no number means 0.",
    fix: "Set spec.priority to say who goes first, make this route match less, or delete the foreign route.",
    witness: shown[0]?.witness,
  });
}

function standing({ number }: Entrant, rival: Entrant | undefined): string {
  if (rival === undefined) return "";
  const numbers = `(${number} against ${rival.number})`;
  if (number === rival.number) return `Both have priority ${number}.`;
  return number > rival.number
    ? `There this route goes first ${numbers}.`
    : `There the foreign route goes first ${numbers}.`;
}
