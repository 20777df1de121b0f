import { z } from "zod";
import { hostText, localRef, timeout } from "./common.ts";
import {
  choice,
  flag,
  freeObject,
  integer,
  object,
  optional,
  pattern,
  sequence,
  text,
  type ObjectRule,
} from "./fields.ts";

// An upstream, whether it is an object of its own or stands inside a route or service.
// Limits and defaults: apache/apisix 3.18, apisix/schema_def.lua, upstream_schema, and apisix/upstream.lua,
// check_upstream_conf().

const nodeHost = pattern(
  String.raw`^([^:]*|\[.*\])$`,
  'must be a host without its port, which belongs in port; an IPv6 address stands in brackets: "[::1]"',
);

const node = object(undefined, {
  host: text('Host name or address of the node; an IPv6 address stands in brackets, "[::1]".', {
    min: 1,
    max: 260,
    rules: [
      pattern(String.raw`^\*?[0-9a-zA-Z._:\[\]-]+$`, "is not a host: write a name such as app.shop.svc, or an address"),
      nodeHost,
    ],
  }),
  port: optional(
    integer("Port of the node. Left out: 80, or 443 where scheme is https or grpcs (APISIX 3.8 and newer).", {
      min: 1,
      max: 65_535,
    }),
  ),
  weight: integer("Share of the requests, against the weights of the other nodes; 0 takes the node out.", {
    min: 0,
    max: 2_147_483_647,
  }),
  priority: optional(
    integer("Nodes of a lower number are used only when all of the higher ones have failed. Default 0.", {
      min: -2_147_483_648,
      max: 2_147_483_647,
    }),
  ),
});

const keepalivePool = object("Idle connections to the nodes that each worker keeps.", {
  size: optional(integer("Connections per worker; default 320.", { min: 1, max: 2_147_483_647 })),
  idleTimeout: optional(z.number().min(0).meta({ description: "Seconds until an idle one is closed; default 60." })),
  requests: optional(integer("Requests until one is closed; default 1000.", { min: 1, max: 2_147_483_647 })),
});

const checks = object(
  "Health checks of the nodes, exactly as the documentation of APISIX has them (snake_case inside). active is needed.",
  {
    active: freeObject("Probes that the gateway sends by itself: type, http_path, healthy, unhealthy…"),
    passive: optional(freeObject("Conclusions from the answers to real requests: healthy, unhealthy…")),
  },
);

export const upstreamShape = {
  nodes: optional(
    sequence("Where the requests go. Either this, or serviceName with discoveryType. Empty: 503.", node, { max: 1024 }),
  ),
  serviceName: optional(
    text("Name under which service discovery finds the nodes; needs discoveryType.", { min: 1, max: 256 }),
  ),
  discoveryType: optional(
    text("The service discovery to ask, as the gateway's configuration names it: dns, kubernetes, nacos…", {
      min: 1,
      max: 64,
    }),
  ),
  discoveryArgs: optional(freeObject("Further arguments of the service discovery, such as namespace_id.")),
  type: optional(
    choice("How a node is chosen; default roundrobin. chash needs key.", ["roundrobin", "chash", "ewma", "least_conn"]),
  ),
  hashOn: optional(
    choice("For type chash: where the value to hash comes from; default vars.", [
      "vars",
      "header",
      "cookie",
      "consumer",
      "vars_combinations",
    ]),
  ),
  key: optional(
    text("For type chash: what to hash. A variable (remote_addr, arg_user…), or the name of a header or cookie.", {
      min: 1,
      max: 256,
    }),
  ),
  scheme: optional(
    choice("Protocol spoken to the nodes; default http.", [
      "grpc",
      "grpcs",
      "http",
      "https",
      "tcp",
      "tls",
      "udp",
      "kafka",
    ]),
  ),
  passHost: optional(
    choice(
      "The Host header that the node sees: the client's (pass, default), the node's own, or upstreamHost (rewrite).",
      ["pass", "node", "rewrite"],
    ),
  ),
  upstreamHost: optional(hostText("The Host header that the node sees where passHost is rewrite.")),
  retries: optional(
    integer("How often another node is tried after a failure. Left out: the number of nodes less one. 0: never.", {
      min: 0,
      max: 2_147_483_647,
    }),
  ),
  retryTimeout: optional(
    z.number().min(0).meta({ description: "Seconds after which no further node is tried; 0 or left out: no limit." }),
  ),
  timeout: optional(timeout),
  keepalivePool: optional(keepalivePool),
  checks: optional(checks),
  tls: optional(
    object("TLS towards the nodes.", {
      verify: optional(flag("Check the certificate of the node; default false.")),
      clientCertificateRef: optional(
        localRef("The GatewayCertificate, of type client, that the gateway shows to the node."),
      ),
    }),
  ),
};

const hashVariables =
  "uri server_name server_addr request_uri remote_port remote_addr query_string host hostname mqtt_client_id".split(
    " ",
  );
// "A-z" is the gateway's own, so arg_a[0] is fine.
const variable = new RegExp(`^(${hashVariables.join("|")}|arg_[0-9a-zA-z_-]+)$`);
const fieldName = /^[a-zA-Z0-9_-]+$/;

const isChash = "has(self.type) && self.type == 'chash'";
const hashOn = "(has(self.hashOn) ? self.hashOn : 'vars')";

export const upstreamRules: readonly ObjectRule[] = [
  {
    cel: "has(self.nodes) != (has(self.serviceName) || has(self.discoveryType))",
    message: "needs either nodes, or serviceName with discoveryType: one of the two, and not both",
    holds: (it) => "nodes" in it !== ("serviceName" in it || "discoveryType" in it),
  },
  {
    cel: "has(self.serviceName) == has(self.discoveryType)",
    message: "serviceName and discoveryType belong together: write both, or nodes in place of them",
    holds: (it) => "serviceName" in it === "discoveryType" in it,
  },
  {
    cel: `!(${isChash}) || has(self.key) || ${hashOn} == 'consumer'`,
    message: "type chash needs key, the variable, header or cookie to hash (with hashOn consumer it needs none)",
    field: "type",
    holds: (it) => it["type"] !== "chash" || "key" in it || it["hashOn"] === "consumer",
  },
  {
    cel: `!(${isChash} && has(self.key)) || ${hashOn} != 'vars' || self.key.matches(r'${variable.source}')`,
    message: `hashOn vars takes one of ${hashVariables.join(", ")}, or arg_ and the name of a query argument`,
    field: "key",
    holds: (it) => !hashes(it, ["vars"]) || variable.test(it["key"]),
  },
  {
    cel: `!(${isChash} && has(self.key)) || !(${hashOn} in ['header', 'cookie']) || self.key.matches(r'${fieldName.source}')`,
    message: 'must be the name of a header or cookie: letters, digits, "-" and "_"',
    field: "key",
    holds: (it) => !hashes(it, ["header", "cookie"]) || fieldName.test(it["key"]),
  },
  {
    cel: "!(has(self.passHost) && self.passHost == 'rewrite') || has(self.upstreamHost)",
    message: "passHost rewrite needs upstreamHost, the Host header to send",
    field: "passHost",
    holds: (it) => it["passHost"] !== "rewrite" || "upstreamHost" in it,
  },
];

type Fields = Readonly<Record<string, unknown>>;

function hashes(it: Fields, sources: readonly string[]): it is { readonly key: string } & Fields {
  const source = it["hashOn"] ?? "vars";
  return it["type"] === "chash" && typeof it["key"] === "string" && sources.some((name) => name === source);
}

/** An upstream inside a route or service. */
export function inlineUpstream(description: string) {
  return object(description, upstreamShape, { rules: upstreamRules });
}
