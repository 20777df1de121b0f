import { type AdminPluginConfig, type DesiredObject, type ResolvedObject, refOf } from "../model/index.ts";
import { labelsOf } from "./labels.ts";
import { referenceTo } from "./reference.ts";

/** The Admin plugin config of a GatewayPluginConfig. */
export function translatePluginConfig(
  { manifest }: ResolvedObject<"GatewayPluginConfig">,
  instance: string,
): DesiredObject<"plugin_configs"> {
  const { spec } = manifest;
  const origin = refOf(manifest);
  const body: AdminPluginConfig = {
    // No name: APISIX before 3.7 refuses one here.
    ...(spec.desc !== undefined && { desc: spec.desc }),
    plugins: spec.plugins,
    labels: labelsOf(spec.labels, instance, origin),
  };
  return { kind: "plugin_configs", id: referenceTo(manifest).id, body, origin, references: [] };
}
