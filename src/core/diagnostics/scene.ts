import { type Changes, changesBetween, finderIn } from "../changes/index.ts";
import { type RouterRules, type UriPattern, compileUri, rulesOf } from "../matcher/index.ts";
import {
  type AdminRoute,
  type AnyResolved,
  type Contestant,
  type DesiredRoute,
  type RouterFlavor,
  everyResolved,
} from "../model/index.ts";
import type { Match } from "../precedence/index.ts";
import { type Conjunct, conjunctsOf } from "./conjuncts.ts";
import { type Ask, askOf } from "./ask.ts";
import type { Entrant } from "./entrant.ts";
import type { Facts } from "./facts.ts";
import { type Family, makeFamilies } from "./families.ts";
import { knotsIn } from "./knots.ts";

/** The facts, and the router as it will stand: what rules look at, and what of it is another than in the scene before. */
export interface Scene extends Facts {
  readonly rules: RouterRules;
  readonly ask: Ask;
  /** The enabled routes, ours or not. */
  readonly entrantById: ReadonlyMap<string, Entrant>;
  /** What a uri of a route means to the router. */
  readonly patternOf: (uri: string) => UriPattern;
  readonly conjunctsIn: (route: AdminRoute) => readonly Conjunct[];
  /** Pairs of routes in one knot, by `pairOf`. */
  readonly knots: ReadonlySet<string>;
  readonly changes: SceneChanges;
}

/** An object that is not the very same is another. */
export interface SceneChanges {
  readonly resolved: Changes<AnyResolved>;
  readonly routes: Changes<DesiredRoute>;
  readonly entrants: Changes<Entrant>;
  readonly families: Changes<Family>;
}

/** One scene after another; only what is another object than before is looked at. */
export function makeScenes(flavor: RouterFlavor, gatewayVersion: string | undefined): (facts: Facts) => Scene {
  const rules = rulesOf(gatewayVersion);
  const ask = askOf(flavor, gatewayVersion);
  const patterns = new Map<string, UriPattern>();
  const conjunctsIn = remembered();
  const familiesAfter = makeFamilies();
  const entrantById = new Map<string, Entrant>();
  let routes: readonly DesiredRoute[] = [];
  let contestants: readonly Contestant[] = [];
  let resolved: readonly AnyResolved[] = [];
  let findings: Facts["priorities"]["findings"] = [];
  let knots: ReadonlySet<string> = new Set();
  return (facts) => {
    const changes = takeIn(facts);
    if (facts.priorities.findings !== findings) knots = knotsIn(facts.priorities.findings);
    findings = facts.priorities.findings;
    return {
      ...facts,
      rules,
      ask,
      knots,
      changes,
      entrantById,
      patternOf,
      conjunctsIn,
    };
  };

  function patternOf(uri: string): UriPattern {
    let pattern = patterns.get(uri);
    if (pattern === undefined) patterns.set(uri, (pattern = compileUri(uri, flavor, rules)));
    return pattern;
  }

  function takeIn(facts: Facts): SceneChanges {
    const all = everyResolved(facts.resolved);
    const resolvedChanges = changesBetween(resolved, all);
    const routeChanges = changesBetween(routes, facts.desired.routes);
    const contestantChanges = changesBetween(contestants, facts.contestants);
    [resolved, routes, contestants] = [all, facts.desired.routes, facts.contestants];
    return {
      resolved: resolvedChanges,
      routes: routeChanges,
      entrants: enter(contestantChanges, routeChanges, facts),
      families: familiesAfter(routeChanges),
    };
  }

  function enter(
    ofContestants: Changes<Contestant>,
    ofRoutes: Changes<DesiredRoute>,
    { contestants, desired, matchOf, priorities }: Facts,
  ): Changes<Entrant> {
    const [gone, come]: [Entrant[], Entrant[]] = [[], []];
    const [contestantAt, desiredAt] = [finderIn(contestants), finderIn(desired.routes)];
    // At first, what is new of the routes is new of the contestants.
    const isFirst = entrantById.size === 0;
    for (const { id } of ofContestants.come) look(id);
    for (const { id } of ofContestants.gone) look(id);
    for (const { id } of isFirst ? [] : ofRoutes.come) look(id);
    for (const { id } of ofRoutes.gone) look(id);
    return { gone, come };

    function look(id: string): void {
      const before = entrantById.get(id);
      const contestant = contestantAt(id);
      const wanted = contestant?.isForeign === false ? desiredAt(id) : undefined;
      if (before !== undefined && before.route === contestant?.route && before.desired === wanted) return;
      if (before !== undefined) gone.push(before);
      const match = matchOf(id);
      if (contestant === undefined || match === undefined || contestant.route.status === 0) {
        entrantById.delete(id);
        return;
      }
      const entrant = entrantFor(contestant, match, wanted, priorities.byId.get(id)?.value);
      entrantById.set(id, entrant);
      come.push(entrant);
    }
  }

  function entrantFor(
    { id, route, namespace, name }: Contestant,
    match: Match,
    desired: DesiredRoute | undefined,
    filled: number | undefined,
  ): Entrant {
    return {
      id,
      route,
      number: filled ?? route.priority ?? 0,
      match,
      conjuncts: conjunctsIn(route),
      origin: desired?.origin ?? (namespace === "" ? undefined : { kind: "GatewayRoute", namespace, name }),
      desired,
    };
  }
}

/** Conditions written the same are taken apart once. */
function remembered(): (route: AdminRoute) => readonly Conjunct[] {
  const known = new Map<string, readonly Conjunct[]>();
  const none: readonly Conjunct[] = [];
  return ({ vars }) => {
    if (vars === undefined || vars.length === 0) return none;
    const text = JSON.stringify(vars);
    const found = known.get(text) ?? conjunctsOf(vars);
    known.set(text, found);
    return found;
  };
}
