import { type AdminConsumerGroup, type AnyDesired, type ResolvedObject, refOf } from "../model/index.ts";
import { labelsOf } from "./labels.ts";
import { referenceTo } from "./reference.ts";

/** The Admin consumer group of a GatewayConsumerGroup. */
export function translateConsumerGroup(
  { manifest }: ResolvedObject<"GatewayConsumerGroup">,
  instance: string,
): readonly AnyDesired[] {
  const { spec } = manifest;
  const origin = refOf(manifest);
  const body: AdminConsumerGroup = {
    ...(spec.desc !== undefined && { desc: spec.desc }),
    plugins: spec.plugins,
    labels: labelsOf(spec.labels, instance, origin),
  };
  return [{ kind: "consumer_groups", id: referenceTo(manifest).id, body, origin, references: [] }];
}
