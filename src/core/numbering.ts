// The filled numbers, written into the routes.
import { firstPlace, mapped } from "./changes/index.ts";
import {
  type DesiredRoute,
  type FilledPriority,
  type Priorities,
  type PrioritySource,
  ownerLabels,
} from "./model/index.ts";

/**
 * Writes the numbers into routes, one state after another. `worked`: ids of all whose number may be another than the last
 * time. A route that is the same, with the same number, is the very object of before.
 */
export function makeNumbering(): (
  routes: readonly DesiredRoute[],
  priorities: Priorities,
  worked: readonly string[],
) => readonly DesiredRoute[] {
  let [items, made]: [readonly DesiredRoute[], readonly DesiredRoute[]] = [[], []];
  return (routes, { byId }, worked) => {
    const isFirst = items.length === 0;
    made = mapped({ items, made }, routes, (route) => withPriority(route, byId.get(route.id)));
    items = routes;
    if (isFirst) return made;
    const places = placesOf(worked, routes);
    const stale = places.filter((at) => !says(made[at], byId.get(routes[at]?.id ?? "")));
    if (stale.length === 0) return made;
    const renewed = [...made];
    for (const at of stale) {
      const route = routes[at];
      if (route !== undefined) renewed[at] = withPriority(route, byId.get(route.id));
    }
    made = renewed;
    return made;
  };
}

/** All places, where a search for each would cost more. */
function placesOf(ids: readonly string[], routes: readonly DesiredRoute[]): readonly number[] {
  if (8 * ids.length > routes.length) return [...routes.keys()];
  return ids
    .map((id) => [id, firstPlace(routes, (route) => route.id >= id)] as const)
    .filter(([id, at]) => routes[at]?.id === id)
    .map(([, at]) => at);
}

function says(route: DesiredRoute | undefined, filled: FilledPriority | undefined): boolean {
  if (route === undefined || filled === undefined) return true;
  const { priority, labels } = route.body;
  return priority === numberOf(filled) && labels?.[ownerLabels.prioritySource] === labelOf(filled);
}

/** The number goes to the gateway, and a label that says whose it is: ours is kept, an author's never touched. */
function withPriority(route: DesiredRoute, filled: FilledPriority | undefined): DesiredRoute {
  if (filled === undefined) return route;
  const { priority: _priority, ...body } = route.body;
  const labels = { ...body.labels, [ownerLabels.prioritySource]: labelOf(filled) };
  const priority = numberOf(filled);
  return { ...route, body: { ...body, ...(priority !== undefined && { priority }), labels } };
}

/** Two words only: a filled 0 that meets its first rival must not cost a write for its label. */
function labelOf({ source }: FilledPriority): PrioritySource {
  return source === "Explicit" ? "Explicit" : "Specificity";
}

/** A filled 0 is left out: absent is 0 for every gateway, and what is not sent can't differ. */
function numberOf({ source, value }: FilledPriority): number | undefined {
  return source === "Explicit" || value !== 0 ? value : undefined;
}
