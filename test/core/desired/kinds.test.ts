import { describe, expect, test } from "vitest";
import { resolve, settleClaims, translate } from "../../../src/core/desired/index.ts";
import {
  type ObjectMeta,
  type Snapshot,
  claimBody,
  claimIdOf,
  idOnGateway,
  isOurs,
} from "../../../src/core/model/index.ts";
import { decide } from "../../../src/core/pipeline.ts";
import { emptyObserved } from "../../../src/core/model/index.ts";
import { invalid, object, snapshotOf, service, upstream } from "../../support/manifests.ts";

const desiredOf = (snapshot: Snapshot) => translate(resolve(snapshot));
const ours = (kind: string, name: string) => ({
  "managed-by": "apisix-route-operator",
  instance: "main",
  origin: `${kind}/shop/${name}`,
});

describe("each kind becomes its object of the Admin API", () => {
  test("a global rule carries the instance at the end of its id, for it has no labels", () => {
    const plugins = { "request-id": {} };
    const desired = desiredOf(snapshotOf(object("GatewayGlobalRule", "ids", { plugins })));
    expect(desired.global_rules).toMatchObject([{ id: "shop.ids_rule_main", body: { plugins } }]);
    expect(desired.global_rules[0]?.body).not.toHaveProperty("labels");
  });

  test("plugin metadata stand under the name of the plugin, exactly as written", () => {
    const metadata = { log_format: { host: "$host" } };
    const desired = desiredOf(
      snapshotOf(object("GatewayPluginMetadata", "m", { pluginName: "http-logger", metadata })),
    );
    expect(desired.plugin_metadata).toMatchObject([{ id: "http-logger", body: metadata }]);
  });

  test("a consumer has its credentials as objects of their own, which wait for it", () => {
    const desired = desiredOf(
      snapshotOf(
        object("GatewayConsumerGroup", "gold", { plugins: { "limit-count": {} } }),
        object("GatewayConsumer", "jack", {
          groupRef: { name: "gold" },
          credentials: [{ name: "main", plugins: { "key-auth": { key: "k" } } }],
        }),
      ),
    );
    expect(desired.consumers[0]).toMatchObject({
      id: "shop_jack",
      body: { username: "shop_jack", group_id: "shop.gold_consumer-group", labels: ours("GatewayConsumer", "jack") },
      references: [{ kind: "consumer_groups", id: "shop.gold_consumer-group" }],
    });
    expect(desired.credentials[0]).toMatchObject({
      id: "shop_jack/credentials/main",
      body: { plugins: { "key-auth": { key: "k" } }, labels: ours("GatewayConsumer", "jack") },
      references: [{ kind: "consumers", id: "shop_jack" }],
    });
  });

  test("a stream route names service, upstream and superior", () => {
    const desired = desiredOf(
      snapshotOf(
        upstream("db"),
        service("web"),
        object("GatewayStreamRoute", "all", { protocol: { name: "redis" } }),
        object("GatewayStreamRoute", "one", {
          serverPort: 9100,
          serviceRef: { name: "web" },
          upstreamRef: { name: "db" },
          protocol: { name: "redis", superiorRef: { name: "all" } },
        }),
      ),
    );
    expect(desired.stream_routes[1]).toMatchObject({
      id: "shop.one_stream-route",
      body: {
        server_port: 9100,
        service_id: "shop.web_service",
        upstream_id: "shop.db_upstream",
        protocol: { name: "redis", superior_id: "shop.all_stream-route" },
      },
    });
    expect(desired.stream_routes[1]?.references.map(({ id }) => id)).toEqual([
      "shop.web_service",
      "shop.db_upstream",
      "shop.all_stream-route",
    ]);
  });
});

describe("ids", () => {
  test.each([
    ["a consumer", "GatewayConsumer", "jack", "shop_jack"],
    ["a consumer whose name has dots", "GatewayConsumer", "jack.b", /^shop_jack-b-[0-9a-f]{8}$/],
    ["a consumer with a long name", "GatewayConsumer", "j".repeat(120), /^shop_j{78}-[0-9a-f]{16}$/],
    ["a global rule with a long name", "GatewayGlobalRule", "r".repeat(70), /^shop\.r+\.[0-9a-f]{16}_rule_main$/],
  ] as const)("%s", (_sentence, kind, name, id) => {
    const found = idOnGateway({ kind, namespace: "shop", name }, "main") ?? "";
    expect(found).toMatch(typeof id === "string" ? new RegExp(`^${id}$`) : id);
    expect(found.length).toBeLessThanOrEqual(100);
  });

  test("the longest instance leaves room to tell two long names apart", () => {
    const ids = ["a", "b"].map((end) =>
      idOnGateway({ kind: "GatewayGlobalRule", namespace: "shop", name: "r".repeat(70) + end }, "i".repeat(42)),
    );
    expect(ids[0]).not.toBe(ids[1]);
    expect(ids.map((id) => id?.length)).toEqual([64, 64]);
  });
});

describe("references", () => {
  test("a circle of stream routes is named on each of them, and all are held", () => {
    const stream = (name: string, superior: string) =>
      object("GatewayStreamRoute", name, { protocol: { name: "redis", superiorRef: { name: superior } } });
    const resolved = resolve(snapshotOf(stream("a", "b"), stream("b", "c"), stream("c", "a"), stream("d", "a")));
    const found = resolved.objects.GatewayStreamRoute.map(({ problems }) => problems.map(({ code }) => code));
    expect(found).toEqual([["ReferenceCycle"], ["ReferenceCycle"], ["ReferenceCycle"], ["ReferenceNotFound"]]);
    expect(translate(resolved)).toMatchObject({ stream_routes: [] });
  });

  test("a consumer whose group is missing is held; its neighbour is not", () => {
    const desired = desiredOf(
      snapshotOf(
        object("GatewayConsumer", "jack", { groupRef: { name: "gone" } }),
        object("GatewayConsumer", "jill", {}),
      ),
    );
    expect(desired.consumers.map(({ id }) => id)).toEqual(["shop_jill"]);
    expect(desired.held).toMatchObject([{ kind: "consumers", id: "shop_jack" }]);
  });
});

describe("settleClaims", () => {
  const settled = (snapshot: Snapshot, version?: string) => {
    const resolved = resolve(snapshot);
    return settleClaims(translate(resolved), resolved, version === undefined ? {} : { version });
  };
  const old = { creationTimestamp: "2026-01-01T00:00:00Z" };
  const young = { creationTimestamp: "2026-06-01T00:00:00Z" };

  test("of two objects for the metadata of one plugin the older stands, the younger is told", () => {
    const metadata = (name: string, meta: Partial<ObjectMeta>) =>
      object("GatewayPluginMetadata", name, { pluginName: "http-logger", metadata: { by: name } }, meta);
    const { desired, problems } = settled(snapshotOf(metadata("a", young), metadata("b", old)));
    expect(desired.plugin_metadata).toMatchObject([{ body: { by: "b" } }]);
    expect(desired.held).toMatchObject([{ kind: "plugin_metadata", origin: { name: "a" } }]);
    expect(problems).toMatchObject([
      { code: "AdminIdTaken", object: { name: "a" }, related: [{ ref: { name: "b" } }] },
    ]);
  });

  test("the name of an object of another namespace is not told", () => {
    const metadata = (name: string, meta: Partial<ObjectMeta>) =>
      object("GatewayPluginMetadata", name, { pluginName: "http-logger", metadata: {} }, meta);
    const { problems } = settled(snapshotOf(metadata("a", young), metadata("secret-team/b", old)));
    expect(problems[0]?.message).not.toContain("secret-team");
  });

  const rule = (name: string, meta: Partial<ObjectMeta>, plugin = "request-id") =>
    object("GatewayGlobalRule", name, { plugins: { [plugin]: {} } }, meta);

  test("one plugin in two global rules: the older keeps it", () => {
    const { desired, problems } = settled(
      snapshotOf(rule("a", young), rule("b", old), rule("c", old, "cors")),
      "3.18.0",
    );
    expect(desired.global_rules.map(({ id }) => id)).toEqual(["shop.b_rule_main", "shop.c_rule_main"]);
    expect(problems).toMatchObject([{ code: "PluginTaken", object: { name: "a" }, field: "spec.plugins.request-id" }]);
  });

  test("before 3.15 a gateway takes it in both", () => {
    expect(settled(snapshotOf(rule("a", young), rule("b", old)), "3.14.1").problems).toEqual([]);
  });

  test("without stream mode stream routes are held, and nothing else", () => {
    const snapshot = snapshotOf(object("GatewayStreamRoute", "db", {}), upstream("u"));
    const decision = decide(snapshot, { ...emptyObserved, lacks: ["stream_routes"] }, {});
    expect(decision.diagnostics).toMatchObject([{ code: "StreamModeOff", object: { name: "db" } }]);
    expect(decision.plan.steps.map(({ kind }) => kind)).toEqual(["upstreams"]);
  });
});

test("an operator that sees one namespace knows its secret provider, though the id begins with the manager", () => {
  const provider = (id: string) => ({ kind: "secrets" as const, id, value: {}, createdIndex: 1, modifiedIndex: 1 });
  const owner = { instance: "main", namespaces: new Set(["shop"]) };
  expect(isOurs(provider("vault/shop.keys_secret_main"), owner)).toBe(true);
  expect(isOurs(provider("vault/other.keys_secret_main"), owner)).toBe(false);
});

describe("held objects", () => {
  test("metadata of which nobody knows the plugin: none is deleted, whatever the claim lists", () => {
    const observed = {
      ...emptyObserved,
      plugin_metadata: [
        { kind: "plugin_metadata" as const, id: "http-logger", value: {}, createdIndex: 1, modifiedIndex: 1 },
      ],
      upstreams: [
        {
          kind: "upstreams" as const,
          id: claimIdOf("main"),
          value: claimBody({ instance: "main", holder: "cli" }, new Map([["http-logger", "shop"]])),
          createdIndex: 1,
          modifiedIndex: 1,
        },
      ],
    };
    expect(decide(snapshotOf(invalid("GatewayPluginMetadata", "m")), observed, {}).plan.steps).toEqual([]);
    expect(decide(snapshotOf(), observed, {}).plan.steps).toMatchObject([{ verb: "delete", id: "http-logger" }]);
  });

  test("the credentials of an invalid consumer stay; those of one that is gone leave before it", () => {
    const labels = ours("GatewayConsumer", "jack");
    const stored = { createdIndex: 1, modifiedIndex: 1 };
    const observed = {
      ...emptyObserved,
      consumers: [{ kind: "consumers" as const, id: "shop_jack", value: { username: "shop_jack", labels }, ...stored }],
      credentials: [{ kind: "credentials" as const, id: "shop_jack/credentials/main", value: { labels }, ...stored }],
    };
    expect(decide(snapshotOf(invalid("GatewayConsumer", "jack")), observed, {}).plan.steps).toEqual([]);
    expect(decide(snapshotOf(), observed, {}).plan.steps).toMatchObject([
      { verb: "delete", kind: "credentials" },
      { verb: "delete", kind: "consumers", waitsFor: [0] },
    ]);
  });
});
