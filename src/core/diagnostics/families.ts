import type { Changes } from "../changes/index.ts";
import type { DesiredRoute, ResolvedRoute } from "../model/index.ts";
import { type RoutePair, routeKey } from "./facts.ts";

/** The routes of one service, in the order of the ids. Another list as soon as one of them is another. */
export type Family = readonly RoutePair[];

/** The routes of each service, one change after another; says which families are another than before. */
export function makeFamilies(): (routes: Changes<DesiredRoute>, resolved: Changes<ResolvedRoute>) => Changes<Family> {
  const desired = new Map<string, DesiredRoute>();
  const resolved = new Map<string, ResolvedRoute>();
  const pairs = new Map<string, RoutePair>();
  /** By the service's key, then the route's. */
  const members = new Map<string, Map<string, RoutePair>>();
  const families = new Map<string, Family>();
  return (routeChanges, resolvedChanges) => {
    const touched = new Set([
      ...take(desired, routeChanges, ({ origin }) => routeKey(origin)),
      ...take(resolved, resolvedChanges, ({ manifest }) => routeKey(manifest.meta)),
    ]);
    const [gone, come]: [Family[], Family[]] = [[], []];
    for (const service of new Set([...touched].flatMap(move))) {
      const [before, after] = [families.get(service), familyOf(service)];
      if (before !== undefined) gone.push(before);
      if (after === undefined) families.delete(service);
      else {
        families.set(service, after);
        come.push(after);
      }
    }
    return { gone, come };
  };

  /** Puts a route where it belongs by now; the services that it leaves and joins. */
  function move(key: string): readonly string[] {
    const [before, after] = [pairs.get(key), pairFor(key)];
    const [old, fresh] = [serviceOf(before), serviceOf(after)];
    if (old !== undefined) members.get(old)?.delete(key);
    if (after === undefined || fresh === undefined) pairs.delete(key);
    else {
      pairs.set(key, after);
      const family = members.get(fresh) ?? new Map<string, RoutePair>();
      members.set(fresh, family.set(key, after));
    }
    return [old, fresh].filter((service) => service !== undefined);
  }

  function pairFor(key: string): RoutePair | undefined {
    const [one, other] = [desired.get(key), resolved.get(key)];
    return one === undefined || other === undefined ? undefined : { desired: one, resolved: other };
  }

  function familyOf(service: string): Family | undefined {
    const family = [...(members.get(service)?.values() ?? [])];
    if (family.length > 0) return family.sort((a, b) => (a.desired.id < b.desired.id ? -1 : 1));
    members.delete(service);
    return undefined;
  }
}

function serviceOf(pair: RoutePair | undefined): string | undefined {
  const service = pair?.resolved.targets.serviceRef;
  return service === undefined ? undefined : routeKey(service.meta);
}

function take<Item>(map: Map<string, Item>, { gone, come }: Changes<Item>, keyIn: (item: Item) => string): string[] {
  for (const item of gone) map.delete(keyIn(item));
  for (const item of come) map.set(keyIn(item), item);
  return [...gone, ...come].map(keyIn);
}
