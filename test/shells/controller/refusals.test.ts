import { describe, expect, onTestFinished, test } from "vitest";
import { type AttachedManifest, type GatewayMode, Secret } from "../../../src/core/model/index.ts";
import { verdictsOf } from "../../../src/core/status/index.ts";
import { ApisixClient } from "../../../src/edges/apisix/index.ts";
import { GatewaySession, runPass } from "../../../src/shells/controller/index.ts";
import { Fleet } from "../../../src/shells/controller/standalone/fleet.ts";
import { defaultAdminKey, startSandbox } from "../../../src/shells/sandbox/index.ts";
import { object, route, service, snapshotOf, upstream } from "../../support/manifests.ts";
import { passOptions } from "./support/pass-options.ts";

// What a gateway refuses, its words, and the field of the resource that they come back to, in every version that says it
// otherwise.

const nodes = [{ host: "127.0.0.1", port: 80, weight: 1 }];
const canary = "canary-of-a-secret";
const badPolicy = { "limit-count": { count: 1, time_window: 60, key: "remote_addr", policy: canary } };

const refused: readonly (readonly [AttachedManifest, told: string])[] = [
  [route("policy", { plugins: badPolicy }), "PluginRejected spec.plugins.limit-count.policy"],
  [
    route("probe", { upstream: { nodes, checks: { active: { type: canary } } } }),
    "SchemaRejected spec.upstream.checks.active.type",
  ],
  [
    service("secret", {
      upstream: { nodes },
      plugins: { "limit-count": { count: 1, time_window: 60, key: "remote_addr" } },
      pluginsFrom: [{ plugin: "limit-count", field: "policy", secretRef: { name: "s", key: "k" } }],
    }),
    "PluginRejected spec.pluginsFrom[0]",
  ],
  [upstream("hash", { nodes, type: "chash" }), "SchemaRejected spec.key"],
  [object("GatewayConsumerGroup", "g", { plugins: badPolicy }), "PluginRejected spec.plugins.limit-count.policy"],
  [object("GatewayPluginConfig", "p", { plugins: badPolicy }), "PluginRejected spec.plugins.limit-count.policy"],
  [object("GatewayGlobalRule", "r", { plugins: badPolicy }), "PluginRejected spec.plugins.limit-count.policy"],
  [
    object("GatewayPluginMetadata", "m", { pluginName: "http-logger", metadata: { log_format: canary } }),
    "PluginRejected spec.metadata.log_format",
  ],
  [
    object("GatewayPluginMetadata", "nope", { pluginName: "nope", metadata: { a: 1 } }),
    "UnknownPlugin spec.pluginName",
  ],
  [
    object("GatewayConsumer", "jack", { plugins: { "key-auth": { header: canary } } }),
    "PluginRejected spec.plugins.key-auth.key",
  ],
];
const withProtos: typeof refused = [
  [object("GatewayProto", "proto", { content: 'syntax = "proto3"; message R { strin' }), "SchemaRejected spec.content"],
];
const withCredentials: typeof refused = [
  [
    object("GatewayConsumer", "jill", {
      credentials: [
        { name: "one", plugins: { "key-auth": { key: "one" } } },
        { name: "two", plugins: { "key-auth": {} } },
      ],
    }),
    "PluginRejected spec.credentials[1].plugins.key-auth.key",
  ],
];

const rows: readonly (readonly [GatewayMode, version: string, typeof refused])[] = [
  ["etcd", "3.3.0", refused],
  ["etcd", "3.12.0", refused],
  ["etcd", "3.13.0", [...refused, ...withProtos, ...withCredentials]],
  ["etcd", "3.18.0", [...refused, ...withProtos, ...withCredentials]],
  // Without etcd, 3.13 takes no credentials.
  ["standalone", "3.13.0", [...refused, ...withProtos]],
  ["standalone", "3.18.0", [...refused, ...withProtos, ...withCredentials]],
];

describe.each(rows)("a gateway in mode %s, APISIX %s", (mode, version, cases) => {
  test("each refusal names the field of its resource and quotes no value; the rest is written", async () => {
    const sandbox = await startSandbox({ mode, version });
    const options = { urls: [sandbox.adminUrl], key: new Secret(defaultAdminKey) };
    const client = mode === "etcd" ? new ApisixClient(options) : new Fleet(options);
    onTestFinished(async () => {
      client.close();
      await sandbox.stop();
    });
    const session = new GatewaySession({ client });
    const snapshot = snapshotOf(...cases.map(([bad]) => bad), route("good", { upstream: { nodes } }));
    const { decision, came } = await runPass(session, snapshot, passOptions());
    const verdicts = verdictsOf(decision, came);
    const told = verdicts.map(({ object: { kind, meta }, diagnostics, programmed }) => [
      `${kind} ${meta.name}`,
      programmed?.status === "True" ? "fine" : `${diagnostics[0]?.code} ${diagnostics[0]?.field}`,
    ]);
    expect(Object.fromEntries(told)).toEqual({
      ...Object.fromEntries(cases.map(([{ kind, meta }, words]) => [`${kind} ${meta.name}`, words])),
      "GatewayRoute good": "fine",
    });
    const said = verdicts.map(({ programmed, diagnostics }) => ({ programmed, diagnostics }));
    expect(JSON.stringify(said)).not.toContain(canary);
  });
});
