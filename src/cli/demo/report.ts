import type { Diagnostic, DesiredRoute, FilledPriority } from "../../core/model/index.ts";
import type { LoadError } from "../../edges/files/index.ts";
import { passFindings } from "./findings.ts";
import type { Folder } from "./folder.ts";
import type { Gateway } from "./gateways.ts";
import type { NamedStory, RouteNames } from "./names.ts";

/** Everything the demo found out about a folder. */
export interface Report {
  readonly story: NamedStory;
  /** By name. */
  readonly routes: readonly ToldRoute[];
  readonly diagnostics: readonly Diagnostic[];
  /** Files, or parts of them, that could not be read at all. */
  readonly errors: readonly LoadError[];
}

/** A route as the operator writes it, and where its number comes from. */
export interface ToldRoute {
  readonly name: string;
  readonly route: DesiredRoute;
  readonly priority: FilledPriority | undefined;
}

export function reportOf(folder: Folder, gateways: readonly Gateway[], names: RouteNames, story: NamedStory): Report {
  return {
    story,
    routes: gateways
      .flatMap(({ pass: { decision } }) =>
        decision.desired.routes.map((route) => ({
          name: names.ofId(route.id),
          route,
          priority: decision.priorities.byId.get(route.id),
        })),
      )
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    diagnostics: findingsOf(folder, gateways),
    errors: folder.errors,
  };
}

/** All that is wrong, or worth knowing, of a folder and its gateways. */
export function findingsOf(folder: Folder, gateways: readonly Gateway[]): readonly Diagnostic[] {
  return [...folder.findings, ...gateways.flatMap(({ pass }) => passFindings(pass))];
}
