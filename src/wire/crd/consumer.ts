import type { ConsumerSpec } from "../../core/model/index.ts";
import { adminIdColumn, ageColumn, gatewayColumn, messageColumn, readyColumn, warningsColumn } from "./columns.ts";
import { attached, description, localRef, plugins, pluginsFrom, stays } from "./common.ts";
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

/** The gateway takes no two consumers with one key, so that the new one could not be written before the old one is gone. */
const nameStays = stays("adminId", "create a consumer of another name, and delete this one");

// Source: apache/apisix 3.18, apisix/schema_def.lua, consumer.
const username = text(
  "Name of the consumer on the gateway. Left out: the namespace, an underscore and the name of this object. Can't be changed. Where a consumer that the operator did not make has it, that is left alone, unless the annotation apisix-operator.dev/adopt names it.",
  { min: 1, max: 256, rules: [pattern("^[a-zA-Z0-9_-]+$", "may hold letters, digits, _ and - only")] },
);

const shape = {
  ...attached,
  adminId: optional(username),
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
};

const spec = object("Who may call, and how that is proved.", shape, { rules: [nameStays] });

export const consumerKind = defineKind<"GatewayConsumer", ConsumerSpec>({
  kind: "GatewayConsumer",
  plural: "gatewayconsumers",
  singular: "gatewayconsumer",
  shortName: "gwc",
  scope: "Namespaced",
  description:
    "A consumer of APISIX. Its name on the gateway, status.adminId, is the namespace, an underscore and the name, or spec.adminId.",
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
