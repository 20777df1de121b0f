import { type Changes, Groups } from "../changes/index.ts";
import { type DesiredRoute, type ServiceManifest, compareText } from "../model/index.ts";

/** The routes of one service, in the order of the ids. Another list as soon as one of them is another. */
export type Family = readonly DesiredRoute[];

/** The routes of each service, one change after another; says which families are another than before. */
export function makeFamilies(): (routes: Changes<DesiredRoute>) => Changes<Family> {
  const families = new Groups<ServiceManifest, DesiredRoute>(
    ({ resolved: { targets } }) => (targets.serviceRef === undefined ? [] : [targets.serviceRef]),
    (a, b) => compareText(a.id, b.id),
  );
  return (routes) => {
    const before = families.update(routes);
    const isThere = (family: Family) => family.length > 0;
    return {
      gone: [...before.values()].filter(isThere),
      come: Array.from(before.keys(), (service) => families.under(service)).filter(isThere),
    };
  };
}
