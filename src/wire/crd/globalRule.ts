import type { GlobalRuleSpec } from "../../core/model/index.ts";
import { adminIdColumn, ageColumn, gatewayColumn, messageColumn, readyColumn, warningsColumn } from "./columns.ts";
import { attachedTo, plugins, pluginsFrom } from "./common.ts";
import { object, optional } from "./fields.ts";
import { defineKind } from "./kind.ts";
import { attachedStatus } from "./status.ts";

const spec = object("Plugins that run for every request of the gateway, whatever route it meets.", {
  ...attachedTo,
  plugins,
  pluginsFrom: optional(pluginsFrom),
});

export const globalRuleKind = defineKind<"GatewayGlobalRule", GlobalRuleSpec>({
  kind: "GatewayGlobalRule",
  plural: "gatewayglobalrules",
  singular: "gatewayglobalrule",
  shortName: "gwgr",
  scope: "Namespaced",
  description:
    "A global rule of APISIX: plugins for every request. Since APISIX 3.15 a plugin may stand in one global rule only; the oldest keeps it.",
  spec,
  status: attachedStatus,
  columns: [readyColumn, warningsColumn, ageColumn, adminIdColumn, gatewayColumn, messageColumn],
});
