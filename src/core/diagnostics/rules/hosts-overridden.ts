import { type Diagnostic, type DesiredRoute, type ServiceManifest, nameOf, refOf } from "../../model/index.ts";
import { type HostEntry, hostCovers, hostEntryOf } from "../../precedence/index.ts";
import { diagnosticOf } from "../finding.ts";
import { listed } from "../text.ts";
import { type WatchMaker, eachFamily } from "../watch.ts";

/** A route's own hosts replace its service's: those it loses, and those the service does not have. */
export const hostsOverridden: WatchMaker = (flavor) => {
  const entriesOf = (hosts: readonly string[]) => hosts.flatMap((host) => hostEntryOf(host, flavor) ?? []);
  return eachFamily((family) => {
    const service = family[0]?.resolved.targets.serviceRef;
    if (service?.spec.hosts === undefined) return [];
    const theirs = [...new Set(service.spec.hosts.map((host) => host.toLowerCase()))];
    return family.flatMap((route) =>
      route.hostsSource === "Route" ? findings(route, service, theirs, entriesOf) : [],
    );
  })(flavor);
};

type Entries = (hosts: readonly string[]) => readonly HostEntry[];

function findings(
  { body: { hosts: own = [] }, origin }: DesiredRoute,
  service: ServiceManifest,
  theirs: readonly string[],
  entriesOf: Entries,
): readonly Diagnostic[] {
  const lost = without(theirs, own, entriesOf);
  const gained = without(own, theirs, entriesOf);
  if (lost.length === 0 && gained.length === 0) return [];
  const parts = [
    ...(lost.length > 0 ? [`It does not answer on ${allOf(lost)}, which the service names.`] : []),
    ...(gained.length > 0 ? [`It answers on ${listed(gained)}, which the service does not name.`] : []),
  ];
  return [
    diagnosticOf({
      code: "HostsOverridden",
      severity: gained.length > 0 ? "warning" : "info",
      object: origin,
      field: "spec.hosts",
      message: `The route's hosts replace those of ${nameOf(refOf(service))}. ${parts.join(" ")}`,
      why: "APISIX never merges the hosts of a route with those of its service.",
      fix: "List in spec.hosts every host that the route shall answer on, or leave spec.hosts out to take the service's.",
      related: [{ ref: refOf(service), field: "spec.hosts" }],
    }),
  ];
}

/** So many hosts are gone through, more are looked up. */
const few = 8;

/** Those of the first list that none of the second takes: `a.x.com` is named by `*.x.com`, not the other way round. */
function without(hosts: readonly string[], others: readonly string[], entriesOf: Entries): readonly string[] {
  const same = others.length > few ? new Set(others) : undefined;
  const missing = hosts.filter((host) => !(same?.has(host) ?? others.includes(host)));
  if (missing.length === 0) return missing;
  // Only a wildcard, or a host without the port of another, takes more than itself.
  if (!others.some(isWildcard) && !missing.some(hasPort)) return missing;
  const names = new Set(missing.map((host) => host.replace(/:\d+$/, "")));
  const wide = entriesOf(others.filter((host) => isWildcard(host) || names.has(host)));
  const entries = new Map(entriesOf(missing).map((entry) => [entry.text, entry]));
  return missing.filter((host) => {
    const entry = entries.get(host);
    return entry === undefined || !wide.some((outer) => hostCovers(outer, entry));
  });
}

function isWildcard(host: string): boolean {
  return host.startsWith("*");
}

function hasPort(host: string): boolean {
  return /:\d+$/.test(host);
}

/** A wildcard that is lost may live on in part. */
function allOf(hosts: readonly string[]): string {
  return hosts.some(isWildcard) ? `all of ${listed(hosts)}` : listed(hosts);
}
