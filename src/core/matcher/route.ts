import type { AdminRoute, AdminService, RouterFlavor } from "../model/index.ts";
import { compileConditions, type Condition } from "./conditions/condition.ts";
import { compileHost, effectiveHosts, type HostPattern } from "./host.ts";
import { compileUri } from "./pattern.ts";
import type { UriPattern } from "./uri-pattern.ts";
import type { RouterRules } from "./rules.ts";

/** A route as one router holds it. */
export interface CompiledRoute {
  readonly id: string;
  readonly route: AdminRoute;
  /** Place in the worker's array of routes: an update keeps it, a new route comes last. */
  readonly position: number;
  readonly priority: number;
  readonly conditions: readonly Condition[];
  /** In the order of `uris`. */
  readonly uris: readonly UriPattern[];
  /** What it refers to. */
  readonly serviceId: string | undefined;
  readonly pluginConfigId: string | undefined;
  /** Levels of the host router the route stands in; in the uri routers always "any". */
  readonly levels: readonly HostPattern[];
}

export type Compiled =
  | { readonly kind: "route"; readonly route: CompiledRoute }
  | { readonly kind: "disabled" }
  | { readonly kind: "dropped"; readonly problem: string }
  | { readonly kind: "breaksRouter"; readonly problem: string };

export interface RouterSetup {
  readonly flavor: RouterFlavor;
  readonly rules: RouterRules;
  readonly services: ReadonlyMap<string, AdminService>;
}

/**
 * Source: apache/apisix 3.18, apisix/http/router/radixtree_host_uri.lua, push_host_router; apisix/http/route.lua,
 * create_radixtree_uri_router.
 */
export function compileRoute(route: AdminRoute, id: string, position: number, setup: RouterSetup): Compiled {
  if (route.status === 0) return { kind: "disabled" };
  const hosts = effectiveHosts(route, setup.services, setup.rules);
  const isHostRouter = setup.flavor === "radixtree_host_uri";
  const compiled = compileConditions(route, isHostRouter ? undefined : hosts, setup.rules);
  if (compiled.kind !== "conditions") return compiled;
  return {
    kind: "route",
    route: {
      id,
      route,
      position,
      priority: route.priority ?? 0,
      conditions: compiled.conditions,
      serviceId: idOf(route.service_id),
      pluginConfigId: idOf(route.plugin_config_id),
      uris: urisOf(route).map((uri) => compileUri(uri, setup.flavor, setup.rules)),
      levels: isHostRouter && hosts !== undefined ? levelsOf(hosts, setup.rules) : anyLevel,
    },
  };
}

const anyLevel: readonly HostPattern[] = [{ kind: "any" }];

function idOf(reference: string | number | undefined): string | undefined {
  return reference === undefined ? undefined : String(reference);
}

export function urisOf(route: AdminRoute): readonly string[] {
  return route.uris ?? (route.uri === undefined ? [] : [route.uri]);
}

/** Each level once; a host of a service that kept its capitals (before 3.18) can be met by no request. */
function levelsOf(hosts: readonly string[], rules: RouterRules): readonly HostPattern[] {
  const reachable = rules.lowersServiceHosts ? hosts : hosts.filter((host) => !/[A-Z]/.test(host));
  const byText = new Map(reachable.map(compileHost).map((host) => [host.kind === "any" ? "" : host.text, host]));
  return [...byText.values()];
}
