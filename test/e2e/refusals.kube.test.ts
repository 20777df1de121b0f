import { beforeAll, describe, expect, test } from "vitest";
import { makeCertificates, makeExpiredPair } from "../edges/apisix/certificates.ts";
import { eventually } from "../support/eventually.ts";
import { describeKube } from "../support/kubeapi.suite.ts";
import { admin } from "./support/admin.ts";
import { hasRealApisix, standInModes, startStandIn } from "./support/gateway.ts";
import { type Stage, adminKey, stageFor } from "./support/stage.ts";

// What can't stand on a gateway as its author wrote it, told on the object itself, while everything else goes on.

const nodes = [{ host: "127.0.0.1", port: 1, weight: 1 }];
const { server: pair } = makeCertificates();
const { key: otherKey } = makeCertificates().server;
const expired = makeExpiredPair();

function secret(name: string, stringData: Readonly<Record<string, string>>): object {
  return { apiVersion: "v1", kind: "Secret", metadata: { name }, stringData };
}

async function expectTold(stage: Stage, kind: string, name: string, reason: string, field?: string): Promise<void> {
  const status = () => stage.statusOf(kind, name);
  const ready = async () => (await status()).conditions?.find(({ type }) => type === "Ready");
  await eventually(async () => (await ready())?.reason === reason, {
    describe: () => `${kind}/${name} ${reason}\n${stage.said().slice(-1500)}`,
  });
  expect((await ready())?.status).toBe("False");
  const { diagnostics = [] } = await status();
  expect(diagnostics.map((each) => [each.code, each.severity, each["field" as never]])).toContainEqual([
    reason,
    "error",
    field,
  ]);
}

describe.skipIf(hasRealApisix).each(standInModes)(
  "[stand-in only] what a gateway in mode $mode would refuse",
  ({ mode, start }) => {
    describeKube("is told to its author", (suite) => {
      const stage = stageFor(suite, () => start(adminKey, "--stream"));
      const ask = async (path: string) => (await stage.gateway().ask("GET", `http://any.example.com${path}`)).body;
      const calls = async () =>
        (await stage.gateway().calls()).map(({ method, path, status }) => ({
          what: `${method} ${path.split("/admin/")[1] ?? ""}`,
          status,
        }));
      const sent = async (what: string, among: (status: number) => boolean = () => true) =>
        (await calls()).filter((call) => call.what === what && among(call.status)).length;

      beforeAll(() =>
        stage.applyAll(
          secret("misfit", { "tls.crt": pair.cert, "tls.key": otherKey }),
          secret("expired", { "tls.crt": expired.cert, "tls.key": expired.key }),
          secret("large", { one: "1".repeat(500_000), two: "2".repeat(500_000) }),
          secret("larger", { one: "3".repeat(900_000) }),
        ),
      );

      test(
        "all at once: each says what is wrong with it and where, and the good ones are ready",
        { timeout: 120_000 },
        async () => {
          const from = (plugin: string, field: string, name: string, key: string) => ({
            plugin,
            field,
            secretRef: { name, key },
          });
          const older = stage.route("older", { uris: ["/older"], adminId: `${suite.namespace}-one` });
          await stage.applyAll(older);
          await stage.operate("--resync", "600");
          await stage.ready("older");
          // Ages are counted in seconds.
          await new Promise((done) => setTimeout(done, 1_100));
          await stage.applyAll(
            stage.route("good", { uris: ["/good"] }),
            stage.route("typo", { uris: ["/typo"], plugins: { "limit-cuont": { count: 1 } } }),
            stage.route("deep", {
              uris: ["/deep"],
              upstream: { nodes, checks: { active: { healthy: { interval: 1, http_statuses: [200, 99] } } } },
            }),
            stage.route("policy", {
              uris: ["/policy"],
              plugins: { "limit-count": { count: 1, time_window: 60, policy: "no-such-policy" } },
            }),
            stage.route("younger", { uris: ["/younger"], adminId: `${suite.namespace}-one` }),
            stage.object("GatewayPluginConfig", "large", {
              plugins: { "fault-injection": { abort: { http_status: 200 } } },
              pluginsFrom: [
                from("fault-injection", "abort.body", "large", "one"),
                from("response-rewrite", "body", "large", "two"),
                from("mocking", "response_example", "larger", "one"),
              ],
            }),
            stage.object("GatewayCertificate", "misfit", { snis: ["a.com"], secretRef: { name: "misfit" } }),
            stage.object("GatewayCertificate", "expired", { snis: ["b.com"], secretRef: { name: "expired" } }),
            stage.object("GatewayStreamRoute", "hen", { protocol: { name: "redis", superiorRef: { name: "egg" } } }),
            stage.object("GatewayStreamRoute", "egg", { protocol: { name: "redis", superiorRef: { name: "hen" } } }),
            stage.object("GatewayPluginMetadata", "absent", { pluginName: "no-such-plugin", metadata: { any: 1 } }),
          );
          await expectTold(stage, "gwr", "typo", "UnknownPlugin", "spec.plugins.limit-cuont");
          await expectTold(
            stage,
            "gwr",
            "deep",
            "SchemaRejected",
            "spec.upstream.checks.active.healthy.http_statuses[1]",
          );
          await expectTold(stage, "gwr", "policy", "PluginRejected", "spec.plugins.limit-count.policy");
          await expectTold(stage, "gwr", "younger", "AdminIdTaken");
          await expectTold(stage, "gwpc", "large", "ObjectTooLarge", "spec");
          await expectTold(stage, "gwcert", "misfit", "CertificateInvalid", "spec.secretRef");
          await expectTold(stage, "gwcert", "expired", "CertificateInvalid", "spec.secretRef");
          await expectTold(stage, "gwsr", "hen", "ReferenceCycle", "spec.protocol.superiorRef");
          await expectTold(stage, "gwsr", "egg", "ReferenceCycle", "spec.protocol.superiorRef");
          await expectTold(stage, "gwpm", "absent", "UnknownPlugin", "spec.pluginName");
          await stage.ready("good", "older");
          expect(await ask("/good")).toBe("good");
          expect(await ask("/older")).toBe("older");

          if (mode === "etcd") {
            // What could be known before was not even sent, and what was refused was sent once.
            const puts = (await calls())
              .map(({ what }) => what)
              .filter((what) => what.startsWith("PUT ") && !what.startsWith("PUT upstreams/"));
            expect(puts.toSorted()).toEqual(
              [
                `PUT routes/${suite.namespace}-one`,
                `PUT routes/${suite.namespace}.good_route`,
                `PUT routes/${suite.namespace}.deep_route`,
                `PUT routes/${suite.namespace}.policy_route`,
                "PUT plugin_metadata/no-such-plugin",
              ].toSorted(),
            );
          } else {
            // Four are for the gateway to refuse. None of them is offered twice, and each refusal is looked into once.
            const refused = await sent("PUT configs", (status) => status === 400);
            expect(refused).toBeGreaterThanOrEqual(1);
            expect(refused).toBeLessThanOrEqual(4);
            expect(await sent("POST configs/validate")).toBe(refused);
          }
          await stage.gateway().resetCounters();
          await stage.applyAll(stage.route("good", { uris: ["/better"] }));
          await eventually(async () => (await ask("/better")) === "good");
          expect((await calls()).filter(({ what }) => !what.startsWith("HEAD ")).map(({ what }) => what)).toEqual([
            mode === "etcd" ? `PUT routes/${suite.namespace}.good_route` : "PUT configs",
          ]);
          await suite.kubectl(["delete", "gwr", "older"]);
          await stage.ready("younger");
          expect(await ask("/younger")).toBe("younger");
          await stage.clear();
        },
      );

      test("a service that a route still uses: the deletion is let go, the gateway keeps it as long as it is used", async () => {
        await stage.operate();
        await stage.applyAll(
          stage.object("GatewayService", "web", { hosts: ["any.example.com"], upstream: { nodes } }),
          stage.route("user", { uris: ["/user"], serviceRef: { name: "web" } }),
        );
        await stage.ready("user");
        const at = `services/${suite.namespace}.web_service`;
        await suite.kubectl(["delete", "gws", "web", "--timeout=20s"]);
        await expectTold(stage, "gwr", "user", "ReferenceNotFound", "spec.serviceRef");
        expect((await admin(stage.gateway(), "GET", at)).status).toBe(200);
        expect(await ask("/user")).toBe("user");
        await stage.applyAll(stage.route("user", { uris: ["/user"] }));
        await stage.ready("user");
        await eventually(async () => (await admin(stage.gateway(), "GET", at)).status === 404);
        await stage.clear();
      });

      test("what spec.policy keeps back is told on the object, with the fields, and on the gateway", async () => {
        const setPolicy = (policy: string) =>
          suite.kubectl(["patch", "agw", suite.namespace, "--type=merge", "-p", JSON.stringify({ spec: { policy } })]);
        await stage.operate();
        await stage.applyAll(stage.route("kept", { uris: ["/kept"] }));
        await stage.ready("kept");
        await setPolicy("createOnly");
        await stage.applyAll(stage.route("kept", { uris: ["/changed"] }), stage.route("new", { uris: ["/new"] }));
        await stage.ready("new");
        const condition = async (kind: string, name: string, type: string) =>
          (await stage.statusOf(kind, name)).conditions?.find((each) => each.type === type);
        await eventually(async () => (await condition("gwr", "kept", "Programmed"))?.reason === "Withheld");
        expect((await condition("gwr", "kept", "Programmed"))?.message).toContain("would be updated in uris");
        await eventually(async () => (await condition("agw", suite.namespace, "Programmed"))?.reason === "Withheld");
        expect(await ask("/kept")).toBe("kept");
        await setPolicy("sync");
        await stage.ready("kept");
        expect(await ask("/changed")).toBe("kept");
        await stage.clear();
      });
    });
  },
);

describe.skipIf(hasRealApisix)(
  "[stand-in only] what an older gateway, that there is with etcd alone, would refuse",
  () => {
    describeKube("is told for the version that it is", (suite) => {
      const stage = stageFor(suite, () => startStandIn(adminKey, "etcd", "--apisix-version", "3.12.0"));

      test("a consumer's name that this APISIX refuses: never sent, and cured by another one", async () => {
        await stage.operate();
        // The namespace has a hyphen.
        await stage.applyAll(stage.object("GatewayConsumer", "jack", { plugins: { "key-auth": { key: "one" } } }));
        await expectTold(stage, "gwc", "jack", "NotSupported");
        await suite.kubectl(["delete", "gwc", "jack", "--timeout=20s"]);
        await stage.applyAll(
          stage.object("GatewayConsumer", "jack", { adminId: "jack", plugins: { "key-auth": { key: "one" } } }),
        );
        await suite.kubectl(["wait", "--for=condition=Ready", "--timeout=20s", "gwc/jack"]);
        expect((await admin(stage.gateway(), "GET", "consumers/jack")).status).toBe(200);
        const puts = (await stage.gateway().calls()).filter(
          ({ method, path }) => method === "PUT" && path.includes("/consumers"),
        );
        expect(puts.map(({ status }) => status)).toEqual([201]);
        await stage.clear();
      });
    });
  },
);
