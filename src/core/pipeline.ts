// core/pipeline: what the operator thinks, from snapshot and observation to plan.
import { expiringCertificates, instanceOf, withoutPaused } from "./desired/index.ts";
import { withEffectiveHosts } from "./lineup.ts";
import { Memory, type Stages, type Terms } from "./memory.ts";
import { driftNotices, noticesOf } from "./notices.ts";
import {
  type Contestant,
  type Desired,
  type Diagnostic,
  type Observed,
  type Owner,
  type Plan,
  type Priorities,
  type Resolved,
  type RouterFlavor,
  type Snapshot,
  type Step,
  isOurs,
  isPaused,
} from "./model/index.ts";
import {
  type Agreement,
  type PlanOptions,
  type RouteChange,
  driftIn,
  keptVersions,
  planChanges,
  withDrift,
  withPolicy,
} from "./plan/index.ts";
import { type Match, routeWriteOrder } from "./precedence/index.ts";

export interface Decision {
  readonly snapshot: Snapshot;
  readonly resolved: Resolved;
  readonly desired: Desired;
  readonly priorities: Priorities;
  readonly diagnostics: readonly Diagnostic[];
  readonly plan: Plan;
  /** Steps that put right what others did, be they in the plan or not. */
  readonly drift: readonly Step[];
  /** What carrying out the plan means for objects that nobody edited: true at that moment and not afterwards. */
  readonly notices: readonly Diagnostic[];
  /** Of held resources (by `keyOf`), whether the gateway has an earlier version; absent where that is not known. */
  readonly kept: ReadonlyMap<string, boolean>;
}

/** What the caller knows beside the two states. */
export interface Settings {
  /** Where the snapshot holds the objects of these namespaces only. */
  readonly namespaces?: ReadonlySet<string> | undefined;
  /** How many deletions a person has approved, should the guard stop them. */
  readonly approvedDeletions?: number;
  /** What was agreed on with this gateway before; absent where nobody was there. */
  readonly agreement?: Agreement | undefined;
  /** Whether what others changed for a resource (by `keyOf`) is put right under every policy; absent: for none. */
  readonly isForced?: (resource: string) => boolean;
}

export { Memory } from "./memory.ts";
export const defaultFlavor: RouterFlavor = "radixtree_host_uri";

/**
 * Everything the operator thinks, in one breath. Pure: same input, same result, same order. The memory of an earlier call
 * for this gateway saves the work that was done before and changes nothing else.
 */
export function decide(
  snapshot: Snapshot,
  observed: Observed,
  settings: Settings,
  memory: Memory = new Memory(),
): Decision {
  return diagnosed(arrange(snapshot, observed, settings, memory), observed, settings, memory);
}

/** The steps of the plan that put right what others did. */
export function rightedBy({ plan, drift }: Pick<Decision, "plan" | "drift">): readonly Step[] {
  if (drift.length === 0) return [];
  const drifted = new Set(drift.map(({ kind, id }) => `${kind}/${id}`));
  return plan.steps.filter(({ kind, id }) => drifted.has(`${kind}/${id}`));
}

/** A decision before anything is said about it. */
export interface Arrangement extends Omit<Decision, "diagnostics" | "notices" | "kept"> {
  /** Every route that takes part on the gateway. */
  readonly contestants: readonly Contestant[];
  /** How each of them matches, by its id. */
  readonly matchOf: (id: string) => Match | undefined;
  /** Of what can't stand on this gateway beside the rest. */
  readonly problems: readonly Diagnostic[];
}

/** The first half of `decide`: what shall stand, with its numbers, and the way there. */
export function arrange(snapshot: Snapshot, observed: Observed, settings: Settings, memory: Memory): Arrangement {
  return memory.use(termsOf(snapshot, settings), (stages) => arrangeWith(stages, snapshot, observed, settings));
}

/** The second half: what is to be said about it. `observed` is what it was arranged for, be it carried out by now. */
export function diagnosed(
  { contestants, matchOf, problems, ...arrangement }: Arrangement,
  observed: Observed,
  settings: Settings,
  memory: Memory,
): Decision {
  const { snapshot, resolved, desired, priorities, plan } = arrangement;
  const terms = termsOf(snapshot, settings);
  const gatewayVersion = observed.learned?.version ?? observed.version;
  const { flavor } = terms;
  const facts = { resolved, desired, priorities, contestants, matchOf, problems, flavor, gatewayVersion };
  return {
    ...arrangement,
    diagnostics: memory.use(terms, ({ diagnose }) => diagnose(facts)),
    notices: [...noticesOf(plan, snapshot, observed), ...driftNotices(rightedBy(arrangement))],
    kept: keptVersions(desired.held, observed),
  };
}

function arrangeWith(stages: Stages, snapshot: Snapshot, observed: Observed, settings: Settings): Arrangement {
  const resolved = stages.resolve(snapshot);
  const settled = stages.settle(stages.translate(resolved), resolved, observed);
  const suited = stages.suit(settled.desired, observed);
  const { desired: draft, problems: stranded } = withoutPaused(suited.desired, resolved, observed);
  const problems = [...settled.problems, ...suited.problems, ...stranded, ...expiringCertificates(resolved)];
  const lineup = stages.lineUp(draft, observed);
  const { worked, matchOf, ...priorities } = stages.prioritize(lineup);
  const numbered = { ...draft, routes: stages.number(draft.routes, priorities, worked) };
  const driftPolicy = snapshot.gateway.spec.drift ?? "correct";
  const desired = driftPolicy === "correct" ? numbered : stages.stamp(numbered, observed.version);
  const whole = planChanges(desired, observed, planOptions(snapshot, observed, settings), stages.ledger);
  const drift = driftIn(whole, observed, settings.agreement);
  const wanted = withDrift(whole, drift, { policy: driftPolicy, isForced: settings.isForced ?? (() => false) });
  const plan = withPolicy(wanted, isPaused(snapshot.gateway) ? "paused" : (snapshot.gateway.spec.policy ?? "sync"));
  return { snapshot, resolved, desired, priorities, contestants: lineup.contestants, matchOf, problems, plan, drift };
}

function termsOf({ gateway }: Snapshot, { namespaces }: Settings): Terms {
  return { instance: instanceOf(gateway), namespaces, flavor: gateway.spec.router ?? defaultFlavor };
}

function planOptions(snapshot: Snapshot, observed: Observed, settings: Settings): PlanOptions {
  const { flavor, ...owner } = termsOf(snapshot, settings);
  const { guards } = snapshot.gateway.spec;
  return {
    ...owner,
    ...(guards?.maxDeletes !== undefined && { maxDeletes: guards.maxDeletes }),
    ...(settings.approvedDeletions !== undefined && { approvedDeletions: settings.approvedDeletions }),
    routeWaits: (changesIn) => waitsAmong(changesIn, observed, owner, flavor),
  };
}

/** The first load of an empty gateway waits for nothing: nobody is answered yet. */
function waitsAmong(
  changesIn: () => readonly RouteChange[],
  observed: Observed,
  owner: Owner,
  flavor: RouterFlavor,
): ReadonlyMap<string, readonly string[]> {
  if (!observed.routes.some((route) => isOurs(route, owner))) return new Map();
  const changes = changesIn();
  const used = new Set(changes.flatMap(({ before }) => before?.service_id ?? []).map(String));
  const services = new Map(observed.services.flatMap(({ id, value }) => (used.has(id) ? [[id, value]] : [])));
  const before = changes.flatMap(({ id, before }) =>
    before === undefined ? [] : [{ id, route: withEffectiveHosts(before, services) }],
  );
  const after = changes.flatMap(({ id, after }) => (after === undefined ? [] : [{ id, route: after }]));
  return routeWriteOrder({ before, after, flavor });
}
