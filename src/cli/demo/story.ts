import type { Snapshot } from "../../core/model/index.ts";
import { defaultFlavor } from "../../core/pipeline.ts";
import { loadAsWritten, recreate } from "./as-written.ts";
import type { StoryRequest } from "./request.ts";
import { type Asked, type Scene, scenesFor } from "./scenes.ts";
import { type Stage, idOfRoute, onStage } from "./stage.ts";

/** Who answered; by admin id, `undefined` where no route did. */
export interface Answer extends Asked {
  readonly winner: string | undefined;
}

/** The same requests in the same orders of creation, three times; the orders of one request keep their order. */
export interface Story {
  /** The table as its authors wrote it. */
  readonly before: readonly Answer[];
  /** Applied one after another beside a running operator. */
  readonly after: readonly Answer[];
  /** The gateway started anew from what it had stored, no operator near. */
  readonly afterRestart: readonly Answer[];
}

/** Plays the requests on sandboxes of its own and takes them down again. Throws the signal's reason when that aborts. */
export async function tellStory(
  snapshot: Snapshot,
  requests: readonly StoryRequest[],
  signal: AbortSignal,
): Promise<Story> {
  const story: Record<keyof Story, Answer[]> = { before: [], after: [], afterRestart: [] };
  if (requests.length === 0) return story;
  const { scenes, before } = await playAsWritten(snapshot, requests, signal);
  story.before.push(...before);
  for (const scene of scenes) {
    const { after, afterRestart } = await playReconciled(snapshot, scene, signal);
    story.after.push(...after);
    story.afterRestart.push(...afterRestart);
  }
  return story;
}

interface AsWritten {
  readonly scenes: readonly Scene[];
  readonly before: readonly Answer[];
}

function playAsWritten(snapshot: Snapshot, requests: readonly StoryRequest[], signal: AbortSignal): Promise<AsWritten> {
  return onStage({ flavor: snapshot.gateway.spec.router }, async (stage) => {
    const table = await loadAsWritten(stage, snapshot);
    const scenes = scenesFor(requests, table.observed, snapshot.gateway.spec.router ?? defaultFlavor);
    const before: Answer[] = [];
    for (const { createdLast, asked } of scenes) {
      signal.throwIfAborted();
      await recreate(stage, table, createdLast);
      before.push(...(await askAll(stage, asked)));
    }
    return { scenes, before };
  });
}

function playReconciled(
  snapshot: Snapshot,
  { createdLast, asked }: Scene,
  signal: AbortSignal,
): Promise<Pick<Story, "after" | "afterRestart">> {
  return onStage({ flavor: snapshot.gateway.spec.router }, async (stage) => {
    // As `kubectl apply` one by one would: everything else first, then these routes in this order.
    const written = snapshot.attached.GatewayRoute;
    const withRoutes = (GatewayRoute: typeof written) => ({
      ...snapshot,
      attached: { ...snapshot.attached, GatewayRoute },
    });
    let routes = written.filter((route) => !createdLast.includes(idOfRoute(route)));
    await stage.reconcile(withRoutes(routes));
    for (const id of createdLast) {
      signal.throwIfAborted();
      routes = [...routes, ...written.filter((route) => idOfRoute(route) === id)];
      await stage.reconcile(withRoutes(routes));
    }
    const after = await askAll(stage, asked);
    await stage.restart();
    return { after, afterRestart: await askAll(stage, asked) };
  });
}

function askAll(stage: Stage, asked: readonly Asked[]): Promise<readonly Answer[]> {
  return Promise.all(asked.map(async (asked) => ({ ...asked, winner: await stage.ask(asked.request) })));
}
