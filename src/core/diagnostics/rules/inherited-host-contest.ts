import { type Diagnostic, nameOf, refOf } from "../../model/index.ts";
import { type Facts, type RoutePair, routesByService } from "../facts.ts";
import { listed } from "../text.ts";

/**
 * Two routes of one service contest on a host that one of them only inherits. Without priorities the gateway would
 * let load order decide, and a route that named its host would lose to one that never did.
 */
export function inheritedHostContest(facts: Facts): readonly Diagnostic[] {
  return [...routesByService(facts).values()].flatMap((family) => {
    const inheriting = family.filter(({ desired }) => desired.hostsSource === "Service");
    const naming = family.filter(({ desired }) => desired.hostsSource === "Route");
    return inheriting.flatMap((pair) => {
      const contested = new Set(facts.rivalsOf(pair.desired.id));
      const rivals = naming.filter(({ desired }) => contested.has(desired.id));
      return rivals.length === 0 ? [] : [finding(facts, pair, rivals)];
    });
  });
}

function finding(facts: Facts, { resolved, desired }: RoutePair, rivals: readonly RoutePair[]): Diagnostic {
  const service = resolved.service;
  const serviceName = service === undefined ? "its service" : nameOf(refOf(service));
  const shared = [
    ...new Set(
      rivals.flatMap((rival) => (rival.desired.body.hosts ?? []).filter((host) => desired.body.hosts?.includes(host))),
    ),
  ];
  const names = listed(
    rivals.map((rival) => nameOf(refOf(rival.resolved.manifest))),
    3,
  );
  return {
    code: "InheritedHostContest",
    severity: "warning",
    object: refOf(resolved.manifest),
    field: "spec.serviceRef",
    message:
      `It inherits ${listed(desired.body.hosts ?? [])} from ${serviceName} and contests there with ${names}, ` +
      `which names ${shared.length > 0 ? listed(shared) : "an overlapping host"} itself. ${standing(facts, desired.id, rivals)}`,
    why: "Both stand in one bucket of the gateway's router; without distinct priorities the order in which it loaded them would decide.",
    fix: "Write spec.hosts on this route, without the hosts that belong to the other, or set spec.priority to say who goes first.",
    related: [
      ...(service === undefined ? [] : [{ ref: refOf(service), field: "spec.hosts" }]),
      ...rivals.slice(0, 10).map((rival) => ({ ref: refOf(rival.resolved.manifest), field: "spec.hosts" })),
    ],
  };
}

function standing({ priorities }: Facts, id: string, rivals: readonly RoutePair[]): string {
  const own = priorities.byId.get(id)?.value;
  const theirs = rivals.map((rival) => priorities.byId.get(rival.desired.id)?.value);
  if (own === undefined) return "";
  if (theirs.every((value) => value !== undefined && value > own)) return "Where both match, the other one answers.";
  if (theirs.every((value) => value !== undefined && value < own)) return "Where both match, this one answers.";
  return "Their priorities decide who answers where both match.";
}
