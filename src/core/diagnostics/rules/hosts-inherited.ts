import { type Diagnostic, type DesiredRoute, nameOf, refOf } from "../../model/index.ts";
import { listed } from "../text.ts";
import { eachFamily } from "../watch.ts";

/** A route names no hosts and its service does: it answers on the service's, and only there. */
export const hostsInherited = eachFamily((family) => {
  const inheriting = family.filter(({ hostsSource }) => hostsSource === "Service");
  const [first] = inheriting;
  if (first === undefined) return [];
  const naming = family.filter(({ hostsSource, body }) => hostsSource === "Route" && body.status !== 0);
  // All of them inherit the same. Field by field: most routes inherit, and each has its own.
  const { code, severity, field, message, why, fix, related } = finding(first, naming);
  return inheriting.map(({ origin: object }) => ({ code, severity, object, field, message, why, fix, related }));
});

function finding(
  { resolved, body }: DesiredRoute,
  siblings: readonly DesiredRoute[],
): Omit<Required<Diagnostic>, "object" | "witness"> {
  const service = resolved.targets.serviceRef;
  const serviceName = service === undefined ? "its service" : nameOf(refOf(service));
  const sibling = siblings[0];
  const besides =
    sibling === undefined ? "" : ` A sibling on the same service, ${nameOf(sibling.origin)}, names hosts of its own.`;
  return {
    code: "HostsInherited",
    severity: sibling === undefined ? "info" : "warning",
    field: "spec.serviceRef",
    message: `This route names no hosts, so it answers only on those of ${serviceName}: ${listed(body.hosts ?? [])}.${besides}`,
    why: "APISIX gives a service's hosts to every route of it that has none of its own.",
    fix: "Write spec.hosts on the route, or leave it if these are the hosts you mean.",
    related: [
      ...(service === undefined ? [] : [{ ref: refOf(service), field: "spec.hosts" }]),
      ...siblings.slice(0, 10).map(({ origin }) => ({ ref: origin, field: "spec.hosts" })),
    ],
  };
}
