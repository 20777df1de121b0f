import {
  type AdminKind,
  type Learned,
  type LearnedPlugins,
  type Lessons,
  type Subsystem,
  nothingLearned,
  storesDefaults,
  subsystems,
} from "../../core/model/index.ts";
import { decodeDefaults, decodePluginNames, decodePlugins, versionShownBy } from "../../wire/admin/index.ts";
import type { AdminApi } from "./admin-api.ts";

type KindWithSchema = Exclude<AdminKind, "plugin_metadata" | "secrets">;

/**
 * The name under which a kind's schema is served; plugin metadata have one for each plugin, secrets one for each manager.
 * Source: apache/apisix 3.13, apisix/schema_def.lua.
 */
const schemaNames: Readonly<Record<KindWithSchema, string>> = {
  routes: "route",
  services: "service",
  upstreams: "upstream",
  plugin_configs: "plugin_config",
  global_rules: "global_rule",
  consumers: "consumer",
  credentials: "credential",
  consumer_groups: "consumer_group",
  stream_routes: "stream_route",
  protos: "proto",
  ssls: "ssl",
};

/** Asks one question of a gateway: JSON, or `undefined` where it does not know. */
type Ask = (about: "schema" | "plugins", name: string | undefined, query?: Record<string, string>) => Promise<unknown>;

/**
 * Learns what is asked for in `lessons` and not yet in `known`, which must be of the same gateway and version. Reads: none
 * when all is known (it is given back as it is); else one for the plugins of each subsystem, up to 3.13 one for each kind, and two for a version that
 * the gateway hides.
 * @throws {AdminApiError} when the gateway can't be asked; what it does not know is no error.
 */
export async function learn(
  api: AdminApi,
  version: string | undefined,
  { lessons, known }: { readonly lessons: Lessons; readonly known?: Learned | undefined },
  signal?: AbortSignal,
): Promise<Learned> {
  const ask: Ask = async (kind, name, query) => {
    const below = name === undefined ? kind : `${kind}/${name}`;
    const { verdict } = await api.call({ method: "GET", kind, below, signal, ...(query && { query }) });
    return verdict.kind === "good" ? verdict.json : undefined;
  };
  const shown = version ?? (known === undefined ? await versionShown(ask) : known.version);
  const isOld = shown !== undefined && storesDefaults(shown);
  const before = known ?? nothingLearned;
  const lists = subsystems.filter((subsystem) => lessons.plugins[subsystem].size > 0 && !before.plugins[subsystem]);
  const kinds = isOld
    ? [...lessons.kinds].filter(hasSchema).filter((kind) => before.kindDefaults[kind] === undefined)
    : [];
  if (known !== undefined && lists.length + kinds.length === 0) return known;
  const [plugins, schemas] = await Promise.all([
    Promise.all(lists.map(async (subsystem) => [subsystem, await pluginsOf(ask, subsystem, isOld)] as const)),
    Promise.all(
      kinds.map(async (kind) => [kind, decodeDefaults(await ask("schema", schemaNames[kind])) ?? {}] as const),
    ),
  ]);
  return {
    version: shown,
    isVersionHidden: version === undefined,
    plugins: { ...before.plugins, ...Object.fromEntries(plugins) },
    kindDefaults: { ...before.kindDefaults, ...Object.fromEntries(schemas) },
  };
}

function hasSchema(kind: AdminKind): kind is KindWithSchema {
  return kind !== "plugin_metadata" && kind !== "secrets";
}

async function versionShown(ask: Ask): Promise<string | undefined> {
  const [route, credential] = await Promise.all([ask("schema", "route"), ask("schema", "credential")]);
  return versionShownBy({ route, credential });
}

/** Names alone, or all schemas at once where their defaults count: the way that the old ones have. */
async function pluginsOf(ask: Ask, subsystem: Subsystem, isOld: boolean): Promise<LearnedPlugins> {
  if (isOld) {
    const defaults = decodePlugins(await ask("plugins", undefined, { all: "true", subsystem }));
    return defaults === undefined ? {} : { defaults, names: new Set(defaults.keys()) };
  }
  const names = decodePluginNames(await ask("plugins", "list", { subsystem }));
  return names === undefined ? {} : { names: new Set(names) };
}
