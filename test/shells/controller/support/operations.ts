import fc from "fast-check";
import {
  type AttachedKind,
  type AttachedManifest,
  type AttachedSpecs,
  type ObjectMeta,
  attachedKinds,
} from "../../../../src/core/model/index.ts";
import { metaOf } from "../../../support/manifests.ts";

/** What happens to a gateway: its owners change their minds, the operator passes, and others lend a hand. */
export type Operation =
  | { readonly what: "want"; readonly object: AttachedManifest }
  | { readonly what: "unwant"; readonly kind: AttachedKind; readonly name: string }
  | { readonly what: "pass" | "resync" | "restart" }
  | { readonly what: "rotate"; readonly version: Version }
  /** The gateway has other plugins from now on. */
  | { readonly what: "reload"; readonly plugins: readonly string[] | undefined }
  | { readonly what: "foreignPut"; readonly path: string; readonly body: object }
  | { readonly what: "foreignDelete"; readonly path: string }
  | { readonly what: "handEdit"; readonly kind: AttachedKind; readonly name: string }
  | { readonly what: "handDelete"; readonly kind: AttachedKind; readonly name: string };

/** What the Secrets hold for the time being. */
export type Version = 0 | 1;
export const versions: readonly Version[] = [0, 1];

const optional = { requiredKeys: [] };
const names = ["a", "b", "c", "d"] as const;
type Name = (typeof names)[number];
const name = fc.constantFrom(...names);
const reference = name.map((to) => ({ name: to }));
const nodes = fc.integer({ min: 1, max: 3 }).map((port) => [{ host: "127.0.0.1", port, weight: 1 }]);
const host = fc.constantFrom("a.com", "b.com", "*.a.com");
const hosts = fc.uniqueArray(host, { minLength: 1, maxLength: 2 });
const uris = fc.uniqueArray(fc.constantFrom("/*", "/x/*", "/x", "/y*"), { minLength: 1, maxLength: 2 });
const plugins = fc.constantFrom(
  { "request-id": {} },
  { cors: {} },
  { "limit-count": { count: 5, time_window: 60, key: "remote_addr" } },
);
/** Two may want the one id for a while. */
export const sharedId = "shared";
const adminId = (own: Name) => fc.record({ adminId: fc.constantFrom(sharedId, `pinned-${own}`) }, optional);
const metadataPlugins = { a: "http-logger", b: "syslog", c: "file-logger", d: "tcp-logger" } as const;
const globalPlugins = { a: "request-id", b: "cors", c: "prometheus", d: "gzip" } as const;

/** By the name of the object: some things are no two objects'. */
type Specs = { readonly [Kind in AttachedKind]: (name: Name) => fc.Arbitrary<AttachedSpecs[Kind]> };

/** Small, so that they meet: on hosts, on paths, and by reference. */
const specs: Specs = {
  GatewayRoute: (own) =>
    fc
      .tuple(
        fc.record({ uris, upstreamRef: reference }),
        fc.record({ hosts, methods: fc.constant(["GET"]), pluginConfigRef: reference, plugins }, optional),
        fc.record({ priority: fc.constantFrom(-1, 0, 1, 100) }, optional),
        fc.option(reference, { nil: undefined }),
        adminId(own),
      )
      .map(([{ upstreamRef, ...must }, more, number, serviceRef, id]) => ({
        ...must,
        ...id,
        ...more,
        ...number,
        ...(serviceRef === undefined ? { upstreamRef } : { serviceRef }),
      })),
  GatewayService: (own) =>
    fc
      .tuple(fc.record({ upstreamRef: reference }), fc.record({ hosts, plugins }, optional), adminId(own))
      .map(([must, more, id]) => ({ ...must, ...more, ...id })),
  GatewayUpstream: (own) => fc.tuple(fc.record({ nodes }), adminId(own)).map(([must, id]) => ({ ...must, ...id })),
  GatewayPluginConfig: () => fc.record({ plugins }),
  // The gateway takes no plugin in two global rules.
  GatewayGlobalRule: (own) => fc.constant({ plugins: { [globalPlugins[own]]: {} } }),
  // Nor one key from two consumers.
  GatewayConsumer: (own) =>
    fc.tuple(fc.option(reference, { nil: undefined }), fc.uniqueArray(name)).map(([groupRef, credentials]) => ({
      ...(groupRef !== undefined && { groupRef }),
      credentials: credentials.map((each) => ({ name: each, plugins: { "key-auth": { key: `${own} by ${each}` } } })),
    })),
  GatewayConsumerGroup: () => fc.record({ plugins }),
  GatewayStreamRoute: () => fc.record({ serverPort: fc.integer({ min: 9100, max: 9103 }), upstreamRef: reference }),
  GatewayProto: () =>
    fc.constantFrom("A", "B").map((message) => ({ content: `syntax = "proto3"; message ${message} {}` })),
  GatewayPluginMetadata: (own) =>
    fc
      .constantFrom("$host", "$remote_addr")
      .map((value) => ({ pluginName: metadataPlugins[own], metadata: { log_format: { value } } })),
  GatewayCertificate: (own) =>
    fc
      .tuple(fc.constantFrom("x.com", "y.com"), adminId(own))
      .map(([sni, id]) => ({ snis: [sni], secretRef: { name: "tls" }, ...id })),
  GatewaySecretProvider: () => fc.constantFrom(vault, aws),
};

const vault = { vault: { uri: "http://vault:8200", prefix: "kv", tokenFrom: { name: "values", key: "token" } } };
const aws = { aws: { accessKeyId: "id", secretAccessKeyFrom: { name: "values", key: "token" } } };

const wanted: fc.Arbitrary<AttachedManifest> = fc.oneof(
  { arbitrary: manifest("GatewayRoute"), weight: 6 },
  { arbitrary: manifest("GatewayService"), weight: 3 },
  { arbitrary: manifest("GatewayUpstream"), weight: 3 },
  manifest("GatewayPluginConfig"),
  manifest("GatewayGlobalRule"),
  manifest("GatewayConsumer"),
  manifest("GatewayConsumerGroup"),
  manifest("GatewayStreamRoute"),
  manifest("GatewayProto"),
  manifest("GatewayPluginMetadata"),
  manifest("GatewayCertificate"),
  manifest("GatewaySecretProvider"),
);

const foreignObject = fc.oneof(
  fc
    .tuple(fc.constantFrom("routes/1", "routes/theirs"), uris, fc.constantFrom(-5, 0, 7))
    .map(([path, own, priority]) => ({
      path,
      body: { uris: own, priority, upstream: { nodes: {}, type: "roundrobin" } },
    })),
  nodes.map((own) => ({ path: "upstreams/theirs", body: { nodes: own, type: "roundrobin" } })),
  plugins.map((own) => ({ path: "plugin_configs/theirs", body: { plugins: own } })),
  fc.constant({ path: "consumers/jill", body: { username: "jill" } }),
  fc
    .constantFrom("$uri", "$host")
    .map((own) => ({ path: "plugin_metadata/udp-logger", body: { log_format: { own } } })),
);
const kind = fc.constantFrom(...attachedKinds);

export const operations: fc.Arbitrary<readonly Operation[]> = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: wanted.map((object): Operation => ({ what: "want", object })) },
    { weight: 3, arbitrary: fc.record({ what: fc.constant("unwant"), kind, name }) },
    { weight: 5, arbitrary: fc.record({ what: fc.constantFrom("pass") }) },
    { weight: 1, arbitrary: fc.record({ what: fc.constantFrom("resync", "restart") }) },
    { weight: 1, arbitrary: fc.record({ what: fc.constant("rotate"), version: fc.constantFrom(...versions) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        what: fc.constant("reload"),
        plugins: fc.constantFrom(["request-id", "key-auth"], undefined),
      }),
    },
    { weight: 2, arbitrary: foreignObject.map((object): Operation => ({ what: "foreignPut", ...object })) },
    { weight: 1, arbitrary: foreignObject.map(({ path }): Operation => ({ what: "foreignDelete", path })) },
    { weight: 2, arbitrary: fc.record({ what: fc.constantFrom("handEdit", "handDelete"), kind, name }) },
  ),
  { minLength: 200, maxLength: 200 },
);

/** One of each name of all that something may refer to: with them nothing is held for a missing reference. */
export const referents: readonly AttachedManifest[] = names.flatMap((each): readonly AttachedManifest[] => [
  { kind: "GatewayUpstream", meta: meta(each), spec: { nodes: [{ host: "127.0.0.1", port: 9, weight: 1 }] } },
  { kind: "GatewayService", meta: meta(each), spec: { upstreamRef: { name: each } } },
  { kind: "GatewayPluginConfig", meta: meta(each), spec: { plugins: { cors: {} } } },
  { kind: "GatewayConsumerGroup", meta: meta(each), spec: { plugins: { cors: {} } } },
]);

function manifest(of: AttachedKind): fc.Arbitrary<AttachedManifest> {
  return name.chain((own) => {
    const spec: fc.Arbitrary<unknown> = specs[of](own);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table pairs each kind with its spec
    return spec.map((each) => ({ kind: of, meta: meta(own), spec: each }) as AttachedManifest);
  });
}

function meta(each: string): ObjectMeta {
  return metaOf(each, { creationTimestamp: `2026-01-01T00:00:0${each.charCodeAt(0) % 10}Z` });
}
