import { type RouterRules, rulesOf } from "../matcher/index.ts";
import type { AdminRoute, Contestant, DesiredRoute } from "../model/index.ts";
import { matchMaker } from "../precedence/index.ts";
import { type Conjunct, conjunctsOf } from "./conjuncts.ts";
import { type Ask, askOf } from "./ask.ts";
import type { Entrant } from "./entrant.ts";
import { type Facts, type RoutePair, routesByService } from "./facts.ts";

/** The facts, and the router as it will stand: what rules about more than one route look at. */
export interface Scene extends Facts {
  readonly rules: RouterRules;
  readonly ask: Ask;
  /** Enabled routes, in the order of their ids. */
  readonly entrants: readonly Entrant[];
  readonly entrantOf: (id: string) => Entrant | undefined;
  /** The routes of each service, in the order of the ids. */
  readonly families: readonly (readonly RoutePair[])[];
}

export function sceneOf(facts: Facts): Scene {
  const desired = new Map<string, DesiredRoute>(facts.desired.routes.map((route) => [route.id, route]));
  const matchOf = matchMaker(facts.flavor);
  const conjuncts = remembered();
  const entrants = facts.contestants
    .filter(({ route }) => route.status !== 0)
    .map((contestant) => entrantOf(contestant))
    .sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));
  const byId = new Map(entrants.map((entrant) => [entrant.id, entrant]));
  return {
    ...facts,
    rules: rulesOf(facts.gatewayVersion),
    ask: askOf(facts.flavor, facts.gatewayVersion),
    entrants,
    entrantOf: (id) => byId.get(id),
    families: [...routesByService(facts).values()],
  };

  function entrantOf({ id, route, isForeign, namespace, name }: Contestant): Entrant {
    const number = facts.priorities.byId.get(id)?.value ?? route.priority ?? 0;
    return {
      id,
      route: { ...route, id, priority: number },
      number,
      match: matchOf(route),
      conjuncts: conjuncts(route),
      origin: namespace === "" ? undefined : { kind: "GatewayRoute", namespace, name },
      desired: isForeign ? undefined : desired.get(id),
    };
  }
}

/** Conditions written the same are taken apart once. */
function remembered(): (route: AdminRoute) => readonly Conjunct[] {
  const known = new Map<string, readonly Conjunct[]>();
  return ({ vars }) => {
    if (vars === undefined || vars.length === 0) return [];
    const text = JSON.stringify(vars);
    const found = known.get(text) ?? conjunctsOf(vars);
    known.set(text, found);
    return found;
  };
}
