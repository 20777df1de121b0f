import type { StreamRouteSpec } from "../../core/model/index.ts";
import { adminIdColumn, ageColumn, gatewayColumn, messageColumn, readyColumn, warningsColumn } from "./columns.ts";
import { address, attached, hostText, localRef, plugins, pluginsFrom } from "./common.ts";
import { freeObject, integer, object, optional, sequence, text, type ObjectRule } from "./fields.ts";
import { defineKind } from "./kind.ts";
import { attachedStatus } from "./status.ts";
import { inlineUpstream } from "./upstreamFields.ts";

const protocol = object("The protocol above TCP that the gateway speaks, where it is to look inside (xRPC).", {
  name: text("Its name, such as redis.", { min: 1, max: 64 }),
  superiorRef: optional(localRef("The GatewayStreamRoute that this one refines; it speaks the same protocol.")),
  conf: optional(freeObject("Settings of the protocol, as the documentation of APISIX has them.")),
  logger: optional(sequence("Loggers: name, filter, conf.", freeObject(undefined), { max: 16 })),
});

const rules: readonly ObjectRule[] = [
  {
    cel: "!(has(self.upstreamRef) && has(self.upstream))",
    message: "upstreamRef and upstream exclude each other: keep one of them",
    field: "upstreamRef",
    holds: (spec) => !("upstreamRef" in spec && "upstream" in spec),
  },
];

const spec = object(
  "Which TCP or UDP connections it takes, and where they go. Without a condition it takes all.",
  {
    ...attached,
    remoteAddr: optional(address("Address or range that the client must come from: 10.0.0.0/8.")),
    serverAddr: optional(address("Address of the gateway that the client must have called.")),
    serverPort: optional(integer("Port of the gateway that the client must have called.", { min: 1, max: 65_535 })),
    sni: optional(hostText("Server name that the client asks for in its TLS greeting; *.example.com for all below.")),
    serviceRef: optional(localRef("The GatewayService that lends plugins and upstream to it (APISIX 3.7 and newer).")),
    upstreamRef: optional(localRef("The GatewayUpstream that connections go to.")),
    upstream: optional(inlineUpstream("An upstream of this stream route alone.")),
    plugins: optional(plugins),
    pluginsFrom: optional(pluginsFrom),
    protocol: optional(protocol),
  },
  { rules },
);

export const streamRouteKind = defineKind<"GatewayStreamRoute", StreamRouteSpec>({
  kind: "GatewayStreamRoute",
  plural: "gatewaystreamroutes",
  singular: "gatewaystreamroute",
  shortName: "gwsr",
  scope: "Namespaced",
  description:
    "A stream route of APISIX, for TCP and UDP. The gateway's stream mode must be on (apisix.proxy_mode). APISIX 3.8 and newer.",
  spec,
  status: attachedStatus,
  columns: [
    { name: "Port", type: "integer", jsonPath: ".spec.serverPort", description: "Port of the gateway." },
    { name: "SNI", type: "string", jsonPath: ".spec.sni", description: "Server name in the TLS greeting." },
    readyColumn,
    warningsColumn,
    ageColumn,
    adminIdColumn,
    gatewayColumn,
    messageColumn,
  ],
});
