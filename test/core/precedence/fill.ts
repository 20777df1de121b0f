import type { Priorities, RouterFlavor, StandingPriority } from "../../../src/core/model/index.ts";
import { prioritize } from "../../../src/core/precedence/index.ts";
import { contestant, type Draft } from "./build.ts";

/** What is filled in for these routes, where this stands on the gateway. */
export function fill(
  flavor: RouterFlavor,
  drafts: readonly Draft[],
  standing: ReadonlyMap<string, StandingPriority> = new Map(),
): Priorities {
  return prioritize({ contestants: drafts.map(contestant), standing, flavor });
}

/** What stands on the gateway when all that was filled in has been written. */
export function standingAfter(
  drafts: readonly Draft[],
  { byId }: Pick<Priorities, "byId">,
): ReadonlyMap<string, StandingPriority> {
  return new Map(
    drafts.flatMap((draft): readonly (readonly [string, StandingPriority])[] => {
      const filled = byId.get(draft.id);
      if (filled === undefined) return [];
      return [[draft.id, { route: contestant(draft).route, priority: filled.value, source: filled.source }]];
    }),
  );
}

export function valuesOf({ byId }: Pick<Priorities, "byId">): readonly (readonly [string, number])[] {
  return [...byId].map(([id, { value }]) => [id, value]);
}
