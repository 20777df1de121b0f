import type { AdminKind, FieldDefaults, Learned, PluginDefaults, Subsystem } from "../model/index.ts";

/** Where a kind keeps plugins: under whose schemas they stand, and in which list of plugins. */
interface Shelf {
  readonly subsystem: Subsystem;
  readonly defaultsIn: (plugin: PluginDefaults) => FieldDefaults | undefined;
}

const onRoutes: Shelf = { subsystem: "http", defaultsIn: ({ config }) => config };
/** Source: apache/apisix 3.13, apisix/plugin.lua, check_single_plugin_schema(). */
const onConsumers: Shelf = { subsystem: "http", defaultsIn: ({ config, consumer }) => consumer ?? config };
const onStreams: Shelf = { subsystem: "stream", defaultsIn: ({ config }) => config };

const shelves: Readonly<Partial<Record<AdminKind, Shelf>>> = {
  routes: onRoutes,
  services: onRoutes,
  plugin_configs: onRoutes,
  consumer_groups: onRoutes,
  global_rules: onRoutes,
  consumers: onConsumers,
  credentials: onConsumers,
  stream_routes: onStreams,
};

/** Metadata have one schema for each plugin, whose name is their id. */
export function metadataDefaultsOf(plugin: string, learned: Learned): FieldDefaults | undefined {
  return learned.plugins.http?.defaults?.get(plugin)?.metadata;
}

/**
 * What the gateway may have added to an object of this kind; `undefined`: nothing, as from 3.14 on.
 * Linear in the plugins that were learned: ask once for a kind, not for an object.
 */
export function defaultsOf(kind: AdminKind, learned: Learned): FieldDefaults | undefined {
  const own = learned.kindDefaults[kind];
  const shelf = shelves[kind];
  const plugins = shelf === undefined ? undefined : learned.plugins[shelf.subsystem]?.defaults;
  if (shelf === undefined || plugins === undefined) return own;
  const byPlugin = new Map<string, FieldDefaults>();
  for (const [name, plugin] of plugins) {
    const defaults = shelf.defaultsIn(plugin);
    if (defaults !== undefined) byPlugin.set(name, defaults);
  }
  return { ...own, fields: new Map([...(own?.fields ?? []), ["plugins", { fields: byPlugin }]]) };
}
