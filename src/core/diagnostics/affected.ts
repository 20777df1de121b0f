import { type Diagnostic, type ResourceRef, type RouteManifest, nameOf, refOf } from "../model/index.ts";
import { diagnosticOf } from "./finding.ts";
import { counted, listed } from "./text.ts";

/** A service's hosts, as they were and as they are going to be; `undefined`: none, so every host. */
export interface HostsChange {
  readonly service: ResourceRef;
  readonly before: readonly string[] | undefined;
  readonly after: readonly string[] | undefined;
}

/**
 * The routes that a change of a service's hosts moves: those that use it and name no hosts of their own, as one
 * `ServiceHostsChanged` on the service with all of them in `related`, by name; none where nothing moves. The order and the
 * case of hosts mean nothing; a service without hosts leaves its routes on every host. `routes`: any, also of
 * other services and namespaces.
 */
export function affectedByHosts(
  routes: readonly RouteManifest[],
  { service, before, after }: HostsChange,
): readonly Diagnostic[] {
  const [old, fresh] = [hostsOf(before), hostsOf(after)];
  const gained = [...fresh].filter((host) => !old.has(host));
  const lost = [...old].filter((host) => !fresh.has(host));
  if (gained.length + lost.length === 0) return [];
  const moved = routes
    .filter(({ spec, meta }) => spec.serviceRef?.name === service.name && meta.namespace === service.namespace)
    .filter(({ spec, meta }) => spec.hosts === undefined && !meta.isDeleting)
    .map(refOf)
    .sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
  if (moved.length === 0) return [];
  return [
    diagnosticOf({
      code: "ServiceHostsChanged",
      severity: "warning",
      object: service,
      field: "spec.hosts",
      message: `This moves ${counted(moved.length, "route that names no hosts of its own", "routes that name no hosts of their own")}: ${listed(moved.map(nameOf), 10)}. ${sentenceOf(fresh, gained, lost)}`,
      why: "A route that names no hosts answers on its service's, each written out on the gateway: one write per route.",
      fix: "Write spec.hosts on the routes that shall stay where they are.",
      related: moved.map((ref) => ({ ref, field: "spec.serviceRef" })),
    }),
  ];
}

const everyHost = "*";

function hostsOf(hosts: readonly string[] | undefined): ReadonlySet<string> {
  return new Set(hosts?.map((host) => host.toLowerCase()) ?? [everyHost]);
}

function sentenceOf(fresh: ReadonlySet<string>, gained: readonly string[], lost: readonly string[]): string {
  if (fresh.has(everyHost)) return "They will answer on every host.";
  const parts = [
    ...(gained.length > 0 ? [`answer on ${listed(gained)}`] : []),
    ...(lost.length > 0 ? [`no longer answer on ${lost.includes(everyHost) ? "every host" : listed(lost)}`] : []),
  ];
  return `They will ${parts.join(" and ")}.`;
}
