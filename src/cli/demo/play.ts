import type { Snapshot } from "../../core/model/index.ts";
import type { Gateway } from "./gateways.ts";
import { type NamedStory, type RouteNames, inNames } from "./names.ts";
import type { StoryRequest } from "./request.ts";
import { type Answer, type Story, tellStory } from "./story.ts";

/** Plays all requests, each on the gateway of the route that it expects, else on the folder's first. */
export async function playStory(
  gateways: readonly Gateway[],
  requests: readonly StoryRequest[],
  names: RouteNames,
  signal: AbortSignal,
): Promise<NamedStory> {
  const stories: Story[] = [];
  for (const [snapshot, asked] of Map.groupBy(requests, (request) => homeOf(request, gateways, names)))
    if (snapshot !== undefined) stories.push(await tellStory(snapshot, asked, signal));
  const place = new Map(requests.map((request, index) => [request, index]));
  const inOrder = (chapter: keyof Story): readonly Answer[] =>
    // Stable: the orders of one request stay as they are.
    stories
      .flatMap((story) => story[chapter])
      .sort((a, b) => (place.get(a.request) ?? 0) - (place.get(b.request) ?? 0));
  return inNames({ before: inOrder("before"), after: inOrder("after"), afterRestart: inOrder("afterRestart") }, names);
}

function homeOf(request: StoryRequest, gateways: readonly Gateway[], names: RouteNames): Snapshot | undefined {
  const expected = names.expectedBy(request);
  const home = gateways.find(({ pass }) => pass.decision.desired.routes.some(({ id }) => names.ofId(id) === expected));
  return (home ?? gateways[0])?.snapshot;
}
