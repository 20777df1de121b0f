import { apiVersion, type ResourceKind } from "../../src/core/model/index.ts";

/** A spec, and what is wrong with it: a field path and words of the message; `good` where nothing is. */
export interface Row {
  readonly sentence: string;
  readonly kind: ResourceKind;
  readonly spec: unknown;
  /** Path of the field to blame, and a part of what the decoder says. `undefined`: nothing is wrong. */
  readonly decoder?: readonly [path: string, words: string];
  /** A part of what the API server says. `undefined`: it takes the object. */
  readonly server?: string;
}

const nodes = [{ host: "127.0.0.1", port: 9101, weight: 1 }];
const gatewaySpec = {
  admin: { urls: ["http://127.0.0.1:9180"], keyFrom: { namespace: "apisix", name: "admin", key: "key" } },
};
const many = (count: number) => Array.from({ length: count }, (_, index) => index);

export function manifestOf({ kind, spec }: Row, name: string, namespace: string): object {
  const metadata = kind === "ApisixGateway" ? { name } : { name, namespace };
  return { apiVersion, kind, metadata, spec };
}

export const rows: readonly Row[] = [
  // What a route may say.
  route("a uri and a service are enough", { uris: ["/x"], serviceRef: { name: "web" } }),
  route("empty plugins are something to answer with", { uris: ["/x"], plugins: {} }),
  route("a lone star is a uri", { uris: ["*"], plugins: {} }),
  route("a plugin whose value is null counts as absent", { uris: ["/x"], plugins: { cors: null } }),
  route("null inside a plugin is the plugin's own matter", { uris: ["/x"], plugins: { cors: { allow_origins: null } } }),
  route("a field that is null counts as absent", { uris: ["/x"], plugins: {}, priority: null, hosts: null }),
  route("hosts may hold a wildcard, a port, capitals, an underscore or an IPv6 address", {
    uris: ["/x"],
    plugins: {},
    hosts: ["*", "*.example.com", "a.com:8080", "A.com", "a_b.com", "[::1]"],
  }),
  route("a service may have 1,024 hosts and so may a route", {
    uris: ["/x"],
    plugins: {},
    hosts: many(1024).map((index) => `tenant-${index}.example.com`),
  }),
  route("an id of the gateway", { uris: ["/x"], plugins: {}, adminId: "A.b_c-1" }),
  route("an id as long as the gateway takes", { uris: ["/x"], plugins: {}, adminId: "1".repeat(64) }),
  row(
    "GatewayRoute",
    "an id that is longer",
    { uris: ["/x"], plugins: {}, adminId: "1".repeat(65) },
    ["spec.adminId", "at most 64"],
    "Too long",
  ),
  row(
    "GatewayRoute",
    "an id that no gateway takes",
    { uris: ["/x"], plugins: {}, adminId: "a/b" },
    ["spec.adminId", "may hold letters, digits"],
    "may hold letters, digits",
  ),
  row(
    "GatewayUpstream",
    "the id of a claim",
    { nodes, adminId: "apisix-route-operator_main" },
    ["spec.adminId", "is kept for the operator"],
    "is kept for the operator",
  ),
  route("empty methods mean any", { uris: ["/x"], plugins: {}, methods: [] }),
  route("client addresses are IPv4 or IPv6, alone or as a range, with bits behind the prefix or not", {
    uris: ["/x"],
    plugins: {},
    remoteAddrs: ["10.0.0.1", "10.1.2.3/8", "0.0.0.0/0", "2001:db8::/32", "::1", "::/0", "FE80::AB", "::ffff:10.0.0.2"],
  }),
  route("a priority may have fourteen digits", { uris: ["/x"], plugins: {}, priority: -99_999_999_999_999 }),
  route("conditions may be nested", {
    uris: ["/x"],
    plugins: {},
    vars: ["or", ["AND", ["arg_a", "==", "1"], ["arg_b", ">", 2]], ["http_c", "!", "IN", ["1", null]]],
  }),
  route("a time may be a fraction of a second", {
    uris: ["/x"],
    plugins: {},
    timeout: { connect: 0.5, send: 6, read: 6 },
  }),
  route("a description is counted in characters, not bytes", { uris: ["/x"], plugins: {}, desc: "é🦊".repeat(128) }),

  // What a route may not say.
  route("no uris", { plugins: {} }, ["spec.uris", "is missing"], "spec.uris: Required value"),
  route("empty uris", { uris: [], plugins: {} }, ["spec.uris", "is empty"], "should have at least 1 items"),
  route("a uri in place of uris", { uri: "/x", plugins: {} }, ["spec.uri", "did you mean uris?"], "spec.uris: Required"),
  route("one uri that is no list", { uris: "/x", plugins: {} }, ["spec.uris", "must be a list"], "must be of type array"),
  route(
    "a uri without a slash",
    { uris: ["/x", "cart"], plugins: {} },
    ["spec.uris[1]", 'must start with "/"'],
    'must start with "/"',
  ),
  route("an empty uri", { uris: [""], plugins: {} }, ["spec.uris[0]", "is empty"], "spec.uris[0]"),
  route("a uri twice", { uris: ["/x", "/y", "/x"], plugins: {} }, ["spec.uris[2]", "repeats entry [0]"], "Duplicate value"),
  route("a uri beyond 4,096 characters", { uris: [`/${"x".repeat(4096)}`], plugins: {} }, ["spec.uris[0]", "4096"], "4096"),
  route(
    "a host with a scheme",
    { uris: ["/x"], plugins: {}, hosts: ["https://a.com"] },
    ["spec.hosts[0]", "leave out the scheme"],
    "is not a host",
  ),
  route(
    "a host with a path",
    { uris: ["/x"], plugins: {}, hosts: ["a.com/x"] },
    ["spec.hosts[0]", "leave out the path"],
    "no path",
  ),
  route(
    "a host with a star inside",
    { uris: ["/x"], plugins: {}, hosts: ["a.com", "a.*.com"] },
    ["spec.hosts[1]", "a star may only stand in front"],
    "a star only in front",
  ),
  route("a host with a blank", { uris: ["/x"], plugins: {}, hosts: ["a b.com"] }, ["spec.hosts[0]", "blank"], "is not a host"),
  route("a host beyond ASCII", { uris: ["/x"], plugins: {}, hosts: ["bücher.de"] }, ["spec.hosts[0]", "xn--"], "is not a host"),
  route("an empty host", { uris: ["/x"], plugins: {}, hosts: [""] }, ["spec.hosts[0]", "is empty"], "spec.hosts[0]"),
  route("no host in hosts", { uris: ["/x"], plugins: {}, hosts: [] }, ["spec.hosts", "leave the field out"], "at least 1 items"),
  route("a host twice", { uris: ["/x"], plugins: {}, hosts: ["a.com", "a.com"] }, ["spec.hosts[1]", "repeats"], "Duplicate value"),
  route(
    "1,025 hosts",
    { uris: ["/x"], plugins: {}, hosts: many(1025).map((index) => `${index}.com`) },
    ["spec.hosts", "has 1025 entries; at most 1024"],
    "must have at most 1024 items",
  ),
  route(
    "a method in small letters",
    { uris: ["/x"], plugins: {}, methods: ["get"] },
    ["spec.methods[0]", "did you mean GET?"],
    'Unsupported value: "get"',
  ),
  route(
    "a priority that is a fraction",
    { uris: ["/x"], plugins: {}, priority: 1.5 },
    ["spec.priority", "must be a whole number, but is 1.5"],
    "must be of type integer",
  ),
  route(
    "a priority in quotes",
    { uris: ["/x"], plugins: {}, priority: "10" },
    ["spec.priority", 'must be a whole number, but is the text "10": leave out the quotes'],
    "must be of type integer",
  ),
  route(
    "a priority of fifteen digits",
    { uris: ["/x"], plugins: {}, priority: 100_000_000_000_000 },
    ["spec.priority", "must be at most 99999999999999"],
    "less than or equal to 99999999999999",
  ),
  route(
    "a client address that is a name",
    { uris: ["/x"], plugins: {}, remoteAddrs: ["localhost"] },
    ["spec.remoteAddrs[0]", '"localhost" is not an IP address'],
    "is not an IP address or range",
  ),
  route(
    "an IPv6 range that stops the whole gateway, although its schema lets it through",
    { uris: ["/x"], plugins: {}, remoteAddrs: ["10.0.0.1", "1:2:3/64"] },
    ["spec.remoteAddrs[1]", '"1:2:3" is not an IP address'],
    "is not an IP address or range",
  ),
  route(
    "a prefix beyond the address",
    { uris: ["/x"], plugins: {}, remoteAddrs: ["10.0.0.0/33"] },
    ["spec.remoteAddrs[0]", "from 0 to 32"],
    "is not an IP address or range",
  ),
  route(
    "an IPv6 prefix beyond the address",
    { uris: ["/x"], plugins: {}, remoteAddrs: ["2001:db8::/200"] },
    ["spec.remoteAddrs[0]", "from 0 to 128"],
    "is not an IP address or range",
  ),
  route(
    "an octet with a leading zero",
    { uris: ["/x"], plugins: {}, remoteAddrs: ["10.0.0.01"] },
    ["spec.remoteAddrs[0]", "is not an IP address"],
    "is not an IP address or range",
  ),
  // The API server cannot look into free JSON; the decoder says it on the status.
  route("a condition without brackets of its own", { uris: ["/x"], plugins: {}, vars: ["arg_x", "==", "1"] }, [
    "spec.vars",
    "in brackets of its own",
  ]),
  route("texts where conditions should be, which the gateway answers with 500", { uris: ["/x"], plugins: {}, vars: ["AND", "a", "b"] }, [
    "spec.vars[1]",
    "is not a condition",
  ]),
  route("an operator of another language", { uris: ["/x"], plugins: {}, vars: [["arg_x", "!=", "1"]] }, [
    "spec.vars[0][1]",
    'did you mean "~="?',
  ]),
  route("a broken condition in the filter of a plugin", { uris: ["/x"], plugins: { cors: { _meta: { filter: [["a", "=", 1]] } } } }, [
    "spec.plugins.cors._meta.filter[0][1]",
    'did you mean "=="?',
  ]),
  route("vars that are no list", { uris: ["/x"], plugins: {}, vars: { a: 1 } }, ["spec.vars", "must be a list"], "must be of type array"),
  route(
    "a filter that is no function",
    { uris: ["/x"], plugins: {}, filterFunc: "return true" },
    ["spec.filterFunc", 'must start with "function"'],
    'must start with "function"',
  ),
  route(
    "a time of 0 seconds",
    { uris: ["/x"], plugins: {}, timeout: { connect: 0, send: 1, read: 1 } },
    ["spec.timeout.connect", "must be greater than 0, but is 0"],
    "greater than 0",
  ),
  route(
    "two of three times",
    { uris: ["/x"], plugins: {}, timeout: { connect: 1, send: 1 } },
    ["spec.timeout.read", "is missing"],
    "spec.timeout.read: Required value",
  ),
  route("a switch that is a text", { uris: ["/x"], plugins: {}, enabled: "yes" }, ["spec.enabled", "must be true or false"], "type boolean"),
  route(
    "plugins that are a list",
    { uris: ["/x"], plugins: [{ cors: {} }] },
    ["spec.plugins", "must be an object, but is a list"],
    "must be of type object",
  ),
  route(
    "a plugin that is a text, which is not shown: it may be a key",
    { uris: ["/x"], plugins: { "key-auth": "secret" } },
    ["spec.plugins.key-auth", "must be an object, but is a text"],
    "must be of type object",
  ),
  route(
    "nothing to answer with",
    { uris: ["/x"] },
    ["spec", "needs something to answer with"],
    "needs something to answer with",
  ),
  route(
    "a plugin config alone",
    { uris: ["/x"], pluginConfigRef: { name: "shared" } },
    ["spec", "pluginConfigRef alone is not enough"],
    "pluginConfigRef alone is not enough",
  ),
  route(
    "an upstream twice",
    { uris: ["/x"], upstreamRef: { name: "web" }, upstream: { nodes } },
    ["spec.upstreamRef", "exclude each other"],
    "exclude each other",
  ),
  route(
    "a reference that is no name of an object",
    { uris: ["/x"], serviceRef: { name: "Shop_Web" } },
    ["spec.serviceRef.name", "is not the name of a Kubernetes object"],
    "is not the name of a Kubernetes object",
  ),
  route("a reference without a name", { uris: ["/x"], serviceRef: {} }, ["spec.serviceRef.name", "is missing"], "Required value"),
  route(
    "a label of ours",
    { uris: ["/x"], plugins: {}, labels: { "managed-by": "me" } },
    ["spec.labels", "are written by the operator"],
    "are written by the operator",
  ),
  route(
    "a label with a blank",
    { uris: ["/x"], plugins: {}, labels: { team: "web shop" } },
    ["spec.labels.team", "without blanks"],
    "without blanks",
  ),
  route("a description of 257 characters", { uris: ["/x"], plugins: {}, desc: "x".repeat(257) }, ["spec.desc", "at most 256"], "256"),
  route("no spec", undefined, ["spec", "is missing"], "spec: Required value"),

  // Services.
  row("GatewayService", "nothing but a name", {}),
  row("GatewayService", "hosts and an upstream of its own", { hosts: ["test1.com", "test2.com"], upstream: { nodes } }),
  row("GatewayService", "the lone star as host", { hosts: ["*"], upstreamRef: { name: "web" } }),
  row("GatewayService", "no host in hosts", { hosts: [] }, ["spec.hosts", "is empty"], "at least 1 items"),
  row(
    "GatewayService",
    "an upstream twice",
    { upstreamRef: { name: "web" }, upstream: { nodes } },
    ["spec.upstreamRef", "exclude each other"],
    "exclude each other",
  ),

  // Upstreams, alone and inside.
  row("GatewayUpstream", "no node at all, which answers 503", { nodes: [] }),
  row("GatewayUpstream", "a node without a port", { nodes: [{ host: "app.svc", weight: 1 }] }),
  row("GatewayUpstream", "an IPv6 node in brackets", { nodes: [{ host: "[::1]", port: 80, weight: 0 }] }),
  row("GatewayUpstream", "service discovery", { serviceName: "web", discoveryType: "dns", discoveryArgs: { group: "a" } }),
  row("GatewayUpstream", "hashing by header", { nodes, type: "chash", hashOn: "header", key: "X-User" }),
  row("GatewayUpstream", "hashing by consumer, without a key", { nodes, type: "chash", hashOn: "consumer" }),
  row("GatewayUpstream", "hashing by any text of variables", {
    nodes,
    type: "chash",
    hashOn: "vars_combinations",
    key: "$request_uri$remote_addr",
  }),
  row("GatewayUpstream", "health checks as APISIX has them", {
    nodes,
    checks: { active: { http_path: "/up", healthy: { interval: 2 } } },
  }),
  row("GatewayUpstream", "neither nodes nor discovery", {}, ["spec", "needs either nodes"], "needs either nodes"),
  row(
    "GatewayUpstream",
    "nodes and discovery",
    { nodes, serviceName: "web", discoveryType: "dns" },
    ["spec", "not both"],
    "not both",
  ),
  row("GatewayUpstream", "a name without discovery", { serviceName: "web" }, ["spec", "belong together"], "belong together"),
  row(
    "GatewayUpstream",
    "an IPv6 node without brackets",
    { nodes: [{ host: "::1", port: 80, weight: 1 }] },
    ["spec.nodes[0].host", "stands in brackets"],
    "stands in brackets",
  ),
  row(
    "GatewayUpstream",
    "a port in the host",
    { nodes: [{ host: "app.svc:80", weight: 1 }] },
    ["spec.nodes[0].host", "without its port"],
    "without its port",
  ),
  row(
    "GatewayUpstream",
    "a port out of range",
    { nodes: [{ host: "a", port: 65_536, weight: 1 }] },
    ["spec.nodes[0].port", "must be at most 65535, but is 65536"],
    "less than or equal to 65535",
  ),
  row(
    "GatewayUpstream",
    "a node without a weight",
    { nodes: [{ host: "a" }] },
    ["spec.nodes[0].weight", "is missing"],
    "spec.nodes[0].weight: Required value",
  ),
  row(
    "GatewayUpstream",
    "nodes as a map, as the Admin API allows",
    { nodes: { "127.0.0.1:80": 1 } },
    ["spec.nodes", "must be a list, but is an object: write a list of entries with host, port, weight"],
    "must be of type array",
  ),
  row("GatewayUpstream", "a balancer that nobody knows", { nodes, type: "random" }, ["spec.type", "one of roundrobin"], "Unsupported value"),
  row("GatewayUpstream", "hashing without a key", { nodes, type: "chash" }, ["spec.type", "chash needs key"], "chash needs key"),
  row(
    "GatewayUpstream",
    "hashing by a variable that there is not",
    { nodes, type: "chash", key: "foo" },
    ["spec.key", "arg_"],
    "hashOn vars takes one of",
  ),
  row(
    "GatewayUpstream",
    "hashing by something that is no header",
    { nodes, type: "chash", hashOn: "header", key: "X User" },
    ["spec.key", "name of a header"],
    "name of a header",
  ),
  row(
    "GatewayUpstream",
    "a Host header to rewrite, and none to put there",
    { nodes, passHost: "rewrite" },
    ["spec.passHost", "needs upstreamHost"],
    "needs upstreamHost",
  ),
  row("GatewayUpstream", "only passive checks", { nodes, checks: { passive: {} } }, ["spec.checks.active", "is missing"], "Required value"),
  route(
    "an inline upstream obeys the same rules",
    { uris: ["/x"], upstream: { nodes, type: "chash" } },
    ["spec.upstream.type", "chash needs key"],
    "chash needs key",
  ),

  // Plugin configs.
  row("GatewayPluginConfig", "plugins", { plugins: { "limit-count": { count: 1, time_window: 60 } } }),
  row("GatewayPluginConfig", "no plugins", {}, ["spec.plugins", "is missing"], "spec.plugins: Required value"),

  // Global rules, plugin metadata, consumers and their groups, stream routes, protos.
  row("GatewayGlobalRule", "plugins", { plugins: { "request-id": {} } }),
  row("GatewayGlobalRule", "no plugins", {}, ["spec.plugins", "is missing"], "spec.plugins: Required value"),
  row("GatewayGlobalRule", "labels, which the gateway has no room for", { plugins: {}, labels: { a: "b" } }, [
    "spec.labels",
    "is no field",
  ]),
  row("GatewayPluginMetadata", "a plugin and its metadata", { pluginName: "http-logger", metadata: { log_format: {} } }),
  row("GatewayPluginMetadata", "no plugin", { metadata: {} }, ["spec.pluginName", "is missing"], "Required value"),
  row(
    "GatewayPluginMetadata",
    "a path for a plugin",
    { pluginName: "a/b", metadata: {} },
    ["spec.pluginName", "is not the name of a plugin"],
    "is not the name of a plugin",
  ),
  row("GatewayConsumer", "nothing but a name", {}),
  row("GatewayConsumer", "a group, plugins and credentials", {
    groupRef: { name: "gold" },
    plugins: { "limit-count": {} },
    credentials: [
      { name: "main", plugins: { "key-auth": { key: "k" } } },
      { name: "old", desc: "until May", plugins: { "basic-auth": {} } },
    ],
  }),
  row(
    "GatewayConsumer",
    "a credential of two plugins",
    { credentials: [{ name: "main", plugins: { "key-auth": {}, "basic-auth": {} } }] },
    ["spec.credentials[0].plugins", "a credential is one plugin"],
    "a credential is one plugin",
  ),
  row(
    "GatewayConsumer",
    "two credentials of one name",
    { credentials: ["main", "main"].map((name) => ({ name, plugins: { "key-auth": {} } })) },
    ["spec.credentials[1].name", "repeats"],
    "Duplicate value",
  ),
  row("GatewayConsumer", "a name on the gateway", { adminId: "Jack_of-all" }),
  row(
    "GatewayConsumer",
    "a name on the gateway that no consumer may have",
    { adminId: "jack.smith" },
    ["spec.adminId", "letters, digits, _ and - only"],
    "letters, digits, _ and - only",
  ),
  row("GatewayConsumerGroup", "plugins", { plugins: { "limit-count": {} } }),
  row("GatewayStreamRoute", "nothing: all connections", {}),
  row("GatewayStreamRoute", "a port, a server name, addresses and a protocol", {
    serverPort: 9100,
    sni: "*.example.com",
    remoteAddr: "10.0.0.0/8",
    serverAddr: "::1",
    upstreamRef: { name: "db" },
    protocol: { name: "redis", superiorRef: { name: "all" }, conf: { faults: [] }, logger: [{ name: "syslog" }] },
  }),
  row("GatewayStreamRoute", "a port beyond the last", { serverPort: 65_536 }, ["spec.serverPort", "at most 65535"], "65535"),
  row(
    "GatewayStreamRoute",
    "an address that is none",
    { remoteAddr: "10.0.0" },
    ["spec.remoteAddr", "is not an IP address"],
    "is not an IP address",
  ),
  row("GatewayProto", "a definition", { content: 'syntax = "proto3";' }),
  row("GatewayProto", "a definition in a ConfigMap", { contentFrom: { name: "defs", key: "a.proto" } }),
  row("GatewayProto", "no definition", {}, ["spec", "needs either content or contentFrom"], "needs either content"),
  row(
    "GatewayConsumer",
    "a value of a plugin that stands in a Secret",
    { pluginsFrom: [{ plugin: "key-auth", field: "key", secretRef: { name: "keys", key: "jack" } }] },
  ),
  row(
    "GatewayConsumer",
    "a value for a field that is none",
    { pluginsFrom: [{ plugin: "key-auth", field: "a..b", secretRef: { name: "keys", key: "jack" } }] },
    ["spec.pluginsFrom[0].field", "is not a field"],
    "is not a field",
  ),
  row("GatewayCertificate", "a Secret and names", { snis: ["a.com", "*.a.com"], secretRef: { name: "tls" } }),
  row("GatewayCertificate", "one for upstreams has no names", { type: "client", secretRef: { name: "tls" } }),
  row("GatewayCertificate", "no names", { secretRef: { name: "tls" } }, ["spec.snis", "needs snis"], "needs snis"),
  row("GatewaySecretProvider", "Vault", {
    vault: { uri: "http://vault:8200", prefix: "kv", tokenFrom: { name: "vault", key: "token" } },
  }),
  row("GatewaySecretProvider", "AWS", {
    aws: { accessKeyId: "a", secretAccessKeyFrom: { name: "aws", key: "key" }, region: "eu-west-1" },
  }),
  row("GatewaySecretProvider", "GCP", {
    gcp: { authConfig: { clientEmail: "a", privateKeyFrom: { name: "gcp", key: "key" }, projectId: "p" }, sslVerify: true },
  }),
  row("GatewaySecretProvider", "none", {}, ["spec", "needs exactly one"], "needs exactly one"),
  row(
    "GatewaySecretProvider",
    "an address that is none",
    { vault: { uri: "vault:8200", prefix: "kv", tokenFrom: { name: "vault", key: "token" } } },
    ["spec.vault.uri", "is not an address"],
    "is not an address",
  ),

  // Gateways.
  row("ApisixGateway", "an address and a key", gatewaySpec),
  row("ApisixGateway", "everything", {
    admin: { ...gatewaySpec.admin, caFrom: { namespace: "apisix", name: "admin-ca", key: "ca.crt" } },
    router: "radixtree_uri",
    guards: { maxDeletes: 0 },
    pace: { concurrency: 1, writesPerSecond: 10_000 },
    instance: "blue.eu-1",
    default: true,
  }),
  row("ApisixGateway", "no address", { admin: { ...gatewaySpec.admin, urls: [] } }, ["spec.admin.urls", "is empty"], "at least 1 items"),
  ...["apisix-admin:9180", "ftp://a", "http://", "http://a:9180/apisix/admin", "http://u:secret@a", "http://a?x=1"].map((url) =>
    row(
      "ApisixGateway",
      `${url} as address`,
      { admin: { ...gatewaySpec.admin, urls: [url] } },
      ["spec.admin.urls[0]", ""],
      "is not the address of an Admin API",
    ),
  ),
  row(
    "ApisixGateway",
    "a router that there is not",
    { ...gatewaySpec, router: "radixtree_host_url" },
    ["spec.router", "did you mean radixtree_host_uri?"],
    "Unsupported value",
  ),
  row(
    "ApisixGateway",
    "a pace at which nothing is ever written",
    { ...gatewaySpec, pace: { writesPerSecond: 0 } },
    ["spec.pace.writesPerSecond", ""],
    "greater than or equal to 1",
  ),
  row(
    "ApisixGateway",
    "an instance name that would not fit an id",
    { ...gatewaySpec, instance: "Blue Cluster" },
    ["spec.instance", "small letters"],
    "small letters",
  ),
];

function row(kind: ResourceKind, sentence: string, spec: unknown, decoder?: Row["decoder"], server?: string): Row {
  return {
    sentence: `${kind}: ${sentence}`,
    kind,
    spec,
    ...(decoder === undefined ? {} : { decoder }),
    ...(server === undefined ? {} : { server }),
  };
}

function route(sentence: string, spec: unknown, decoder?: Row["decoder"], server?: string): Row {
  return row("GatewayRoute", sentence, spec, decoder, server);
}
