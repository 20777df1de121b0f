import type { Observed, RouterFlavor } from "../../core/model/index.ts";
import { contestFor } from "./contest.ts";
import { ordersOf } from "./orders.ts";
import type { StoryRequest } from "./request.ts";

/** A request, and the order in which the routes that contest for it (by admin id) came to be. */
export interface Asked {
  readonly request: StoryRequest;
  readonly order: readonly string[];
}

/** One state of the gateway, and all that is asked in it. */
export interface Scene {
  /** Routes created after everything else, in this order. */
  readonly createdLast: readonly string[];
  readonly asked: readonly Asked[];
}

/**
 * Every request in every order of creation that could matter to it, in as few states of the gateway as that takes:
 * requests for which the same routes contest share theirs, and all that have no contest share one.
 */
export function scenesFor(requests: readonly StoryRequest[], table: Observed, flavor: RouterFlavor): readonly Scene[] {
  const contested = requests.map((request) => ({ request, ids: contestFor(request, table, flavor) }));
  const quiet = contested.filter(({ ids }) => ids.length < 2);
  const contests = Map.groupBy(
    contested.filter(({ ids }) => ids.length > 1),
    ({ ids }) => ids.join(),
  );
  return [
    ...(quiet.length === 0
      ? []
      : [{ createdLast: [], asked: quiet.map(({ request, ids }) => ({ request, order: ids })) }]),
    ...[...contests.values()].flatMap((contest) =>
      ordersOf(contest[0]?.ids ?? []).map((order): Scene => ({
        createdLast: order,
        asked: contest.map(({ request }) => ({ request, order })),
      })),
    ),
  ];
}
