import { type Diagnostic, type DesiredRoute, type Witness, compareIds } from "../../model/index.ts";
import { contradictionIn } from "../contradiction.ts";
import { Board } from "../board.ts";
import { diagnosticOf } from "../finding.ts";
import { type Hiding, hidingOf, type Place } from "../hiding.ts";
import type { Entrant } from "../entrant.ts";
import type { Scene } from "../scene.ts";
import { type Shelf, makeShelf } from "../shelf.ts";
import { listed, namesFor, relatedOf } from "../text.ts";
import type { WatchMaker } from "../watch.ts";

/** Routes, or whole hosts or paths of them, that no request reaches because others answer first. */
export const shadowed: WatchMaker = (flavor) => {
  const board = new Board<string>();
  const shelf = makeShelf(flavor);
  return (scene) => {
    for (const { id } of scene.changes.entrants.gone) board.remove(id);
    for (const entrant of shelf.update(scene)) board.put(entrant.id, findings(entrant, shelf, scene));
    return board.changes();
  };
};

function findings(entrant: Entrant, shelf: Shelf, scene: Scene): readonly Diagnostic[] {
  // What can match nothing at all is told by another rule.
  if (entrant.desired === undefined || contradictionIn(entrant.conjuncts) !== undefined) return [];
  const hiding = hidingOf(entrant, scene, shelf, scene.ask.evaluate);
  if (hiding === undefined) return [];
  return hiding.hidden.length === hiding.places
    ? wholly(hiding, entrant.desired, scene)
    : partly(hiding, entrant.desired, scene);
}

const why =
  "The gateway asks the routes of one place in the order of their priorities, and the first that matches answers; these match everything that this one does.";

function wholly({ entrant, hidden }: Hiding, { origin }: DesiredRoute, scene: Scene): readonly Diagnostic[] {
  const hiders = hidersOf(hidden);
  return [
    diagnosticOf({
      code: "Shadowed",
      severity: "warning",
      object: origin,
      message: `No request reaches this route: ${namesFor(origin, hiders)} ${hiders.length === 1 ? "matches" : "match"} all that it does, and first.`,
      why,
      fix: "Make it match less than they do, give it a higher spec.priority, or delete it.",
      related: relatedOf(hiders),
      witness: confirmed(entrant, hiders, hidden, scene),
    }),
  ];
}

/** Hosts that are hidden under all paths, and paths that are hidden under all hosts. */
function partly({ entrant, hidden }: Hiding, route: DesiredRoute, scene: Scene): readonly Diagnostic[] {
  const { hosts, paths } = entrant.match;
  const byUri = Map.groupBy(hidden, ({ path }) => path.uri);
  const byHost = Map.groupBy(hidden, ({ host }) => host.text);
  const dead = (places: ReadonlyMap<string, readonly Place[]>, all: number) =>
    [...places].filter(([, { length }]) => length === all);
  return [
    ...part("uris", dead(byUri, hosts.length), entrant, route, scene),
    ...part("hosts", dead(byHost, paths.length), entrant, route, scene),
  ];
}

function part(
  what: "uris" | "hosts",
  dead: readonly (readonly [string, readonly Place[]])[],
  entrant: Entrant,
  { origin, body, hostsSource }: DesiredRoute,
  scene: Scene,
): readonly Diagnostic[] {
  const places = dead.flatMap(([, list]) => list);
  const [first] = dead;
  if (first === undefined) return [];
  const hiders = hidersOf(places);
  const index = (what === "uris" ? (body.uris ?? []) : (body.hosts ?? [])).indexOf(first[0]);
  const field =
    what === "uris" ? `spec.uris[${index}]` : hostsSource === "Route" ? `spec.hosts[${index}]` : "spec.serviceRef";
  const names = listed(dead.map(([text]) => text));
  return [
    diagnosticOf({
      code: "Shadowed",
      // Often meant: a more specific route takes its share.
      severity: "info",
      object: origin,
      field,
      message: `A part of this route is never reached: what it matches ${what === "uris" ? "by" : "on"} ${names} is matched first by ${namesFor(origin, hiders)}.`,
      why,
      fix: `Take ${dead.length === 1 ? "it" : "them"} out of this route, or give the route a higher spec.priority.`,
      related: relatedOf(hiders),
      witness: confirmed(entrant, hiders, places, scene),
    }),
  ];
}

function hidersOf(places: readonly Place[]): readonly Entrant[] {
  const byId = new Map(places.flatMap(({ hiddenBy }) => hiddenBy).map((entrant) => [entrant.id, entrant]));
  return [...byId.values()].sort(compareIds);
}

/** A request that the route matches by one of these places and that one of the others answers. */
function confirmed(
  entrant: Entrant,
  hiders: readonly Entrant[],
  places: readonly Place[],
  { ask }: Scene,
): Witness | undefined {
  for (const { host, path, hiddenBy } of places.slice(0, 4)) {
    const [hider] = hiddenBy;
    if (hider === undefined) continue;
    const only = { hosts: host.kind === "any" ? undefined : [host.text], uris: [path.uri] };
    const witness = ask.find(
      entrant,
      entrant,
      (request) => ask.winner([entrant, ...hiders], request) !== entrant.id && ask.matches(entrant, request),
      only,
    );
    if (witness !== undefined) return witness;
  }
  return undefined;
}
