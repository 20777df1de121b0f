import type { ConsumerGroupSpec } from "../../core/model/index.ts";
import { adminIdColumn, ageColumn, gatewayColumn, messageColumn, readyColumn, warningsColumn } from "./columns.ts";
import { attached, plugins, pluginsFrom } from "./common.ts";
import { object, optional } from "./fields.ts";
import { defineKind } from "./kind.ts";
import { attachedStatus } from "./status.ts";

const spec = object("Plugins for the consumers that refer to this object.", {
  ...attached,
  plugins,
  pluginsFrom: optional(pluginsFrom),
});

export const consumerGroupKind = defineKind<"GatewayConsumerGroup", ConsumerGroupSpec>({
  kind: "GatewayConsumerGroup",
  plural: "gatewayconsumergroups",
  singular: "gatewayconsumergroup",
  shortName: "gwcg",
  scope: "Namespaced",
  description: "A consumer group of APISIX: plugins, limits for example, that several consumers share.",
  spec,
  status: attachedStatus,
  columns: [readyColumn, warningsColumn, ageColumn, adminIdColumn, gatewayColumn, messageColumn],
});
