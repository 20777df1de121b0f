import { type AdminPluginConfig, type AnyDesired, type ResolvedObject, refOf } from "../model/index.ts";
import { labelsOf } from "./labels.ts";
import { referenceTo } from "./reference.ts";
import { type Context, pluginsWith } from "./source-values.ts";

/** The Admin plugin config of a GatewayPluginConfig. */
export function translatePluginConfig(
  { manifest }: ResolvedObject<"GatewayPluginConfig">,
  context: Context,
): readonly AnyDesired[] {
  const { spec } = manifest;
  const origin = refOf(manifest);
  const { plugins = {}, ...hidden } = pluginsWith(spec.plugins, spec.pluginsFrom, origin.namespace, context);
  const body: AdminPluginConfig = {
    // No name: APISIX before 3.7 refuses one here.
    ...(spec.desc !== undefined && { desc: spec.desc }),
    plugins,
    labels: labelsOf(spec.labels, context.instance, origin),
  };
  return [{ kind: "plugin_configs", id: referenceTo(manifest).id, body, ...hidden, origin, references: [] }];
}
