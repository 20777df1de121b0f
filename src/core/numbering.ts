// The filled numbers, written into the routes.
import { firstPlace, mapped } from "./changes/index.ts";
import type { DesiredRoute, FilledPriority, Priorities } from "./model/index.ts";

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
  return route === undefined || filled === undefined || route.body.priority === numberOf(filled);
}

/** An author's number is in the route already. */
function withPriority(route: DesiredRoute, filled: FilledPriority | undefined): DesiredRoute {
  const priority = filled && numberOf(filled);
  const { body } = route;
  return priority === undefined || priority === body.priority ? route : { ...route, body: { ...body, priority } };
}

/** A filled 0 is left out: absent is 0 for every gateway, and what is not sent can't differ. */
function numberOf({ source, value }: FilledPriority): number | undefined {
  return source === "Explicit" || value !== 0 ? value : undefined;
}
