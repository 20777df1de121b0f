import type { ServiceSpec } from "../../core/model/index.ts";
import { adminIdColumn, ageColumn, gatewayColumn, messageColumn, readyColumn, warningsColumn } from "./columns.ts";
import { attached, hosts, localRef, plugins, pluginsFrom } from "./common.ts";
import { flag, object, optional } from "./fields.ts";
import { defineKind } from "./kind.ts";
import { attachedStatus } from "./status.ts";
import { inlineUpstream } from "./upstreamFields.ts";

const spec = object(
  "What the routes of this service share.",
  {
    ...attached,
    hosts: optional(
      hosts(
        "Hosts for every route of this service that names none of its own; a route's own hosts replace them. Left out: such routes answer on any host.",
      ),
    ),
    plugins: optional(plugins),
    pluginsFrom: optional(pluginsFrom),
    upstreamRef: optional(localRef("The GatewayUpstream that requests go to.")),
    upstream: optional(inlineUpstream("An upstream of this service alone.")),
    enableWebsocket: optional(flag("Lets requests upgrade to WebSocket where the route does not say. Default false.")),
  },
  {
    rules: [
      {
        cel: "!(has(self.upstreamRef) && has(self.upstream))",
        message: "upstreamRef and upstream exclude each other: keep one of them",
        field: "upstreamRef",
        holds: (it) => !("upstreamRef" in it && "upstream" in it),
      },
    ],
  },
);

export const serviceKind = defineKind<"GatewayService", ServiceSpec>({
  kind: "GatewayService",
  plural: "gatewayservices",
  singular: "gatewayservice",
  shortName: "gws",
  scope: "Namespaced",
  description: "A service of APISIX: hosts, plugins and an upstream that several routes share.",
  spec,
  status: attachedStatus,
  columns: [
    { name: "Hosts", type: "string", jsonPath: ".spec.hosts", description: "Hosts lent to routes that name none." },
    readyColumn,
    warningsColumn,
    ageColumn,
    {
      name: "Upstream",
      type: "string",
      jsonPath: ".spec.upstreamRef.name",
      description: "The GatewayUpstream it uses.",
      wide: true,
    },
    adminIdColumn,
    gatewayColumn,
    messageColumn,
  ],
});
