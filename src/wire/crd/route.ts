import { z } from "zod";
import type { Json, RouteSpec } from "../../core/model/index.ts";
import {
  adminIdColumn,
  ageColumn,
  gatewayColumn,
  messageColumn,
  readyColumn,
  warningsColumn,
  type Column,
} from "./columns.ts";
import { address, attached, hosts, localRef, plugins, pluginsFrom, timeout } from "./common.ts";
import { flag, integer, object, optional, pattern, set, text, type ObjectRule } from "./fields.ts";
import { defineKind } from "./kind.ts";
import { routeStatus } from "./status.ts";
import { inlineUpstream } from "./upstreamFields.ts";
import { varsProblems } from "./vars.ts";

// Above fourteen digits the gateway stores a number imprecisely.
const highestPriority = 99_999_999_999_999;

// Source: apache/apisix 3.18, apisix/schema_def.lua, methods_schema.
const methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT", "TRACE", "PURGE"] as const;

const uri = text(undefined, {
  min: 1,
  max: 4096,
  rules: [pattern("^[/*]", 'must start with "/" (or be "*", for every path): no request path starts otherwise')],
});

const vars = z
  // Everything here was read from JSON or YAML, so it is JSON.
  .array(z.custom<Json>().meta({ "x-kubernetes-preserve-unknown-fields": true }))
  .max(256)
  .superRefine((conditions, context) => {
    for (const { path, message } of varsProblems(conditions)) {
      context.addIssue({ code: "custom", path: [...path], message });
    }
  })
  .meta({
    description:
      'Conditions on variables that must all hold: [["arg_version", "==", "2"], ["http_x_tenant", "~~", "^a"]]. Operators: == ~= > >= < <= ~~ ~* in has ipmatch; "!" before one negates it. ["OR", […], […]] and AND, !OR, !AND combine conditions.',
    "x-kubernetes-list-type": "atomic",
  });

const rules: readonly ObjectRule[] = [
  {
    cel: "has(self.serviceRef) || has(self.upstreamRef) || has(self.upstream) || has(self.plugins)",
    message:
      "needs something to answer with: serviceRef, upstreamRef, upstream or plugins (a pluginConfigRef alone is not enough for APISIX)",
    holds: (spec) => ["serviceRef", "upstreamRef", "upstream", "plugins"].some((field) => field in spec),
  },
  {
    cel: "!(has(self.upstreamRef) && has(self.upstream))",
    message: "upstreamRef and upstream exclude each other: keep one of them",
    field: "upstreamRef",
    holds: (spec) => !("upstreamRef" in spec && "upstream" in spec),
  },
];

const spec = object(
  "What the route matches, and where matching requests go. Field names are those of the Admin API of APISIX, in camelCase.",
  {
    ...attached,
    hosts: optional(
      hosts(
        "Hosts that the route answers on: shop.example.com, or *.example.com for every name below. They replace the hosts of the service. Left out: the hosts of the service; if it has none, any host.",
      ),
    ),
    uris: set(
      "Paths that the route answers on: /cart exactly, /cart/* everything below, /* everything. Matching is case-sensitive; an exact path stands before a prefix and a longer prefix before a shorter one, whatever the priority.",
      uri,
      { min: 1, max: 512 },
    ),
    methods: optional(
      set("HTTP methods, in capitals. GET does not include HEAD. Left out or empty: any.", z.enum(methods), {
        max: 10,
      }),
    ),
    remoteAddrs: optional(
      set("Addresses and ranges that the client must come from: 10.0.0.0/8. Left out: any.", address(), {
        min: 1,
        max: 512,
      }),
    ),
    vars: optional(vars),
    filterFunc: optional(
      text("Source of a Lua function that the request must satisfy: function(vars) return … end", {
        min: 10,
        max: 65_536,
        rules: [pattern("^function", 'must start with "function"')],
      }),
    ),
    priority: optional(
      integer(
        "Order among routes that share a place: the higher number is asked first. Left out: the operator chooses it so that the more specific route wins. A number that stands here goes to the gateway as it is.",
        { min: -highestPriority, max: highestPriority },
      ),
    ),
    enabled: optional(flag("false takes the route out of service without deleting it. Default true.")),
    enableWebsocket: optional(flag("Lets requests upgrade to WebSocket. Left out: what the service says.")),
    timeout: optional(timeout),
    serviceRef: optional(localRef("The GatewayService that lends hosts, plugins and upstream to this route.")),
    upstreamRef: optional(localRef("The GatewayUpstream that requests go to, in place of the service's.")),
    upstream: optional(inlineUpstream("An upstream of this route alone, in place of the service's.")),
    pluginConfigRef: optional(localRef("The GatewayPluginConfig whose plugins join those of this route.")),
    plugins: optional(plugins),
    pluginsFrom: optional(pluginsFrom),
  },
  { rules },
);

const columns: readonly Column[] = [
  {
    name: "Hosts",
    type: "string",
    jsonPath: ".status.hosts.effective",
    description: "Hosts that the route answers on, inherited ones included.",
  },
  { name: "URIs", type: "string", jsonPath: ".spec.uris", description: "Paths that the route answers on." },
  {
    name: "Priority",
    type: "integer",
    jsonPath: ".status.priority.value",
    description: "Its priority on the gateway.",
  },
  {
    name: "From",
    type: "string",
    jsonPath: ".status.priority.source",
    description: "Where the priority comes from: Explicit, Specificity or Default.",
  },
  readyColumn,
  warningsColumn,
  ageColumn,
  {
    name: "Service",
    type: "string",
    jsonPath: ".spec.serviceRef.name",
    description: "The GatewayService it uses.",
    wide: true,
  },
  adminIdColumn,
  gatewayColumn,
  messageColumn,
];

export const routeKind = defineKind<"GatewayRoute", RouteSpec>({
  kind: "GatewayRoute",
  plural: "gatewayroutes",
  singular: "gatewayroute",
  shortName: "gwr",
  scope: "Namespaced",
  description:
    "A route of APISIX. Where it names no priority, the operator chooses one so that the more specific route wins.",
  spec,
  status: routeStatus,
  columns,
});
