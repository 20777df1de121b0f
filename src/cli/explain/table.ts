import { instanceOf } from "../../core/desired/index.ts";
import { RouteTable } from "../../core/matcher/index.ts";
import {
  type AdminRoute,
  type GatewayManifest,
  type Observed,
  type ObservedObject,
  type ResourceRef,
  type Snapshot,
  emptyObserved,
  everyResolved,
  managedByValue,
  nameOf,
  ownerLabels,
} from "../../core/model/index.ts";
import { type Decision, decide } from "../../core/pipeline.ts";
import { afterPlan } from "./after-plan.ts";
import type { NamedPriority, NamedRoute, NamedTable, TableOrigin } from "./named-table.ts";

/** The table that a gateway holds, as somebody may have made it. */
export function tableOnGateway(observed: Observed, origin: TableOrigin): NamedTable {
  return namedTable(observed, origin, (object) => named(object, undefined));
}

/**
 * The table that the operator makes of a snapshot: what the gateway holds once the plan is carried out, against what it
 * holds now or, where that is `undefined`, against nothing.
 */
export function tableOfOperator(snapshot: Snapshot, observed: Observed | undefined, origin: TableOrigin): NamedTable {
  const withRouter: GatewayManifest = {
    ...snapshot.gateway,
    spec: { ...snapshot.gateway.spec, router: origin.router },
  };
  const decision = decide({ ...snapshot, gateway: withRouter }, observed ?? emptyObserved, {});
  const after = afterPlan(observed ?? emptyObserved, decision.plan.steps);
  const knowledge: Knowledge = {
    instance: instanceOf(decision.snapshot.gateway),
    origins: new Map(
      [...decision.desired.routes, ...decision.desired.held.filter(({ kind }) => kind === "routes")].flatMap(
        ({ id, origin }) => (id === undefined ? [] : [[id, origin]]),
      ),
    ),
    priorities: decision.priorities.byId,
  };
  const { notes, ...table } = namedTable(after, origin, (object) => named(object, knowledge));
  return { ...table, notes: [...notes, ...notesOf(decision)] };
}

function namedTable(
  { routes, services, plugin_configs }: Observed,
  origin: TableOrigin,
  nameOfRoute: (route: ObservedObject<"routes">) => NamedRoute,
): NamedTable {
  const table = new RouteTable({ flavor: origin.router, version: origin.apisixVersion });
  for (const { id, value } of services) table.putService(id, value);
  for (const { id, value } of plugin_configs) table.putPluginConfig(id, value);
  for (const { id, value } of routes.toSorted(byCreation)) table.putRoute(id, value);
  const names = new Map(routes.map((route) => [route.id, nameOfRoute(route)]));
  const notes = routes.flatMap(({ id }) => {
    const compiled = table.compiled(id);
    return compiled?.kind === "dropped" ? [`The gateway drops route ${id}: ${compiled.problem}.`] : [];
  });
  return { table, routes: names, origin, notes };
}

/** As they were created; what has yet to be created, in the order of the ids, as after a restart. */
function byCreation(a: ObservedObject, b: ObservedObject): number {
  if (a.createdIndex !== b.createdIndex) return a.createdIndex < b.createdIndex ? -1 : 1;
  return Buffer.compare(Buffer.from(a.id), Buffer.from(b.id));
}

/** What an operator knows of its own routes, beyond their labels. */
interface Knowledge {
  readonly instance: string;
  readonly origins: ReadonlyMap<string, ResourceRef>;
  readonly priorities: Decision["priorities"]["byId"];
}

/** Without knowledge every operator's routes are named; with it, only those of the one who knows. */
function named({ id, value }: ObservedObject<"routes">, knowledge: Knowledge | undefined): NamedRoute {
  const labels = value.labels ?? {};
  const isOurs =
    labels[ownerLabels.managedBy] === managedByValue &&
    (knowledge === undefined || labels[ownerLabels.instance] === knowledge.instance);
  if (!isOurs) return { id, ref: undefined, priority: foreignPriority(value) };
  const filled = knowledge?.priorities.get(id);
  return {
    id,
    ref: knowledge?.origins.get(id) ?? refIn(labels[ownerLabels.origin]),
    priority: filled === undefined ? labelledPriority(value) : priorityOf(filled),
  };
}

function priorityOf({ value, source, reason }: NamedPriority): NamedPriority {
  return { value, source, reason };
}

function labelledPriority({ labels, priority: value = 0 }: AdminRoute): NamedPriority {
  switch (labels?.[ownerLabels.prioritySource]) {
    case "Explicit":
      return { value, source: "Explicit", reason: "written by its author" };
    case "Specificity":
    case "Default":
      return { value, source: "Specificity", reason: "filled by the operator" };
    default:
      return { value, source: "Foreign", reason: "as it stands on the gateway" };
  }
}

function foreignPriority({ priority }: AdminRoute): NamedPriority {
  return priority === undefined
    ? { value: 0, source: "Foreign", reason: "none is set, which counts as 0" }
    : { value: priority, source: "Foreign", reason: "as it stands on the gateway" };
}

/** `GatewayRoute/shop/cart`; a longer origin was shortened and names nothing. */
function refIn(origin: string | undefined): ResourceRef | undefined {
  const [, namespace, name] = /^GatewayRoute\/([^/]+)\/([^/]+)$/.exec(origin ?? "") ?? [];
  if (namespace === undefined || name === undefined || (origin?.length ?? 0) >= 256) return undefined;
  return { kind: "GatewayRoute", namespace, name };
}

/** Routes that are not as their authors wrote them, and why. */
function notesOf({ resolved, plan }: Decision): readonly string[] {
  const broken = everyResolved(resolved).flatMap(({ manifest, problems }) =>
    problems.map(({ message }) => `${nameOf({ kind: manifest.kind, ...manifest.meta })} is held back: ${message}`),
  );
  return [...broken, ...plan.refusals.map(({ message }) => message)];
}
