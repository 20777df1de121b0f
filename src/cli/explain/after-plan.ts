import { type Observed, type ObservedObject, type Step, everyObserved, observedOf } from "../../core/model/index.ts";

/**
 * What the gateway holds once every step of a plan is done: held, foreign and guarded objects stay as they are. What a
 * step creates counts as created after all that stands there.
 */
export function afterPlan(observed: Observed, steps: readonly Step[]): Observed {
  const standing = everyObserved(observed);
  const byKey = new Map<string, ObservedObject>(standing.map((object) => [`${object.kind}/${object.id}`, object]));
  for (const { kind, id, body } of steps) {
    const key = `${kind}/${id}`;
    const createdIndex = byKey.get(key)?.createdIndex ?? Number.POSITIVE_INFINITY;
    if (body === undefined) byKey.delete(key);
    else byKey.set(key, { kind, id, value: body, createdIndex, modifiedIndex: createdIndex });
  }
  return { ...(observed.version !== undefined && { version: observed.version }), ...observedOf([...byKey.values()]) };
}
