import pLimit from "p-limit";
import { dequal } from "dequal";
import { type JsonObject, apiVersion, keyOf, refOf } from "../../core/model/index.ts";
import { type EventNote, eventsOf } from "../../core/status/index.ts";
import {
  type EventRecorder,
  type KubeClient,
  type KubeEvent,
  customResource,
  isKubeError,
} from "../../edges/kubernetes/index.ts";
import type { Held } from "./world.ts";

const sideBySide = 16;

export interface PublisherOptions {
  readonly client: KubeClient;
  readonly recorder: EventRecorder;
  /** A status could not be written; the object keeps the old one until the next pass. */
  readonly onError: (object: Held, error: unknown) => void;
}

/** Says it where the person looks: statuses and events, only when something changed. */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #limit = pLimit(sideBySide);
  /** What we wrote and the watch has not brought back yet: by key, with the version we had seen. */
  readonly #written = new Map<string, { readonly seenVersion: string | undefined; readonly status: JsonObject }>();

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** The object with the status it has by now, even where our cache has not heard of it yet. */
  current<Item extends Held>(object: Item): Item {
    const key = identityOf(object);
    const written = this.#written.get(key);
    if (written === undefined) return object;
    if (written.seenVersion === object.meta.resourceVersion) return { ...object, status: written.status };
    this.#written.delete(key);
    return object;
  }

  /** Writes what differs; returns how many could not be written. */
  async publish(
    statuses: readonly { readonly object: Held; readonly status: JsonObject }[],
    mayWrite: () => boolean,
  ): Promise<number> {
    const changed = statuses.filter(({ object, status }) => !dequal(object.status, status));
    const results = await Promise.all(
      changed.map((change) => this.#limit(async () => mayWrite() && (await this.#write(change.object, change.status)))),
    );
    return results.filter((isWritten) => !isWritten).length;
  }

  /** An event alone, on an object whose status says nothing of it. */
  notify(object: Held, note: EventNote): void {
    this.#options.recorder.record({ regarding: involved(object), ...note });
  }

  async #write(object: Held, status: JsonObject): Promise<boolean> {
    const { meta, kind } = object;
    try {
      await this.#options.client.applyStatus(customResource(kind), meta, status);
    } catch (error) {
      // Gone, or a namesake has taken its place: there is nobody left to tell.
      if (isKubeError(error, "notFound", "conflict")) return true;
      this.#options.onError(object, error);
      return false;
    }
    this.#written.set(identityOf(object), { seenVersion: meta.resourceVersion, status });
    for (const note of eventsOf(object.status, status)) this.notify(object, note);
    return true;
  }
}

function identityOf(object: Held): string {
  return `${keyOf(refOf(object))} ${object.meta.uid ?? ""}`;
}

function involved({ kind, meta: { namespace, name, uid } }: Held): KubeEvent["regarding"] {
  return { apiVersion, kind, namespace, name, uid };
}
