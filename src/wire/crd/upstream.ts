import type { UpstreamSpec } from "../../core/model/index.ts";
import { adminIdColumn, ageColumn, gatewayColumn, messageColumn, readyColumn, warningsColumn } from "./columns.ts";
import { attached } from "./common.ts";
import { object } from "./fields.ts";
import { defineKind } from "./kind.ts";
import { attachedStatus } from "./status.ts";
import { upstreamRules, upstreamShape } from "./upstreamFields.ts";

const spec = object("Where requests go, and how.", { ...attached, ...upstreamShape }, { rules: upstreamRules });

export const upstreamKind = defineKind<"GatewayUpstream", UpstreamSpec>({
  kind: "GatewayUpstream",
  plural: "gatewayupstreams",
  singular: "gatewayupstream",
  shortName: "gwu",
  scope: "Namespaced",
  description: "An upstream of APISIX: the nodes that answer requests, and how one of them is chosen.",
  spec,
  status: attachedStatus,
  columns: [
    { name: "Nodes", type: "string", jsonPath: ".spec.nodes[*].host", description: "Hosts of the nodes." },
    {
      name: "Discovery",
      type: "string",
      jsonPath: ".spec.serviceName",
      description: "Name under which service discovery finds the nodes.",
    },
    readyColumn,
    warningsColumn,
    ageColumn,
    adminIdColumn,
    gatewayColumn,
    messageColumn,
  ],
});
