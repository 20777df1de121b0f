import { type Changes, Groups } from "../changes/index.ts";
import { type DesiredRoute, type ServiceManifest, compareIds } from "../model/index.ts";

/** The routes of one service, in the order of the ids. Another list as soon as one of them is another. */
export type Family = readonly DesiredRoute[];

/** The routes of each service, one change after another; says which families are another than before. */
export function makeFamilies(): (routes: Changes<DesiredRoute>) => Changes<Family> {
  const families = new Groups<ServiceManifest, DesiredRoute>(
    ({ resolved: { targets } }) => (targets.serviceRef === undefined ? [] : [targets.serviceRef]),
    compareIds,
  );
  return (routes) => {
    const { fresh, before } = families.update(routes);
    const now = [...fresh, ...before.keys()].map((service) => families.under(service));
    return { gone: [...before.values()], come: now.filter((family) => family.length > 0) };
  };
}
