import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { apiVersion, resourceKinds, type Json, type ResourceKind } from "../../src/core/model/index.ts";
import { decodeManifest, isInvalid, resourcePath } from "../../src/wire/crd/index.ts";
import { describeKube } from "../support/kubeapi.suite.ts";

// Every field of every kind is given odd values in turn, and the API server and the decoder must agree on each.
// What only the decoder can look into (vars) is left out.

const timeout = { connect: 1, send: 1, read: 1 };
const upstream = {
  nodes: [{ host: "a", port: 1, weight: 1, priority: 1 }],
  type: "chash",
  hashOn: "header",
  key: "a",
  scheme: "http",
  passHost: "pass",
  upstreamHost: "a",
  retries: 1,
  retryTimeout: 1,
  timeout,
  keepalivePool: { size: 1, idleTimeout: 1, requests: 1 },
  checks: { active: {}, passive: {} },
  tls: { verify: true },
};
const key = { namespace: "a", name: "a", key: "a" };

const good: Readonly<Record<ResourceKind, Json>> = {
  GatewayRoute: {
    gatewayRef: { name: "a" },
    desc: "d",
    labels: { a: "b" },
    hosts: ["a"],
    uris: ["/x"],
    methods: ["GET"],
    remoteAddrs: ["1.1.1.1"],
    filterFunc: "function() end",
    priority: 1,
    enabled: true,
    enableWebsocket: true,
    timeout,
    serviceRef: { name: "a" },
    upstream,
    pluginConfigRef: { name: "a" },
    plugins: { a: {} },
  },
  GatewayService: { hosts: ["a"], upstreamRef: { name: "a" }, plugins: { a: {} }, enableWebsocket: false },
  GatewayUpstream: { serviceName: "a", discoveryType: "dns", discoveryArgs: { a: 1 }, type: "chash", key: "uri" },
  GatewayPluginConfig: {
    plugins: { a: {} },
    pluginsFrom: [{ plugin: "a", field: "a", secretRef: { name: "a", key: "a" } }],
  },
  GatewayGlobalRule: { gatewayRef: { name: "a" }, plugins: { a: {} } },
  GatewayPluginMetadata: { pluginName: "a", metadata: { a: 1 } },
  GatewayConsumer: {
    groupRef: { name: "a" },
    plugins: { a: {} },
    credentials: [{ name: "a", desc: "d", plugins: { a: {} } }],
  },
  GatewayConsumerGroup: { plugins: { a: {} } },
  GatewayStreamRoute: {
    remoteAddr: "10.0.0.0/8",
    serverAddr: "10.0.0.1",
    serverPort: 1,
    sni: "a",
    serviceRef: { name: "a" },
    upstream,
    plugins: { a: {} },
    protocol: { name: "a", superiorRef: { name: "a" }, conf: { a: 1 }, logger: [{ name: "a" }] },
  },
  GatewayProto: { content: "a" },
  GatewayCertificate: {
    type: "server",
    snis: ["a"],
    secretRef: { name: "a" },
    client: { caFrom: { name: "a", key: "a" }, depth: 1, skipMtlsUriRegex: ["/a"] },
    sslProtocols: ["TLSv1.2"],
    enabled: true,
  },
  GatewaySecretProvider: {
    vault: { uri: "http://a", prefix: "a", tokenFrom: { name: "a", key: "a" }, namespace: "a" },
  },
  ApisixGateway: {
    admin: { urls: ["http://a"], keyFrom: key, caFrom: key },
    router: "radixtree_uri",
    guards: { maxDeletes: 1 },
    instance: "a",
    default: true,
  },
};

const texts: readonly string[] = [
  ..."x|/x|*|**|*.a.com|*a|a*|a b|A.b|a:1|[a]:1|[a|::1|[::1]|a-|a..b|é|🦊|10|true|GET|get|chash|header|arg_x|X-User".split("|"),
  ..."function x|function() return true end|http://a".split("|"),
  "",
  " ",
  "a\n",
  "a\nb",
  "/x\n",
  "a\u00a0b",
  "a".repeat(41),
  "a".repeat(254),
  "a".repeat(257),
];
/** Where some texts are odder than elsewhere. */
const textsOf: Readonly<Record<string, readonly string[]>> = {
  remoteAddrs:
    "10.0.0.0/8|10.0.0.1/08|1.2.3.4/33|1.2.3.4/|1.2.3|::/0|::/129|1::2::3|::ffff:1.2.3.4|::1.2.3|fe80::1%1|1:2:3/64".split("|"),
  urls: [
    ..."http://a:1/|https://A|ftp://a|http:///x|http:/a|//a|http://a:x|http://a:65536|http://u@a|http://a?|http://a#".split("|"),
    ..."http://a/x|http://a/.|http://[::1]:9180|http://::1|http://a | http://a".split("|"),
  ],
};
const others: readonly (Json | undefined)[] = [
  undefined,
  null,
  0,
  1,
  -1,
  1.5,
  65_536,
  2 ** 31,
  99_999_999_999_999,
  1e14,
  true,
  [],
  {},
  ["x"],
  ["x", "x"],
  [null],
  { name: "X" },
  { a: null },
  [{ host: "a", weight: 1, port: null }],
];

/** A text anywhere else than in place of a text is refused for its type: two of them are enough there. */
function oddValuesFor(path: Path, replaced: Json): readonly (Json | undefined)[] {
  const field = path.findLast((step) => typeof step === "string") ?? "";
  return typeof replaced === "string" ? [...others, ...texts, ...(textsOf[field] ?? [])] : [...others, "10", "true"];
}

describeKube("the API server and the decoder", ({ cluster, namespace }) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  afterAll(() => agent.destroy());

  test.each(resourceKinds)("agree on odd values in every field of a %s", async (kind) => {
    const specs = pathsIn(good[kind]).flatMap(({ path, replaced }) => oddValuesFor(path, replaced).map((value) => ({ path, value, spec: withValue(good[kind], path, value) })));
    const send = senderTo(cluster, agent, kind, namespace);
    const misjudged: string[] = [];
    const verdicts = new Set<boolean>();
    const waiting = specs.values();
    const worker = async () => {
      for (const { path, value, spec } of waiting) {
        const manifest = { apiVersion, kind, metadata: { name: "x" }, spec };
        const decoded = decodeManifest(manifest);
        const isTaken = decoded !== undefined && !isInvalid(decoded);
        verdicts.add(isTaken);
        if (isTaken !== (await send(manifest))) misjudged.push(`${path.join(".")}: ${JSON.stringify(value)}, taken here: ${isTaken}`);
      }
    };
    await Promise.all([worker(), worker(), worker(), worker()]);
    expect(misjudged).toEqual([]);
    // Neither side says the same to everything.
    expect(verdicts).toEqual(new Set([true, false]));
  });
});

type Path = readonly (string | number)[];

/** Every field and every entry of a list, at every depth, and what stands there. */
function pathsIn(value: Json, path: Path = []): { readonly path: Path; readonly replaced: Json }[] {
  const children: readonly (readonly [string | number, Json])[] = Array.isArray(value)
    ? value.map((item: Json, index) => [index, item] as const)
    : Object.entries(typeof value === "object" && value !== null ? value : {});
  return children.flatMap(([step, child]) => [{ path: [...path, step], replaced: child }, ...pathsIn(child, [...path, step])]);
}

/** `undefined` takes a field away, and makes null of a list's entry. */
function withValue(whole: Json, [step, ...rest]: Path, value: Json | undefined): Json {
  if (step === undefined) return value ?? null;
  if (Array.isArray(whole)) return whole.map((item: Json, index) => (index === step ? withValue(item, rest, value) : item));
  const fields = Object.entries(typeof whole === "object" && whole !== null ? whole : {});
  const kept = fields.filter(([name]) => name !== step || rest.length > 0 || value !== undefined);
  return Object.fromEntries(kept.map(([name, child]) => [name, name === step ? withValue(child, rest, value) : child]));
}

/** Whether the server would create an object; kubectl would take a second for each. */
function senderTo({ server, kubeconfig }: { server: string; kubeconfig: string }, agent: Agent, kind: ResourceKind, namespace: string) {
  const { base, plural, isNamespaced } = resourcePath(kind);
  const url = `${server}${base}${isNamespaced ? `/namespaces/${namespace}` : ""}/${plural}?dryRun=All`;
  // As kubeapi writes it.
  const config: { users: [{ user: { token: string } }]; clusters: [{ cluster: { "certificate-authority": string } }] } = parse(
    readFileSync(kubeconfig, "utf8"),
  );
  const ca = readFileSync(config.clusters[0].cluster["certificate-authority"]);
  const headers = { "content-type": "application/json", authorization: `Bearer ${config.users[0].user.token}` };
  return (manifest: object) =>
    new Promise<boolean>((done, failed) => {
      const sent = request(url, { method: "POST", agent, ca, headers }, (answer) => {
        answer.resume();
        const code = answer.statusCode ?? 0;
        if ([201, 400, 422].includes(code)) done(code === 201);
        else failed(new Error(`the server answered ${code}`));
      });
      sent.on("error", failed);
      sent.end(JSON.stringify(manifest));
    });
}
