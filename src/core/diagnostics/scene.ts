import { absorb, type Changes, changesBetween } from "../changes/index.ts";
import { type RouterRules, rulesOf } from "../matcher/index.ts";
import {
  type AdminRoute,
  type AnyResolved,
  type Contestant,
  type DesiredRoute,
  type ResolvedRoute,
  type RouterFlavor,
  everyResolved,
} from "../model/index.ts";
import { matchMaker } from "../precedence/index.ts";
import { type Conjunct, conjunctsOf } from "./conjuncts.ts";
import { type Ask, askOf } from "./ask.ts";
import type { Entrant } from "./entrant.ts";
import { type Facts, routeKey } from "./facts.ts";
import { type Family, makeFamilies } from "./families.ts";
import { knotsIn } from "./knots.ts";

/** The facts, and the router as it will stand: what rules look at, and what of it is another than in the scene before. */
export interface Scene extends Facts {
  readonly rules: RouterRules;
  readonly ask: Ask;
  /** An enabled route, ours or not. */
  readonly entrantOf: (id: string) => Entrant | undefined;
  /** The resource behind one of our routes; `undefined` where its references could not be followed. */
  readonly resolvedOf: (route: DesiredRoute) => ResolvedRoute | undefined;
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
  const matchOf = matchMaker(flavor);
  const conjunctsIn = remembered();
  const familiesAfter = makeFamilies();
  const desiredById = new Map<string, DesiredRoute>();
  const contestantById = new Map<string, Contestant>();
  const entrantById = new Map<string, Entrant>();
  const resolvedByKey = new Map<string, ResolvedRoute>();
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
      entrantOf: (id) => entrantById.get(id),
      resolvedOf: ({ origin }) => resolvedByKey.get(routeKey(origin)),
    };
  };

  function takeIn(facts: Facts): SceneChanges {
    const all = everyResolved(facts.resolved);
    const resolvedChanges = changesBetween(resolved, all);
    const routeChanges = changesBetween(routes, facts.desired.routes);
    const contestantChanges = changesBetween(contestants, facts.contestants);
    [resolved, routes, contestants] = [all, facts.desired.routes, facts.contestants];
    const isRoute = (object: AnyResolved): object is ResolvedRoute => object.manifest.kind === "GatewayRoute";
    const routesResolved = {
      gone: resolvedChanges.gone.filter(isRoute),
      come: resolvedChanges.come.filter(isRoute),
    };
    for (const { manifest } of routesResolved.gone) resolvedByKey.delete(routeKey(manifest.meta));
    for (const route of routesResolved.come) resolvedByKey.set(routeKey(route.manifest.meta), route);
    const touched = new Set([...absorb(desiredById, routeChanges), ...absorb(contestantById, contestantChanges)]);
    return {
      resolved: resolvedChanges,
      routes: routeChanges,
      entrants: enter(touched, facts),
      families: familiesAfter(routeChanges, routesResolved),
    };
  }

  function enter(ids: ReadonlySet<string>, { priorities }: Facts): Changes<Entrant> {
    const [gone, come]: [Entrant[], Entrant[]] = [[], []];
    for (const id of ids) {
      const before = entrantById.get(id);
      if (before !== undefined) gone.push(before);
      const contestant = contestantById.get(id);
      if (contestant === undefined || contestant.route.status === 0) entrantById.delete(id);
      else {
        const entrant = entrantFor(contestant, priorities.byId.get(id)?.value);
        entrantById.set(id, entrant);
        come.push(entrant);
      }
    }
    return { gone, come };
  }

  function entrantFor({ id, route, isForeign, namespace, name }: Contestant, filled: number | undefined): Entrant {
    const number = filled ?? route.priority ?? 0;
    return {
      id,
      route: { ...route, id, priority: number },
      number,
      match: matchOf(route),
      conjuncts: conjunctsIn(route),
      origin: namespace === "" ? undefined : { kind: "GatewayRoute", namespace, name },
      desired: isForeign ? undefined : desiredById.get(id),
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
