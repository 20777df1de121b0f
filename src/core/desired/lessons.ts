import {
  type AdminKind,
  type AttachedManifest,
  type Lessons,
  type Snapshot,
  everyAttached,
  kindTraits,
} from "../model/index.ts";

/** What must be known of the gateway to decide on this snapshot: the kinds of its objects, and the plugins they name. */
export function lessonsOf(snapshot: Snapshot): Lessons {
  const objects = everyAttached(snapshot);
  const [streams, others] = [objects.filter(isStream), objects.filter((object) => !isStream(object))];
  const kinds = new Set<AdminKind>(objects.map(({ kind }) => kindTraits[kind].adminKind));
  if (kinds.has("consumers")) kinds.add("credentials");
  return {
    kinds,
    plugins: { http: new Set(others.flatMap(pluginsIn)), stream: new Set(streams.flatMap(pluginsIn)) },
  };
}

function isStream({ kind }: AttachedManifest): boolean {
  return kind === "GatewayStreamRoute";
}

function pluginsIn({ kind, spec }: AttachedManifest): readonly string[] {
  if (kind === "GatewayPluginMetadata") return [spec.pluginName];
  const credentials = kind === "GatewayConsumer" ? (spec.credentials ?? []) : [];
  const own = "plugins" in spec ? Object.keys(spec.plugins ?? {}) : [];
  return [...own, ...credentials.flatMap(({ plugins }) => Object.keys(plugins))];
}
