import type { ConsumerSpec } from "../../core/model/index.ts";
import { adminIdColumn, ageColumn, gatewayColumn, messageColumn, readyColumn, warningsColumn } from "./columns.ts";
import { attached, description, localRef, plugins, pluginsFrom } from "./common.ts";
import { keyedList, object, optional, pattern, text } from "./fields.ts";
import { defineKind } from "./kind.ts";
import { attachedStatus } from "./status.ts";

const onePlugin = {
  cel: "self.plugins.size() == 1",
  message: "a credential is one plugin: write another credential for another one",
  field: "plugins",
  holds: (it: Readonly<Record<string, unknown>>) => Object.keys(it["plugins"] ?? {}).length === 1,
};

const credential = object(
  undefined,
  {
    name: text("Name of the credential, unique within the consumer.", {
      min: 1,
      max: 63,
      rules: [pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", 'may hold small letters, digits and "-"')],
    }),
    desc: optional(description),
    plugins,
    pluginsFrom: optional(pluginsFrom),
  },
  { rules: [onePlugin] },
);

const spec = object("Who may call, and how that is proved.", {
  ...attached,
  groupRef: optional(localRef("The GatewayConsumerGroup whose plugins apply to this consumer, too.")),
  plugins: optional(plugins),
  pluginsFrom: optional(pluginsFrom),
  credentials: optional(
    keyedList(
      "Ways to prove that one is this consumer, each one plugin that authenticates (APISIX 3.11 and newer).",
      credential,
      { key: "name", max: 64 },
    ),
  ),
});

export const consumerKind = defineKind<"GatewayConsumer", ConsumerSpec>({
  kind: "GatewayConsumer",
  plural: "gatewayconsumers",
  singular: "gatewayconsumer",
  shortName: "gwc",
  scope: "Namespaced",
  description:
    "A consumer of APISIX. Its name on the gateway, status.adminId, is the namespace, an underscore and the name.",
  spec,
  status: attachedStatus,
  columns: [
    { name: "Group", type: "string", jsonPath: ".spec.groupRef.name", description: "The group that it belongs to." },
    readyColumn,
    warningsColumn,
    ageColumn,
    adminIdColumn,
    gatewayColumn,
    messageColumn,
  ],
});
