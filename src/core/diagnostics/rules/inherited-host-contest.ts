import { type Diagnostic, type DesiredRoute, type Witness, nameOf, refOf } from "../../model/index.ts";
import { diagnosticOf } from "../finding.ts";
import { rivalIndexOf } from "../rivals.ts";
import type { Entrant } from "../entrant.ts";
import { listed } from "../text.ts";
import { eachFamily } from "../watch.ts";

/**
 * Two routes of one service contest on a host that one of them only inherits. Without priorities the gateway would
 * let load order decide, and a route that named its host would lose to one that never did.
 */
export const inheritedHostContest = eachFamily((family, { ask, entrantById, flavor }) => {
  const naming = family
    .filter(({ hostsSource }) => hostsSource === "Route")
    .flatMap(({ id }) => entrantById.get(id) ?? []);
  if (naming.length === 0) return [];
  const index = rivalIndexOf(naming, flavor);
  const found: Diagnostic[] = [];
  for (const route of family) {
    const entrant = route.hostsSource === "Service" ? entrantById.get(route.id) : undefined;
    const rivals = entrant && index.of(entrant);
    if (entrant === undefined || rivals === undefined || rivals.length === 0) continue;
    const shown = rivals.flatMap((rival): Shown[] => {
      const witness = ask.contest(entrant, rival);
      return witness === undefined || rival.desired === undefined ? [] : [{ rival, route: rival.desired, witness }];
    });
    if (shown.length > 0) found.push(finding(entrant, route, shown));
  }
  return found;
});

interface Shown {
  readonly rival: Entrant;
  readonly route: DesiredRoute;
  readonly witness: Witness;
}

function finding(entrant: Entrant, { resolved, body, origin }: DesiredRoute, shown: readonly Shown[]): Diagnostic {
  const service = resolved.targets.serviceRef;
  const serviceName = service === undefined ? "its service" : nameOf(refOf(service));
  const own = new Set(body.hosts ?? []);
  const shared = [...new Set(shown.flatMap(({ route }) => (route.body.hosts ?? []).filter((host) => own.has(host))))];
  const names = listed(
    shown.map(({ route }) => nameOf(route.origin)),
    3,
  );
  const verb = shown.length === 1 ? "names" : "name";
  return diagnosticOf({
    code: "InheritedHostContest",
    severity: "warning",
    object: origin,
    field: "spec.serviceRef",
    message:
      `It inherits ${listed([...own])} from ${serviceName} and contests there with ${names}, ` +
      `which ${verb} ${shared.length > 0 ? listed(shared) : "an overlapping host"} of ${shown.length === 1 ? "its" : "their"} own. ${standing(entrant, shown)}`,
    why: "Both stand in one bucket of the gateway's router; without distinct priorities the order in which it loaded them would decide.",
    fix: "Write spec.hosts on this route, without the hosts that belong to the other, or set spec.priority to say who goes first.",
    related: [
      ...(service === undefined ? [] : [{ ref: refOf(service), field: "spec.hosts" }]),
      ...shown.slice(0, 10).map(({ route }) => ({ ref: route.origin, field: "spec.hosts" })),
    ],
    witness: shown[0]?.witness,
  });
}

function standing({ number }: Entrant, shown: readonly Shown[]): string {
  const numbers = shown.map(({ rival }) => rival.number);
  if (numbers.every((other) => other > number)) return "Where both match, the other one answers.";
  if (numbers.every((other) => other < number)) return "Where both match, this one answers.";
  return "Their priorities decide who answers where both match.";
}
