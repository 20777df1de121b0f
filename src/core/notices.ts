// What a plan does to objects that nobody edited, told once, when it happens.
import { affectedByHosts } from "./diagnostics/index.ts";
import type { AdminService, Diagnostic, Observed, Plan, Snapshot } from "./model/index.ts";

/** A service whose hosts the plan changes moves the routes that take their hosts from it. */
export function noticesOf(plan: Plan, snapshot: Snapshot, observed: Observed): readonly Diagnostic[] {
  const changes = plan.steps.filter(
    ({ kind, verb, changed }) => kind === "services" && verb === "update" && changed.includes("hosts"),
  );
  if (changes.length === 0) return [];
  const standing = new Map(observed.services.map(({ id, value }) => [id, value]));
  const users = Map.groupBy(snapshot.attached.GatewayRoute, ({ spec, meta }) =>
    userKey(meta.namespace, spec.serviceRef?.name),
  );
  return changes.flatMap(({ id, origin, body }) => {
    if (origin === undefined) return [];
    const { hosts: after } = body as AdminService; // the step is one of a service
    const routes = users.get(userKey(origin.namespace, origin.name)) ?? [];
    return affectedByHosts(routes, { service: origin, before: standing.get(id)?.hosts, after });
  });
}

function userKey(namespace: string | undefined, service: string | undefined): string {
  return `${namespace ?? ""}/${service ?? ""}`;
}
