import type { AdminBodies, AdminKind, Observed, ObservedObject, Step } from "../../core/model/index.ts";

/**
 * What the gateway holds once every step of a plan is done: held, foreign and guarded objects stay as they are. What a
 * step creates counts as created after all that stands there.
 */
export function afterPlan(observed: Observed, steps: readonly Step[]): Observed {
  return {
    ...observed,
    routes: applied("routes", observed.routes, steps),
    services: applied("services", observed.services, steps),
    upstreams: applied("upstreams", observed.upstreams, steps),
    plugin_configs: applied("plugin_configs", observed.plugin_configs, steps),
  };
}

function applied<Kind extends AdminKind>(
  kind: Kind,
  before: readonly ObservedObject<Kind>[],
  steps: readonly Step[],
): readonly ObservedObject<Kind>[] {
  const byId = new Map(before.map((object) => [object.id, object]));
  for (const { id, body } of steps.filter((step) => step.kind === kind)) {
    if (body === undefined) {
      byId.delete(id);
      continue;
    }
    const createdIndex = byId.get(id)?.createdIndex ?? Number.POSITIVE_INFINITY;
    const value = body as AdminBodies[Kind]; // a step's body is of the step's kind
    byId.set(id, { kind, id, value, createdIndex, modifiedIndex: createdIndex });
  }
  return [...byId.values()];
}
