import { isJsonObject, type Json, type RouterFlavor } from "../../../core/model/index.ts";
import {
  compileVars,
  evaluate,
  LuaError,
  MatchCache,
  matchedParams,
  normaliseRequest,
  RouteTable,
  type MatchResult,
  type RawRequest,
  type RouterRequest,
} from "../../../core/matcher/index.ts";
import type { Change, ObjectStore } from "../store/objects.ts";

export type Routed =
  /** The server turns the request away before it looks for a route. */
  { readonly kind: "refused"; readonly status: number } | FoundRoute;

export interface FoundRoute {
  readonly kind: "routed";
  /** `undefined`: none matched. */
  readonly routeId: string | undefined;
  /** An error was raised while the router was built or while it matched. */
  readonly isBroken: boolean;
  /** Values out of the path, by name. */
  readonly params: Readonly<Record<string, string>>;
  readonly request: RouterRequest;
  /** Whether conditions hold; one that cannot be decided, or that is none, does not. */
  readonly holds: (expression: readonly Json[]) => boolean;
}

/** The matcher, kept in step with the objects: creation order while it runs, id order for what was there at the start. */
export class Router {
  readonly #table: RouteTable;
  readonly #cache: MatchCache;
  readonly #store: ObjectStore;

  constructor(store: ObjectStore, options: { readonly flavor: RouterFlavor; readonly version: string }) {
    this.#store = store;
    this.#table = new RouteTable(options);
    this.#cache = new MatchCache(this.#table);
    // Services first, so that no route is compiled twice.
    for (const kind of ["services", "plugin_configs", "routes"]) {
      for (const object of store.below(`/${kind}/`)) this.#take({ type: "put", object });
    }
    store.onChange((change) => this.#take(change));
  }

  route(raw: RawRequest): Routed {
    const normalised = normaliseRequest(raw);
    if (normalised.kind === "refused") return { kind: "refused", status: normalised.status };
    const { request } = normalised;
    const hasGlobalRules = this.#store.below("/global_rules/").next().done !== true;
    const result = this.#cache.match(request, { hasGlobalRules });
    // What the model cannot decide does not match here.
    const certain = result.kind === "unknown" ? result.otherwise : result;
    return {
      kind: "routed",
      ...outcomeOf(certain, request),
      request,
      holds: (expression) => holds(expression, request),
    };
  }

  #take(change: Change): void {
    const [, kind, id, ...rest] = (change.type === "put" ? change.object.key : change.key).split("/");
    if (id === undefined || rest.length > 0) return;
    const value = change.type === "put" ? change.object.value : undefined;
    const object = isJsonObject(value) ? value : {}; // `[]` is stored as it is, and means `{}`
    // Other kinds do not take part in routing.
    switch (kind) {
      case "routes":
        return value === undefined ? this.#table.removeRoute(id) : this.#table.putRoute(id, object);
      case "services":
        return value === undefined ? this.#table.removeService(id) : this.#table.putService(id, object);
      case "plugin_configs":
        return value === undefined ? this.#table.removePluginConfig(id) : this.#table.putPluginConfig(id);
      default:
        return undefined;
    }
  }
}

function outcomeOf(
  result: Exclude<MatchResult, { kind: "unknown" }>,
  request: RouterRequest,
): Pick<FoundRoute, "routeId" | "isBroken" | "params"> {
  if (result.kind !== "matched") return { routeId: undefined, isBroken: result.kind === "error", params: {} };
  const { candidate } = result;
  return { routeId: candidate.owner.id, isBroken: false, params: matchedParams(candidate, request) };
}

function holds(expression: readonly Json[], request: RouterRequest): boolean {
  const compiled = compileVars(expression);
  if (compiled.kind !== "expression") return compiled.kind === "always";
  try {
    return evaluate(compiled.expression, request) === true;
  } catch (error) {
    if (error instanceof LuaError) return false;
    throw error;
  }
}
