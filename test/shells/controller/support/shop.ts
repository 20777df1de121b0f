import type { AttachedManifest, Snapshot } from "../../../../src/core/model/index.ts";
import { metaOf, pluginConfig, route, service, snapshotOf, upstream } from "../../../support/manifests.ts";

const nodesAt = (port: number) => [{ host: "127.0.0.1", port, weight: 1 }];

function consumer(key: string): AttachedManifest {
  const credentials = [{ name: "main", plugins: { "key-auth": { key } } }];
  return { kind: "GatewayConsumer", meta: metaOf("jack"), spec: { credentials } };
}

const unchanging: readonly AttachedManifest[] = [
  pluginConfig("limits"),
  route("all", { uris: ["/test*"], serviceRef: { name: "web" } }),
  route("one", {
    uris: ["/test*"],
    hosts: ["test2.com"],
    serviceRef: { name: "web" },
    pluginConfigRef: { name: "limits" },
  }),
  { kind: "GatewayGlobalRule", meta: metaOf("ids"), spec: { plugins: { "request-id": {} } } },
  { kind: "GatewayStreamRoute", meta: metaOf("db"), spec: { serverPort: 9100, upstreamRef: { name: "web" } } },
];

/** What a shop has on its gateway, of nearly every kind, before a change. */
export const before: Snapshot = snapshotOf(
  ...unchanging,
  upstream("web", { nodes: nodesAt(80) }),
  service("web", { hosts: ["test1.com", "test2.com"], upstreamRef: { name: "web" } }),
  consumer("first"),
  upstream("old"),
  service("old", { upstreamRef: { name: "old" } }),
  route("old", { uris: ["/old"], serviceRef: { name: "old" } }),
);

/** And what it wants afterwards: some of it new, some changed, some gone. */
export const after: Snapshot = snapshotOf(
  ...unchanging,
  upstream("web", { nodes: nodesAt(8080) }),
  service("web", { hosts: ["test1.com", "test2.com", "test3.com"], upstreamRef: { name: "web" } }),
  consumer("second"),
  upstream("new"),
  route("new", { uris: ["/new"], upstreamRef: { name: "new" } }),
  // The claim lists it first.
  {
    kind: "GatewayPluginMetadata",
    meta: metaOf("logs"),
    spec: { pluginName: "http-logger", metadata: { log_format: { host: "$host" } } },
  },
);

/** Others' objects, as `PUT` sends them. One contests with the shop's routes. */
export const foreign: Readonly<Record<string, object>> = {
  "upstreams/theirs": { nodes: { "127.0.0.1:81": 1 }, type: "roundrobin" },
  "services/theirs": { upstream_id: "theirs" },
  "routes/theirs": { uri: "/test*", host: "theirs.com", service_id: "theirs", priority: 7 },
  "routes/1": { uri: "/own", upstream: { nodes: {}, type: "roundrobin" } },
  "consumers/jill": { username: "jill" },
};
