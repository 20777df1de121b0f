import { beforeAll, describe, expect, test } from "vitest";
import type { AttachedKind } from "../../src/core/model/index.ts";
import { makeCertificates } from "../edges/apisix/certificates.ts";
import { eventually } from "../support/eventually.ts";
import { describeKube } from "../support/kubeapi.suite.ts";
import { admin } from "./support/admin.ts";
import { hasRealApisix, standInModes } from "./support/gateway.ts";
import { adminKey, stageFor } from "./support/stage.ts";

type Spec = Readonly<Record<string, unknown>>;

/** A kind's whole way: a spec, a change of it, one that the gateway or the cluster has no place for, and what is stored. */
interface Way {
  readonly kind: Exclude<AttachedKind, "GatewayRoute">;
  /** Where its object stands in the Admin API; `NS` is the namespace. */
  readonly path: string;
  readonly good: Spec;
  readonly changed: Spec;
  /** What the gateway holds after each of the two. */
  readonly stored: readonly [before: object, after: object];
  /** A spec that can't be carried out, and the reason that its author reads. */
  readonly broken: Spec;
  readonly reason: string;
}

const nodes = (port: number) => [{ host: "127.0.0.1", port, weight: 1 }];
const { server: pair } = makeCertificates();
const misfit = makeCertificates().server;
const badPlugin = { "limit-count": { count: "many" } };

const ways: readonly Way[] = [
  {
    kind: "GatewayUpstream",
    path: "upstreams/NS.it_upstream",
    good: { nodes: nodes(1) },
    changed: { nodes: nodes(2) },
    stored: [{ nodes: nodes(1) }, { nodes: nodes(2) }],
    broken: { nodes: nodes(2), checks: { active: { healthy: { interval: 0 } } } },
    reason: "SchemaRejected",
  },
  {
    kind: "GatewayService",
    path: "services/NS.it_service",
    good: { hosts: ["a.com"] },
    changed: { hosts: ["b.com"] },
    stored: [{ hosts: ["a.com"] }, { hosts: ["b.com"] }],
    broken: { hosts: ["b.com"], upstreamRef: { name: "missing" } },
    reason: "ReferenceNotFound",
  },
  {
    kind: "GatewayPluginConfig",
    path: "plugin_configs/NS.it_plugin-config",
    good: { plugins: { "request-id": {} } },
    changed: { plugins: { "request-id": {}, cors: {} } },
    stored: [{ plugins: { "request-id": {} } }, { plugins: { "request-id": {}, cors: {} } }],
    broken: { plugins: badPlugin },
    reason: "PluginRejected",
  },
  {
    kind: "GatewayGlobalRule",
    path: "global_rules/NS.it_rule_NS",
    good: { plugins: { "request-id": {} } },
    changed: { plugins: { "request-id": { header_name: "X-Id" } } },
    stored: [{ plugins: { "request-id": {} } }, { plugins: { "request-id": { header_name: "X-Id" } } }],
    broken: { plugins: badPlugin },
    reason: "PluginRejected",
  },
  {
    kind: "GatewayPluginMetadata",
    path: "plugin_metadata/http-logger",
    good: { pluginName: "http-logger", metadata: { log_format: { host: "$host" } } },
    changed: { pluginName: "http-logger", metadata: { log_format: { client: "$remote_addr" } } },
    stored: [{ log_format: { host: "$host" } }, { log_format: { client: "$remote_addr" } }],
    broken: { pluginName: "no-such-plugin", metadata: { any: 1 } },
    reason: "UnknownPlugin",
  },
  {
    kind: "GatewayConsumerGroup",
    path: "consumer_groups/NS.it_consumer-group",
    good: { plugins: { "request-id": {} } },
    changed: { plugins: { cors: {} } },
    stored: [{ plugins: { "request-id": {} } }, { plugins: { cors: {} } }],
    broken: { plugins: badPlugin },
    reason: "PluginRejected",
  },
  {
    kind: "GatewayConsumer",
    path: "consumers/NS_it/credentials/main",
    good: { credentials: [{ name: "main", plugins: { "key-auth": { key: "first-key" } } }] },
    changed: { credentials: [{ name: "main", plugins: { "key-auth": { key: "second-key" } } }] },
    stored: [{ plugins: { "key-auth": { key: "first-key" } } }, { plugins: { "key-auth": { key: "second-key" } } }],
    broken: { groupRef: { name: "missing" } },
    reason: "ReferenceNotFound",
  },
  {
    kind: "GatewayStreamRoute",
    path: "stream_routes/NS.it_stream-route",
    good: { serverPort: 9100, upstream: { nodes: nodes(1) } },
    changed: { serverPort: 9101, upstream: { nodes: nodes(1) } },
    stored: [{ server_port: 9100 }, { server_port: 9101 }],
    broken: { serverPort: 9101, protocol: { name: "redis", superiorRef: { name: "it" } } },
    reason: "ReferenceCycle",
  },
  {
    kind: "GatewayProto",
    path: "protos/NS.it_proto",
    good: { content: 'syntax = "proto3"; message A { string a = 1; }' },
    changed: { content: 'syntax = "proto3"; message B { string b = 1; }' },
    stored: [
      { content: 'syntax = "proto3"; message A { string a = 1; }' },
      { content: 'syntax = "proto3"; message B { string b = 1; }' },
    ],
    broken: { content: "message {" },
    reason: "SchemaRejected",
  },
  {
    kind: "GatewayCertificate",
    path: "ssls/NS.it_certificate",
    good: { snis: ["a.com"], secretRef: { name: "tls" } },
    changed: { snis: ["b.com"], secretRef: { name: "tls" } },
    stored: [{ snis: ["a.com"], cert: pair.cert }, { snis: ["b.com"] }],
    broken: { snis: ["b.com"], secretRef: { name: "misfit" } },
    reason: "CertificateInvalid",
  },
  {
    kind: "GatewaySecretProvider",
    path: "secrets/vault/NS.it_secret_NS",
    good: { vault: { uri: "http://vault:8200", prefix: "kv/a", tokenFrom: { name: "values", key: "token" } } },
    changed: { vault: { uri: "http://vault:8200", prefix: "kv/b", tokenFrom: { name: "values", key: "token" } } },
    stored: [{ prefix: "kv/a", token: "first-token" }, { prefix: "kv/b" }],
    broken: { vault: { uri: "http://vault:8200", prefix: "kv/b", tokenFrom: { name: "values", key: "missing" } } },
    reason: "SecretKeyMissing",
  },
];

describe.skipIf(hasRealApisix).each(standInModes)(
  "[stand-in only] in mode $mode every kind goes the whole way",
  ({ start }) => {
    describeKube("apply, change, break, mend, delete", (suite) => {
      const stage = stageFor(suite, () => start(adminKey, "--stream"));
      const held = async (path: string): Promise<unknown> => {
        const answer = await admin(stage.gateway(), "GET", path);
        return answer.status === 404 ? undefined : ((await answer.json()) as { value: unknown }).value; // one object
      };
      const reasonOf = async (kind: string) =>
        (await stage.statusOf(kind, "it")).conditions?.find(({ type }) => type === "Ready")?.reason;
      const eventuallyHolds = (path: string, wanted: object | undefined) =>
        eventually(
          async () => {
            const found = await held(path);
            return wanted === undefined ? found === undefined : contains(found, wanted);
          },
          { describe: () => `${path}: ${JSON.stringify(wanted)}\n${stage.said().slice(-1500)}` },
        );

      const secret = (name: string, stringData: Readonly<Record<string, string>>) => ({
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name },
        stringData,
      });
      beforeAll(async () => {
        await stage.applyAll(
          secret("tls", { "tls.crt": pair.cert, "tls.key": pair.key }),
          secret("misfit", { "tls.crt": pair.cert, "tls.key": misfit.key }),
          secret("values", { token: "first-token" }),
        );
      });

      test("a value out of a Secret comes when the Secret does, and is written anew when it rotates", async () => {
        const path = `consumers/${suite.namespace}_rotated`;
        const secretRef = { name: "late", key: "key" };
        await stage.operate();
        await stage.applyAll(
          stage.object("GatewayConsumer", "rotated", {
            pluginsFrom: [{ plugin: "key-auth", field: "key", secretRef }],
          }),
        );
        const reason = async () =>
          (await stage.statusOf("GatewayConsumer", "rotated")).conditions?.find(({ type }) => type === "Ready")?.reason;
        await eventually(async () => (await reason()) === "SecretKeyMissing");
        for (const key of ["canary-one", "canary-two"]) {
          await stage.applyAll(secret("late", { key }));
          await eventuallyHolds(path, { plugins: { "key-auth": { key } } });
        }
        await suite.kubectl(["wait", "--for=condition=Ready", "--timeout=20s", "gatewayconsumer/rotated"]);
        const told = stage.said() + (await suite.kubectl(["get", "gwc,events", "-o", "yaml"]));
        expect(told).not.toMatch(/canary-(one|two)/);
      });

      test.each(ways)("$kind", async ({ kind, path, good, changed, stored, broken, reason }) => {
        const at = path.replaceAll("NS", suite.namespace);
        await stage.operate();
        await stage.applyAll(stage.object(kind, "it", good));
        await eventuallyHolds(at, stored[0]);
        await suite.kubectl(["wait", "--for=condition=Ready", "--timeout=20s", `${kind.toLowerCase()}/it`]);

        await stage.applyAll(stage.object(kind, "it", changed));
        await eventuallyHolds(at, stored[1]);

        await stage.applyAll(stage.object(kind, "it", broken));
        await eventually(async () => (await reasonOf(kind)) === reason, { describe: () => `${kind} ${reason}` });
        // The last good version stays, but for what names another object of the gateway.
        if (kind !== "GatewayPluginMetadata") expect(await held(at)).toMatchObject(stored[1]);

        await stage.applyAll(stage.object(kind, "it", good));
        await eventuallyHolds(at, stored[0]);
        await suite.kubectl(["wait", "--for=condition=Ready", "--timeout=20s", `${kind.toLowerCase()}/it`]);

        await suite.kubectl(["delete", kind.toLowerCase(), "it", "--timeout=20s"]);
        await eventuallyHolds(at, undefined);
      });
    });
  },
);

/** Whether `found` has all that `wanted` has. */
function contains(found: unknown, wanted: object): boolean {
  try {
    expect(found).toMatchObject(wanted);
    return true;
  } catch {
    return false;
  }
}
