import type { DesiredRoute } from "../../core/model/index.ts";
import { CannotDo } from "../exit.ts";
import type { StoryRequest } from "./request.ts";
import type { Answer, Story } from "./story.ts";

/** An answer in the names of GatewayRoutes; `null` is no route. */
export interface NamedAnswer {
  readonly request: StoryRequest;
  readonly order: readonly string[];
  readonly winner: string | null;
  readonly expected: string | null;
}

export type NamedStory = Readonly<Record<keyof Story, readonly NamedAnswer[]>>;

export function isAsExpected({ winner, expected }: NamedAnswer): boolean {
  return winner === expected;
}

export function inNames(story: Story, names: RouteNames): NamedStory {
  const named = ({ request, order, winner }: Answer): NamedAnswer => ({
    request,
    order: order.map(names.ofId),
    winner: winner === undefined ? null : names.ofId(winner),
    expected: names.expectedBy(request),
  });
  return {
    before: story.before.map(named),
    after: story.after.map(named),
    afterRestart: story.afterRestart.map(named),
  };
}

/** What people call the routes of a folder. */
export interface RouteNames {
  /** Admin id → the resource's name, or `namespace/name` where two namespaces use the same. */
  readonly ofId: (id: string) => string;
  /** The same for a name as a request expects it; a name that no route bears stays as written. */
  readonly expectedBy: (request: StoryRequest) => string | null;
}

export function routeNames(routes: readonly Pick<DesiredRoute, "id" | "origin">[]): RouteNames {
  const byName = Map.groupBy(routes, ({ origin }) => origin.name);
  const shown = new Map<string, string>();
  const byFullName = new Map<string, string>();
  for (const { id, origin } of routes) {
    const fullName = `${origin.namespace}/${origin.name}`;
    const name = byName.get(origin.name)?.length === 1 ? origin.name : fullName;
    shown.set(id, name);
    byFullName.set(fullName, name);
  }
  return {
    ofId: (id) => shown.get(id) ?? id,
    expectedBy({ expect, place }) {
      if (expect === undefined) return null;
      const bearers = byName.get(expect) ?? [];
      if (bearers.length > 1) {
        const choices = bearers.map(({ origin }) => `${origin.namespace}/${origin.name}`).sort();
        throw new CannotDo(`${place}: expect: ${expect} could be ${choices.join(" or ")}; write the namespace, too.`);
      }
      return byFullName.get(expect) ?? expect;
    },
  };
}
