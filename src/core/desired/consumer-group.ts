import { type AdminConsumerGroup, type AnyDesired, type ResolvedObject, refOf } from "../model/index.ts";
import { labelsOf } from "./labels.ts";
import { referenceTo } from "./reference.ts";
import { type Context, pluginsWith } from "./source-values.ts";

/** The Admin consumer group of a GatewayConsumerGroup. */
export function translateConsumerGroup(
  { manifest }: ResolvedObject<"GatewayConsumerGroup">,
  context: Context,
): readonly AnyDesired[] {
  const { spec } = manifest;
  const origin = refOf(manifest);
  const { plugins = {}, ...hidden } = pluginsWith(spec.plugins, spec.pluginsFrom, origin.namespace, context);
  const body: AdminConsumerGroup = {
    ...(spec.desc !== undefined && { desc: spec.desc }),
    plugins,
    labels: labelsOf(spec.labels, context.instance, origin),
  };
  return [{ kind: "consumer_groups", id: referenceTo(manifest).id, body, ...hidden, origin, references: [] }];
}
