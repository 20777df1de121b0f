import { resolve, translate } from "../../core/desired/index.ts";
import {
  type AdminRoute,
  type DesiredRoute,
  type Observed,
  type Snapshot,
  type Step,
  adminKinds,
} from "../../core/model/index.ts";
import type { Stage } from "./stage.ts";

/** A table on a gateway, loaded without an operator. */
export interface WrittenTable {
  /** What the gateway holds; what it refused is missing. */
  readonly observed: Observed;
  /** What was sent for each route, by id. */
  readonly bodies: ReadonlyMap<string, AdminRoute>;
}

/**
 * Loads the table the way its authors meant it without an operator: no priorities but theirs, and routes that take
 * their hosts from a service left to do so.
 */
export async function loadAsWritten(stage: Stage, snapshot: Snapshot): Promise<WrittenTable> {
  const desired = translate(resolve(snapshot));
  const bodies = new Map<string, AdminRoute>(desired.routes.map((route) => [route.id, asWritten(route)]));
  const creations = adminKinds.flatMap((kind) =>
    desired[kind].map(({ id, body }): Creation => ({ kind, id, body: bodies.get(id) ?? body })),
  );
  await stage.apply(stepsOf(creations));
  return { observed: await stage.observe(), bodies };
}

/** Deletes these routes from the running gateway and creates them again in this order, which puts them last in it. */
export async function recreate(stage: Stage, { bodies }: WrittenTable, order: readonly string[]): Promise<void> {
  const creations = order.flatMap((id): Creation[] => {
    const body = bodies.get(id);
    return body === undefined ? [] : [{ kind: "routes", id, body }];
  });
  await stage.apply(stepsOf([...order.map((id) => ({ kind: "routes" as const, id })), ...creations]));
}

/** The gateway itself fills nothing in: no number is 0, no hosts are the service's. */
function asWritten({ body, hostsSource }: DesiredRoute): AdminRoute {
  const { hosts, ...rest } = body;
  return hostsSource === "Service" || hosts === undefined ? rest : { ...rest, hosts };
}

type Creation = Pick<Step, "kind" | "id"> & { readonly body: NonNullable<Step["body"]> };

function stepsOf(work: readonly (Pick<Step, "kind" | "id"> | Creation)[]): readonly Step[] {
  return work.map((each, index) => ({
    ...each,
    index,
    verb: "body" in each ? "create" : "delete",
    changed: [],
    waitsFor: [],
  }));
}
