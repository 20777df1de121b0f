import pLimit from "p-limit";
import { instanceOf } from "../../core/desired/index.ts";
import {
  type AttachedManifest,
  type InvalidManifest,
  type Snapshot,
  everyAttached,
  finalizer,
  isMadeFrom,
  isPaused,
} from "../../core/model/index.ts";
import {
  type KubeClient,
  addFinalizer,
  customResource,
  isKubeError,
  removeFinalizer,
} from "../../edges/kubernetes/index.ts";
import type { PassResult } from "./pass.ts";
import type { Held } from "./world.ts";

const sideBySide = 16;

export interface Finalizing {
  readonly client: KubeClient;
  readonly mayWrite: () => boolean;
  readonly onError: (object: Held, error: unknown) => void;
}

/**
 * Puts the finalizer on whatever is about to be written, so that a deleted resource can't vanish before its Admin
 * object does. One that can't be marked now is written all the same: a leftover is found by its labels. Returns how
 * many could not be marked.
 */
export async function holdOn({ client, mayWrite, onError }: Finalizing, snapshot: Snapshot): Promise<number> {
  const unmarked = everyAttached(snapshot).filter(
    ({ meta }) => !meta.isDeleting && !meta.finalizers.includes(finalizer),
  );
  return each(unmarked, onError, async (object) => {
    if (mayWrite()) await addFinalizer(client, customResource(object.kind), target(object), finalizer);
  });
}

/** Lets go of what is being deleted and has left the gateway, or never will because something that stays still uses it.
 * Returns how many could not be let go. */
export async function letGo({ client, mayWrite, onError }: Finalizing, leaving: readonly Held[]): Promise<number> {
  const marked = leaving.filter(({ meta }) => meta.isDeleting && meta.finalizers.includes(finalizer));
  return each(marked, onError, async (object) => {
    if (mayWrite()) await removeFinalizer(client, customResource(object.kind), target(object), finalizer);
  });
}

/** What is being deleted and holds nothing on the gateway any more that this pass could still remove. */
export function releasable(snapshot: Snapshot, { decision, came }: PassResult): readonly Held[] {
  // What is paused is not deleted, so neither is its resource.
  if (came.kind !== "applied" || isPaused(snapshot.gateway)) return [];
  const { plan } = decision;
  if (plan.refusals.some(({ code }) => code === "DeletionGuard")) return [];
  const pending = plan.steps.filter(({ index }) => came.outcome.steps[index]?.state !== "done");
  const instance = instanceOf(snapshot.gateway);
  return leavingOf(snapshot).filter(
    (object) => !isPaused(object) && !pending.some((step) => isMadeFrom(object, instance, step)),
  );
}

/** What of a snapshot is being deleted and still has our finalizer. */
export function leavingOf(snapshot: Snapshot): readonly AttachedOrInvalid[] {
  const objects: readonly AttachedOrInvalid[] = [...everyAttached(snapshot), ...snapshot.invalid];
  return objects.filter(({ meta }) => meta.isDeleting && meta.finalizers.includes(finalizer));
}

type AttachedOrInvalid = AttachedManifest | InvalidManifest;

function target({ meta: { namespace, name, uid, finalizers } }: Held) {
  return { namespace, name, uid, finalizers };
}

/** Returns how many failed. */
async function each<Item extends Held>(
  items: readonly Item[],
  onError: Finalizing["onError"],
  act: (item: Item) => Promise<void>,
): Promise<number> {
  const limit = pLimit(sideBySide);
  const failures = await Promise.all(
    items.map((item) =>
      limit(async () => {
        try {
          await act(item);
          return 0;
        } catch (error) {
          if (isKubeError(error, "notFound")) return 0;
          // Its finalizers are not what we know: another look, soon. Only what else goes wrong is worth a line.
          if (isKubeError(error, "conflict")) return 1;
          onError(item, error);
          return 1;
        }
      }),
    ),
  );
  return failures.reduce<number>((sum, failure) => sum + failure, 0);
}
