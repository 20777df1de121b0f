import type { JsonPatchStep, KubeClient } from "./client.ts";
import { KubeError, isKubeError } from "./errors.ts";
import type { ResourceType } from "./resource.ts";

/** The object as the caller knows it: the patch holds only if it is still that. */
export interface FinalizerTarget {
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string | undefined;
  readonly finalizers: readonly string[];
}

/**
 * Adds one finalizer, without touching those of others; sends nothing when it is there. Throws `conflict` when the
 * object's finalizers are not what the caller knows (look again), `notFound` when it is gone.
 */
export async function addFinalizer(
  client: KubeClient,
  type: ResourceType,
  target: FinalizerTarget,
  finalizer: string,
): Promise<void> {
  const { finalizers } = target;
  if (finalizers.includes(finalizer)) return;
  await patch(client, type, target, [
    // An absent list equals null to `test`. Source: evanphx/json-patch, patch.go, test().
    { op: "test", path: "/metadata/finalizers", value: finalizers.length === 0 ? null : finalizers },
    finalizers.length === 0
      ? { op: "add", path: "/metadata/finalizers", value: [finalizer] }
      : { op: "add", path: "/metadata/finalizers/-", value: finalizer },
  ]);
}

/** Removes one finalizer, as `addFinalizer` adds it. An object that is gone is fine. */
export async function removeFinalizer(
  client: KubeClient,
  type: ResourceType,
  target: FinalizerTarget,
  finalizer: string,
): Promise<void> {
  const index = target.finalizers.indexOf(finalizer);
  if (index === -1) return;
  const path = `/metadata/finalizers/${index}`;
  try {
    await patch(client, type, target, [
      { op: "test", path, value: finalizer },
      { op: "remove", path },
    ]);
  } catch (error) {
    if (!isKubeError(error, "notFound")) throw error;
  }
}

async function patch(
  client: KubeClient,
  type: ResourceType,
  target: FinalizerTarget,
  steps: readonly JsonPatchStep[],
): Promise<void> {
  const isSame: readonly JsonPatchStep[] =
    target.uid === undefined ? [] : [{ op: "test", path: "/metadata/uid", value: target.uid }];
  try {
    await client.jsonPatch(type, target, [...isSame, ...steps]);
  } catch (error) {
    // A `test` that fails comes back as 422 without a field. Source: kubernetes/apiserver, pkg/endpoints/handlers/patch.go, applyJSPatch().
    if (!isKubeError(error, "invalid") || error.code !== 422 || error.causes.length > 0) throw error;
    throw new KubeError(error.message, { failure: "conflict", code: error.code, reason: error.reason, cause: error });
  }
}
