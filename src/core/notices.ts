// What a plan does to objects that nobody edited, told once, when it happens.
import { affectedByHosts } from "./diagnostics/index.ts";
import type { AdminService, Diagnostic, Observed, Plan, Snapshot, Step } from "./model/index.ts";
import { driftOf } from "./plan/index.ts";

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

/** A gateway that was set back or wiped is one story, not thousands. */
const mostDrift = 50;

/** What somebody else changed on the gateway and a step puts right. */
export function driftNotices(drift: readonly Step[]): readonly Diagnostic[] {
  return drift.slice(0, mostDrift).flatMap((step): readonly Diagnostic[] => {
    if (step.origin === undefined) return [];
    return [
      {
        code: "Drifted",
        severity: "warning",
        object: step.origin,
        message: `${driftOf(step)} It was put right.`,
        why: "The resource says what shall stand there, and the gateway had taken that before.",
        fix: "Change the resource, not the gateway.",
        related: [],
      },
    ];
  });
}

function userKey(namespace: string | undefined, service: string | undefined): string {
  return `${namespace ?? ""}/${service ?? ""}`;
}
