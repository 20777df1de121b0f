import type { PluginMetadataSpec } from "../../core/model/index.ts";
import { adminIdColumn, ageColumn, gatewayColumn, messageColumn, readyColumn, warningsColumn } from "./columns.ts";
import { attachedTo } from "./common.ts";
import { freeObject, object, pattern, text } from "./fields.ts";
import { defineKind } from "./kind.ts";
import { attachedStatus } from "./status.ts";

const spec = object("What a plugin is told once, for all that use it.", {
  ...attachedTo,
  pluginName: text("The plugin that this is for. One object per plugin: of two, the older stands.", {
    min: 1,
    max: 64,
    rules: [pattern("^[a-zA-Z0-9_.-]+$", "is not the name of a plugin, such as http-logger")],
  }),
  metadata: freeObject("The metadata, exactly as the documentation of the plugin has them."),
});

export const pluginMetadataKind = defineKind<"GatewayPluginMetadata", PluginMetadataSpec>({
  kind: "GatewayPluginMetadata",
  plural: "gatewaypluginmetadatas",
  singular: "gatewaypluginmetadata",
  shortName: "gwpm",
  scope: "Namespaced",
  description: "The metadata of a plugin of APISIX: a log format, for example.",
  spec,
  status: attachedStatus,
  columns: [
    { name: "Plugin", type: "string", jsonPath: ".spec.pluginName", description: "The plugin that it is for." },
    readyColumn,
    warningsColumn,
    ageColumn,
    adminIdColumn,
    gatewayColumn,
    messageColumn,
  ],
});
