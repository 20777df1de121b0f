import type { PluginConfigSpec } from "../../core/model/index.ts";
import { adminIdColumn, ageColumn, gatewayColumn, messageColumn, readyColumn, warningsColumn } from "./columns.ts";
import { attached, plugins, pluginsFrom } from "./common.ts";
import { object, optional } from "./fields.ts";
import { defineKind } from "./kind.ts";
import { attachedStatus } from "./status.ts";

const spec = object("Plugins for the routes that refer to this object.", {
  ...attached,
  plugins,
  pluginsFrom: optional(pluginsFrom),
});

export const pluginConfigKind = defineKind<"GatewayPluginConfig", PluginConfigSpec>({
  kind: "GatewayPluginConfig",
  plural: "gatewaypluginconfigs",
  singular: "gatewaypluginconfig",
  shortName: "gwpc",
  scope: "Namespaced",
  description: "A plugin config of APISIX: plugins that several routes share.",
  spec,
  status: attachedStatus,
  columns: [readyColumn, warningsColumn, ageColumn, adminIdColumn, gatewayColumn, messageColumn],
});
