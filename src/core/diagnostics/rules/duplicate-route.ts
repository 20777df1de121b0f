import { Groups } from "../../changes/index.ts";
import { type Diagnostic, compareIds } from "../../model/index.ts";
import { Board } from "../board.ts";
import { canonicalNames } from "../canonical.ts";
import { diagnosticOf } from "../finding.ts";
import type { Entrant } from "../entrant.ts";
import type { Scene } from "../scene.ts";
import { namesFor, relatedOf } from "../text.ts";
import type { WatchMaker } from "../watch.ts";

/** Routes that match the same requests, however they are written; all but the one that stands highest are told. */
export const duplicateRoute: WatchMaker = () => {
  const board = new Board<number>();
  const nameOf = canonicalNames();
  const alike = new Groups<number, Entrant>((entrant) => {
    const name = nameOf(entrant);
    return name === undefined ? [] : [digestOf(name)];
  }, higherFirst);
  return (scene) => {
    const { fresh, before } = alike.update(scene.changes.entrants);
    for (const digest of fresh) look(digest);
    for (const digest of before.keys()) look(digest);
    return board.changes();

    function look(digest: number): void {
      const routes = alike.under(digest);
      if (routes.length < 2) return board.remove(digest);
      const twins = [...Map.groupBy(routes, nameOf).values()];
      return board.put(
        digest,
        twins.flatMap((list) => findings(list, scene)),
      );
    }
  };
};

/** A small whole number, as maps like it. The same for the same name, and hardly ever for another. */
function digestOf(name: number): number {
  const high = Math.floor(name / 2 ** 26);
  return (Math.imul(high, 0x9e3779b1) ^ (name - high * 2 ** 26)) & 0x3fffffff;
}

function findings(routes: readonly Entrant[], scene: Scene): readonly Diagnostic[] {
  if (routes.length < 2) return [];
  const [first, ...others] = routes;
  if (first === undefined) return [];
  // A foreign route can't be blamed: then the one of ours that stands highest is.
  const blamed = others.filter(({ desired }) => desired !== undefined);
  if (blamed.length > 0) return blamed.flatMap((entrant) => finding(entrant, [first], scene));
  return first.desired === undefined ? [] : finding(first, others, scene);
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
  return b.number - a.number || compareIds(a, b);
}
