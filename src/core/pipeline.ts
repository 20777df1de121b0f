// core/pipeline: what the operator thinks, from snapshot and observation to plan.
import { diagnose } from "./diagnostics/index.ts";
import { instanceOf, resolve, settleClaims, translate } from "./desired/index.ts";
import { contestantsOf, standingOf, withEffectiveHosts } from "./contestants.ts";
import {
  type Desired,
  type DesiredRoute,
  type Diagnostic,
  type Observed,
  type Owner,
  type Plan,
  type Priorities,
  type PrioritySource,
  type Resolved,
  type RouterFlavor,
  type Snapshot,
  isOurs,
  ownerLabels,
} from "./model/index.ts";
import { type RouteChange, planChanges } from "./plan/index.ts";
import { prioritize, routeWriteOrder } from "./precedence/index.ts";

export interface Decision {
  readonly snapshot: Snapshot;
  readonly resolved: Resolved;
  readonly desired: Desired;
  readonly priorities: Priorities;
  readonly diagnostics: readonly Diagnostic[];
  readonly plan: Plan;
}

/** What the caller knows beside the two states. */
export interface Settings {
  /** Where the snapshot holds the objects of these namespaces only. */
  readonly namespaces?: ReadonlySet<string> | undefined;
  /** How many deletions a person has approved, should the guard stop them. */
  readonly approvedDeletions?: number;
}

export const defaultFlavor: RouterFlavor = "radixtree_host_uri";

/** Everything the operator thinks, in one breath. Pure: same input, same result, same order. */
export function decide(snapshot: Snapshot, observed: Observed, settings: Settings): Decision {
  const { gateway } = snapshot;
  const owner: Owner = { instance: instanceOf(gateway), namespaces: settings.namespaces };
  const flavor = gateway.spec.router ?? defaultFlavor;
  const resolved = resolve(snapshot);
  const { desired: draft, problems } = settleClaims(translate(resolved), resolved, observed);
  const contestants = contestantsOf(draft, observed, owner);
  const priorities = prioritize({ contestants, standing: standingOf(observed, owner), flavor });
  const desired = { ...draft, routes: draft.routes.map((route) => withPriority(route, priorities)) };
  const diagnostics = diagnose({
    resolved,
    desired,
    priorities,
    contestants,
    flavor,
    gatewayVersion: observed.learned?.version ?? observed.version,
    problems,
  });
  const plan = planChanges(desired, observed, {
    ...owner,
    ...(gateway.spec.guards?.maxDeletes !== undefined && { maxDeletes: gateway.spec.guards.maxDeletes }),
    ...(settings.approvedDeletions !== undefined && { approvedDeletions: settings.approvedDeletions }),
    routeWaits: (changes) => waitsAmong(changes, observed, owner, flavor),
  });
  return { snapshot, resolved, desired, priorities, diagnostics, plan };
}

/** The first load of an empty gateway waits for nothing: nobody is answered yet. */
function waitsAmong(
  changes: readonly RouteChange[],
  observed: Observed,
  owner: Owner,
  flavor: RouterFlavor,
): ReadonlyMap<string, readonly string[]> {
  if (!observed.routes.some((route) => isOurs(route, owner))) return new Map();
  const services = new Map(observed.services.map(({ id, value }) => [id, value]));
  const before = changes.flatMap(({ id, before }) =>
    before === undefined ? [] : [{ id, route: withEffectiveHosts(before, services) }],
  );
  const after = changes.flatMap(({ id, after }) => (after === undefined ? [] : [{ id, route: after }]));
  return routeWriteOrder({ before, after, flavor });
}

/** The number goes to the gateway, and a label that says whose it is: ours is kept, an author's never touched. */
function withPriority(route: DesiredRoute, { byId }: Priorities): DesiredRoute {
  const filled = byId.get(route.id);
  if (filled === undefined) return route;
  // Two words only: a filled 0 that meets its first rival must not cost a write for its label.
  const label: PrioritySource = filled.source === "Explicit" ? "Explicit" : "Specificity";
  const labels = { ...route.body.labels, [ownerLabels.prioritySource]: label };
  // A filled 0 is left out: absent is 0 for every gateway, and what is not sent can't differ.
  const { priority: _priority, ...body } = route.body;
  const isWritten = filled.source === "Explicit" || filled.value !== 0;
  return { ...route, body: { ...body, ...(isWritten && { priority: filled.value }), labels } };
}
