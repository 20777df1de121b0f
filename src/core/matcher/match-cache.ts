import type { AdminRoute } from "../model/index.ts";
import { match, type MatchResult } from "./match.ts";
import type { RouterRequest } from "./request/request.ts";
import type { RouteTable } from "./table.ts";

/**
 * The cache that APISIX's plugin `ai`, on by default, puts before the router: as long as no route has conditions, client
 * addresses, a service, a plugin config or a filter function, and no global rule exists, an answer is kept by path,
 * method and host without port. Where hosts carry ports (uri routers) the first request decides for all. Lives with its
 * table, and is emptied when that changes.
 * Source: apache/apisix 3.18, apisix/plugins/ai.lua, routes_analyze and ai_router_http_matching.
 */
export class MatchCache {
  private readonly table: RouteTable;
  private readonly answers = new Map<string, MatchResult>();
  private knownVersion = -1;
  private use: CacheUse = { isOn: false, byMethod: false, byHost: false };

  constructor(table: RouteTable) {
    this.table = table;
  }

  match(request: RouterRequest, { hasGlobalRules }: { readonly hasGlobalRules: boolean }): MatchResult {
    this.refresh();
    if (!this.use.isOn || hasGlobalRules) return match(this.table, request);
    const key = this.keyOf(request);
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    const result = match(this.table, request);
    // An error leaves nothing behind, and what is unknown stays so.
    if (result.kind === "matched" || result.kind === "notFound") this.answers.set(key, result);
    if (this.answers.size > this.table.size + 3000) this.answers.clear();
    return result;
  }

  private keyOf({ path, method, host }: RouterRequest): string {
    return path + (this.use.byMethod ? `#${method}` : "") + (this.use.byHost ? `#${host}` : "");
  }

  private refresh(): void {
    if (this.knownVersion === this.table.version) return;
    this.knownVersion = this.table.version;
    this.answers.clear();
    this.use = cacheUseOf(this.table.routes.map(({ route }) => route));
  }
}

interface CacheUse {
  readonly isOn: boolean;
  readonly byMethod: boolean;
  readonly byHost: boolean;
}

/** Fields count as soon as they are there, in disabled routes, too. */
function cacheUseOf(routes: readonly AdminRoute[]): CacheUse {
  const has = (...fields: readonly (keyof AdminRoute)[]) =>
    routes.some((route) => fields.some((field) => route[field] !== undefined));
  return {
    isOn: !has("vars", "filter_func", "remote_addr", "remote_addrs", "service_id", "plugin_config_id"),
    byMethod: has("methods"),
    byHost: has("host", "hosts"),
  };
}
