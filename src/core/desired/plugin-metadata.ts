import { type AnyDesired, type Desired, type ResolvedObject, metadataIdOf, refOf } from "../model/index.ts";

/** The metadata of a plugin, under the plugin's name. */
export function translatePluginMetadata({ manifest }: ResolvedObject<"GatewayPluginMetadata">): readonly AnyDesired[] {
  const { pluginName, metadata } = manifest.spec;
  const origin = refOf(manifest);
  return [{ kind: "plugin_metadata", id: metadataIdOf(pluginName), body: metadata, origin, references: [] }];
}

/**
 * The plugins whose metadata this instance keeps: what it wants, and what it holds for resources that can't be read now.
 * They carry no labels, so the claim of the instance lists them.
 */
export function desiredPluginMetadata({ plugin_metadata, held }: Desired): ReadonlySet<string> {
  const kept = held.flatMap(({ kind, id }) => (kind === "plugin_metadata" && id !== undefined ? [id] : []));
  return new Set([...plugin_metadata.map(({ id }) => id), ...kept]);
}
