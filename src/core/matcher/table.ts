import type { AdminPluginConfig, AdminRoute, AdminService, RouterFlavor } from "../model/index.ts";
import type { Candidate } from "./bucket.ts";
import { HostIndex } from "./host-index.ts";
import { Referents } from "./referents.ts";
import { compileRoute, type Compiled, type CompiledRoute } from "./route.ts";
import { rulesOf, type RouterRules } from "./rules.ts";
import type { UriPattern } from "./uri-pattern.ts";

export interface TableOptions {
  readonly flavor: RouterFlavor;
  /** Version of APISIX, `x.y.z`; absent: the recorded one. */
  readonly version?: string;
}

interface Entry {
  readonly route: AdminRoute;
  readonly position: number;
  readonly compiled: Compiled;
}

/**
 * The routes of one gateway as one of its workers holds them. Lives and changes: routes and services come and go one by
 * one, and each change costs what the route itself costs, whatever else is in the table.
 *
 * Load order: an update keeps a route's place, a new or re-created route comes last. After a restart of the gateway the
 * order is that of the ids, byte by byte: build a new table from routes in that order.
 * Source: apache/apisix 3.18, apisix/core/config_etcd.lua, sync_data and load_full_data.
 */
export class RouteTable {
  readonly flavor: RouterFlavor;
  readonly rules: RouterRules;
  /** Grows with each change. */
  version = 0;
  readonly hosts = new HostIndex();
  private readonly entries = new Map<string, Entry>();
  private readonly services = new Map<string, AdminService>();
  private readonly serviceIds = new Referents();
  private readonly pluginConfigIds = new Referents();
  /** Routes that make building the router fail, by id. */
  private readonly breaking = new Map<string, string>();
  private nextPosition = 0;

  constructor({ flavor, version }: TableOptions) {
    this.flavor = flavor;
    this.rules = rulesOf(version);
  }

  /** Adds or replaces. `id` is the Admin id, which the route itself need not carry. */
  putRoute(id: string, route: AdminRoute): void {
    const before = this.entries.get(id);
    this.take(id, before);
    this.place(id, route, before?.position ?? this.nextPosition++);
    this.version++;
  }

  removeRoute(id: string): void {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    this.take(id, entry);
    this.entries.delete(id);
    this.version++;
  }

  /** Routes that take their hosts from the service move with it. */
  putService(id: string, service: AdminService): void {
    this.services.set(id, service);
    this.serviceIds.add(id);
    this.placeRoutesOf(id);
  }

  /** Its routes stay, without hosts: they answer on every host, with 404. */
  removeService(id: string): void {
    this.services.delete(id);
    if (this.serviceIds.remove(id)) this.placeRoutesOf(id);
  }

  /** Nearly always: every service and plugin config that a route refers to is there. */
  get isWhole(): boolean {
    return !this.serviceIds.lacksAny && !this.pluginConfigIds.lacksAny;
  }

  /** A route refers to it, and it is not there. */
  lacksService(id: string | undefined): boolean {
    return this.serviceIds.lacks(id);
  }

  /** Known only so that a match can tell a reference to nothing. */
  putPluginConfig(id: string, _config?: AdminPluginConfig): void {
    this.pluginConfigIds.add(id);
  }

  removePluginConfig(id: string): void {
    this.pluginConfigIds.remove(id);
  }

  /** A route refers to it, and it is not there. */
  lacksPluginConfig(id: string | undefined): boolean {
    return this.pluginConfigIds.lacks(id);
  }

  /** In load order, disabled ones included. */
  get routes(): readonly { readonly id: string; readonly route: AdminRoute }[] {
    return [...this.entries].sort(([, a], [, b]) => a.position - b.position).map(([id, { route }]) => ({ id, route }));
  }

  get size(): number {
    return this.entries.size;
  }

  /** What became of a route: where it stands, or why it does not take part. */
  compiled(id: string): Compiled | undefined {
    return this.entries.get(id)?.compiled;
  }

  /** A route for whose sake the gateway answers every request with 500. */
  get breakage(): { readonly id: string; readonly problem: string } | undefined {
    if (this.breaking.size === 0) return undefined;
    const [id = ""] = [...this.breaking.keys()].sort();
    return { id, problem: this.breaking.get(id) ?? "" };
  }

  private placeRoutesOf(serviceId: string): void {
    for (const id of this.serviceIds.usersOf(serviceId)) {
      const entry = this.entries.get(id);
      if (entry === undefined) continue;
      this.take(id, entry);
      this.place(id, entry.route, entry.position);
    }
    this.version++;
  }

  private place(id: string, route: AdminRoute, position: number): void {
    const { flavor, rules, services } = this;
    const compiled = compileRoute(route, id, position, { flavor, rules, services });
    this.entries.set(id, { route, position, compiled });
    this.serviceIds.use(route.service_id, id);
    this.pluginConfigIds.use(route.plugin_config_id, id);
    if (compiled.kind === "breaksRouter") this.breaking.set(id, compiled.problem);
    if (compiled.kind === "route")
      for (const candidate of candidatesOf(compiled.route)) this.hosts.put(candidate, rules);
  }

  private take(id: string, entry: Entry | undefined): void {
    if (entry === undefined) return;
    const { route, compiled } = entry;
    this.serviceIds.release(route.service_id, id);
    this.pluginConfigIds.release(route.plugin_config_id, id);
    this.breaking.delete(id);
    if (compiled.kind === "route") for (const candidate of candidatesOf(compiled.route)) this.hosts.remove(candidate);
  }
}

export interface TableContent {
  readonly routes: readonly AdminRoute[];
  readonly services?: readonly AdminService[];
  readonly pluginConfigs?: readonly AdminPluginConfig[];
}

/** A table of routes in load order; each object carries its id. */
export function tableOf(
  options: TableOptions,
  { routes, services = [], pluginConfigs = [] }: TableContent,
): RouteTable {
  const table = new RouteTable(options);
  for (const service of services) table.putService(String(service.id), service);
  for (const config of pluginConfigs) table.putPluginConfig(String(config.id), config);
  for (const route of routes) table.putRoute(String(route.id), route);
  return table;
}

function candidatesOf(owner: CompiledRoute): Candidate[] {
  const uris = owner.uris.map((pattern, uriIndex) => ({ pattern, uriIndex, isPlain: isPlain(owner, pattern) }));
  return owner.levels.flatMap((level) => uris.map((uri) => ({ owner, level, ...uri })));
}

function isPlain({ conditions }: CompiledRoute, pattern: UriPattern): boolean {
  if (conditions.length > 0) return false;
  return pattern.kind === "exact" || pattern.segments === undefined || pattern.isPlainPrefix;
}
