import { setTimeout as delay } from "node:timers/promises";
import { AdminApiError } from "../../../edges/apisix/index.ts";
import type { Instance } from "./instance.ts";

export const noInstance = new AdminApiError("unreachable", "GET /configs", "there is no instance to ask", {
  wasSent: false,
});

interface InTimeOptions {
  readonly signal: AbortSignal | undefined;
  /** How long the others are waited for once the first one has answered. */
  readonly patienceMs: number;
}

/** The instances that answer in time. @throws {AdminApiError} where none does. */
export async function seenInTime(
  instances: readonly Instance[],
  how: (instance: Instance) => Promise<unknown>,
  { signal, patienceMs }: InTimeOptions,
): Promise<readonly Instance[]> {
  const failures: unknown[] = [];
  const seen: Instance[] = [];
  const { promise: anyone, resolve } = Promise.withResolvers<void>();
  const looks = instances.map(async (instance) => {
    try {
      await how(instance);
      seen.push(instance);
      resolve();
    } catch (error) {
      failures.push(error);
    }
  });
  await doneInTime(looks, anyone, patienceMs);
  signal?.throwIfAborted();
  // What answers that there is no such thing says more than what says nothing.
  if (seen.length === 0) throw failures.find(isNotFound) ?? failures[0] ?? noInstance;
  return [...seen];
}

/** Until all of the work is done, or some time after the start. */
export async function doneInTime(
  work: readonly Promise<void>[],
  start: Promise<void>,
  patienceMs: number,
): Promise<void> {
  const patience = new AbortController();
  const { signal } = patience;
  const late = start.then(() => delay(patienceMs, undefined, { signal }).catch(() => undefined));
  await Promise.race([Promise.all(work), late]);
  patience.abort();
}

function isNotFound(error: unknown): boolean {
  return error instanceof AdminApiError && error.failure === "notFound";
}
