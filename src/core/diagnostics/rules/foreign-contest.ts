import { type Diagnostic, type DesiredRoute, type Witness, compareIds } from "../../model/index.ts";
import { Board } from "../board.ts";
import { diagnosticOf } from "../finding.ts";
import { type RivalIndex, rivalIndexOf } from "../rivals.ts";
import type { Entrant } from "../entrant.ts";
import type { Scene } from "../scene.ts";
import { namesFor } from "../text.ts";
import type { WatchMaker } from "../watch.ts";

/** Routes on the gateway that are not ours, and find the same requests in the same bucket. */
export const foreignContest: WatchMaker = (flavor) => {
  const board = new Board<string>();
  const foreign = new Map<string, Entrant>();
  let index = rivalIndexOf([], flavor);
  return (scene) => {
    const { gone, come } = scene.changes.entrants;
    for (const { id } of gone) board.remove(id);
    const isAllNew = gone.some(isForeign) || come.some(isForeign);
    if (isAllNew) {
      for (const { id } of gone) foreign.delete(id);
      for (const entrant of come) if (isForeign(entrant)) foreign.set(entrant.id, entrant);
      index = rivalIndexOf([...foreign.values()].sort(compareIds), flavor);
    }
    if (isAllNew || foreign.size > 0)
      for (const entrant of isAllNew ? scene.entrantById.values() : come)
        board.put(entrant.id, contestsOf(entrant, index, scene));
    return board.changes();
  };
};

function isForeign({ origin }: Entrant): boolean {
  return origin === undefined;
}

function contestsOf(entrant: Entrant, index: RivalIndex, { ask }: Scene): readonly Diagnostic[] {
  if (entrant.desired === undefined) return [];
  const shown = index.of(entrant).flatMap((rival) => {
    const witness = ask.contest(entrant, rival);
    return witness === undefined ? [] : [{ rival, witness }];
  });
  return shown.length === 0 ? [] : [finding(entrant, entrant.desired, shown)];
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
