import { type Diagnostic, nameOf, refOf } from "../../model/index.ts";
import type { RoutePair } from "../facts.ts";
import { listed } from "../text.ts";
import { eachFamily } from "../watch.ts";

/** A route names no hosts and its service does: it answers on the service's, and only there. */
export const hostsInherited = eachFamily((family) => {
  const namesHosts = family.filter(({ desired }) => desired.hostsSource === "Route" && desired.body.status !== 0);
  return family.filter(({ desired }) => desired.hostsSource === "Service").map((pair) => finding(pair, namesHosts));
});

function finding({ resolved, desired }: RoutePair, siblings: readonly RoutePair[]): Diagnostic {
  const service = resolved.targets.serviceRef;
  const serviceName = service === undefined ? "its service" : nameOf(refOf(service));
  const sibling = siblings[0];
  const besides =
    sibling === undefined
      ? ""
      : ` A sibling on the same service, ${nameOf(refOf(sibling.resolved.manifest))}, names hosts of its own.`;
  return {
    code: "HostsInherited",
    severity: sibling === undefined ? "info" : "warning",
    object: refOf(resolved.manifest),
    field: "spec.serviceRef",
    message: `This route names no hosts, so it answers only on those of ${serviceName}: ${listed(desired.body.hosts ?? [])}.${besides}`,
    why: "APISIX gives a service's hosts to every route of it that has none of its own.",
    fix: "Write spec.hosts on the route, or leave it if these are the hosts you mean.",
    related: [
      ...(service === undefined ? [] : [{ ref: refOf(service), field: "spec.hosts" }]),
      ...siblings.slice(0, 10).map(({ resolved: { manifest } }) => ({ ref: refOf(manifest), field: "spec.hosts" })),
    ],
  };
}
