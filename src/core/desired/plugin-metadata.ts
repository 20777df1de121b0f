import { type AnyDesired, type ResolvedObject, metadataIdOf, refOf } from "../model/index.ts";

/** The metadata of a plugin, under the plugin's name. */
export function translatePluginMetadata({ manifest }: ResolvedObject<"GatewayPluginMetadata">): readonly AnyDesired[] {
  const { pluginName, metadata } = manifest.spec;
  const origin = refOf(manifest);
  return [{ kind: "plugin_metadata", id: metadataIdOf(pluginName), body: metadata, origin, references: [] }];
}
