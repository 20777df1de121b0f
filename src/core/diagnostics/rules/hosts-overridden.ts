import { type Diagnostic, nameOf, refOf } from "../../model/index.ts";
import { type Facts, type RoutePair, routesByService } from "../facts.ts";
import { listed } from "../text.ts";

/** A route's own hosts replace its service's: those it loses, and those the service does not have. */
export function hostsOverridden(facts: Facts): readonly Diagnostic[] {
  return [...routesByService(facts).values()].flatMap((family) =>
    family
      .filter(({ desired, resolved }) => desired.hostsSource === "Route" && resolved.service?.spec.hosts !== undefined)
      .flatMap(findings),
  );
}

function findings({ resolved, desired }: RoutePair): readonly Diagnostic[] {
  const service = resolved.service;
  if (service === undefined) return [];
  const own = new Set(desired.body.hosts ?? []);
  const theirs = new Set((service.spec.hosts ?? []).map((host) => host.toLowerCase()));
  const lost = [...theirs].filter((host) => !own.has(host));
  const gained = [...own].filter((host) => !theirs.has(host));
  if (lost.length === 0 && gained.length === 0) return [];
  const parts = [
    ...(lost.length > 0 ? [`It does not answer on ${listed(lost)}, which the service names.`] : []),
    ...(gained.length > 0 ? [`It answers on ${listed(gained)}, which the service does not name.`] : []),
  ];
  return [
    {
      code: "HostsOverridden",
      severity: gained.length > 0 ? "warning" : "info",
      object: refOf(resolved.manifest),
      field: "spec.hosts",
      message: `The route's hosts replace those of ${nameOf(refOf(service))}. ${parts.join(" ")}`,
      why: "APISIX never merges the hosts of a route with those of its service.",
      fix: "List in spec.hosts every host that the route shall answer on, or leave spec.hosts out to take the service's.",
      related: [{ ref: refOf(service), field: "spec.hosts" }],
    },
  ];
}
