import { describe, expect, onTestFinished, test } from "vitest";
import {
  type AttachedManifest,
  type ObjectMeta,
  type RouteSpec,
  annotations,
  isClaim,
} from "../../../src/core/model/index.ts";
import { verdictsOf } from "../../../src/core/status/index.ts";
import { type GatewaySession, runPass } from "../../../src/shells/controller/index.ts";
import type { Sandbox } from "../../../src/shells/sandbox/index.ts";
import { gateway, object, route, snapshotOf } from "../../support/manifests.ts";
import { type Mode, modes, sessionWith } from "./support/modes.ts";
import { passOptions } from "./support/pass-options.ts";

// Ids that authors choose, through the real edge and a sandbox.

const nodes = [{ host: "127.0.0.1", port: 80, weight: 1 }];
const cart = (spec: Partial<RouteSpec> = {}, meta: Partial<ObjectMeta> = {}) =>
  route("cart", { uris: ["/cart"], upstream: { nodes }, ...spec }, meta);

describe.each(modes)("in mode $name", (mode) => {
  test("an object of each kind stands under the id that its author chose, and is referred to by it", async () => {
    const world = await World.open(mode);
    await world.pass(
      object("GatewayUpstream", "web", { adminId: "10", nodes }),
      object("GatewayService", "web", { adminId: "20", upstreamRef: { name: "web" } }),
      object("GatewayPluginConfig", "web", { adminId: "30", plugins: { cors: {} } }),
      object("GatewayConsumerGroup", "web", { adminId: "40", plugins: { cors: {} } }),
      object("GatewayProto", "web", { adminId: "50", content: 'syntax = "proto3"; message A {}' }),
      object("GatewayStreamRoute", "web", { adminId: "60", serverPort: 9100, upstreamRef: { name: "web" } }),
      object("GatewayConsumer", "web", {
        adminId: "Jack",
        groupRef: { name: "web" },
        credentials: [{ name: "main", plugins: { "key-auth": { key: "k" } } }],
      }),
      route("cart", {
        adminId: "70",
        uris: ["/cart"],
        serviceRef: { name: "web" },
        pluginConfigRef: { name: "web" },
      }),
    );
    expect(world.told()).toEqual({});
    const held = await mode.held(world.sandbox);
    const idOf = (path: string, field: string) => held.get(`/apisix/${path}`)?.value[field];
    expect([...(await world.paths())].sort()).toEqual([
      "consumer_groups/40",
      "consumers/Jack",
      "consumers/Jack/credentials/main",
      "plugin_configs/30",
      "protos/50",
      "routes/70",
      "services/20",
      "stream_routes/60",
      "upstreams/10",
    ]);
    expect(idOf("services/20", "upstream_id")).toBe("10");
    expect(idOf("stream_routes/60", "upstream_id")).toBe("10");
    expect(idOf("routes/70", "service_id")).toBe("20");
    expect(idOf("routes/70", "plugin_config_id")).toBe("30");
    expect(idOf("consumers/Jack", "group_id")).toBe("40");
    await world.pass();
    expect(await world.paths()).toEqual(new Set());
  });

  test("another id: the new object is there before the old one goes, and the old one stays while the new one is refused", async () => {
    const world = await World.open(mode);
    await world.pass(cart());
    expect(await world.paths()).toEqual(new Set(["routes/shop.cart_route"]));
    const bad = { adminId: "cart", plugins: { "limit-count": { count: -1 } } };
    await world.pass(cart(bad));
    expect(world.told()).toEqual({ cart: "PluginRejected" });
    expect(await world.paths()).toEqual(new Set(["routes/shop.cart_route"]));
    const steps = await world.pass(cart({ adminId: "cart" }));
    expect(steps).toEqual(["create routes/cart", "delete routes/shop.cart_route"]);
    expect(await world.paths()).toEqual(new Set(["routes/cart"]));
    expect(await world.pass(cart({ adminId: "cart" }))).toEqual([]);
  });

  test("the same of what nothing refers to", async () => {
    const world = await World.open(mode);
    const web = (spec: object) => object("GatewayUpstream", "web", { nodes, ...spec });
    await world.pass(web({}));
    expect(await world.pass(web({ adminId: "web", type: "chash" }))).toEqual([]);
    expect(world.told()).toEqual({ web: "SchemaRejected" });
    expect(await world.paths()).toEqual(new Set(["upstreams/shop.web_upstream"]));
    expect(await world.pass(web({ adminId: "web" }))).toEqual([
      "create upstreams/web",
      "delete upstreams/shop.web_upstream",
    ]);
  });

  test("of something that is used: who uses it moves over before it goes", async () => {
    const world = await World.open(mode);
    const web = (adminId: string) => object("GatewayService", "web", { adminId, upstream: { nodes } });
    const user = route("user", { serviceRef: { name: "web" } });
    await world.pass(web("one"), user);
    expect(await world.pass(web("two"), user)).toEqual([
      "create services/two",
      "update routes/shop.user_route",
      "delete services/one",
    ]);
    expect(await world.paths()).toEqual(new Set(["routes/shop.user_route", "services/two"]));
  });

  test("what can't be written under another id, for what it lacks, stays under the one it had, also after a restart", async () => {
    const world = await World.open(mode);
    await world.pass(cart());
    world.restart();
    await world.pass(cart({ adminId: "cart", serviceRef: { name: "missing" } }));
    expect(await world.paths()).toEqual(new Set(["routes/shop.cart_route"]));
  });

  test("what somebody else made is left alone, until the annotation names its id", async () => {
    const world = await World.open(mode);
    const theirs = { uri: "/theirs", upstream: { nodes: { "127.0.0.1:81": 1 }, type: "roundrobin" } };
    await mode.touch(world.sandbox, "PUT", "routes/7", theirs);
    await world.pass(cart());
    for (const adopt of [{}, { [annotations.adopt]: "true" }, { [annotations.adopt]: "shop.cart_route" }]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await world.pass(cart({ adminId: "7" }, { annotations: adopt }))).toEqual([]);
      expect(world.told()).toEqual({ cart: "AdminIdTaken" });
      expect((await mode.held(world.sandbox)).get("/apisix/routes/7")?.value).toMatchObject({ uri: "/theirs" }); // oxlint-disable-line no-await-in-loop -- as above
    }
    expect(await world.paths(), "and what it has under the other id stays").toContain("routes/shop.cart_route");
    const adopted = cart({ adminId: "7" }, { annotations: { [annotations.adopt]: "7" } });
    expect(await world.pass(adopted)).toEqual(["update routes/7", "delete routes/shop.cart_route"]);
    const { value } = (await mode.held(world.sandbox)).get("/apisix/routes/7") ?? {};
    expect(value).toMatchObject({ uris: ["/cart"], labels: { origin: "GatewayRoute/shop/cart" } });
    expect(value).not.toHaveProperty("uri");
    expect(world.told()).toEqual({});
    expect(await world.pass(cart({ adminId: "7" })), "it is ours now").toEqual([]);
  });

  test("two resources that claim one id: the older has it, the other is told and nothing else stops", async () => {
    const world = await World.open(mode);
    const at = (day: number) => ({ creationTimestamp: `2026-01-0${day}T00:00:00Z` });
    const older = route("older", { uris: ["/a"], adminId: "x", upstream: { nodes } }, at(1));
    const younger = route("younger", { uris: ["/b"], adminId: "x", upstream: { nodes } }, at(2));
    await world.pass(younger, older, cart());
    expect(world.told()).toEqual({ younger: "AdminIdTaken" });
    expect(await world.paths()).toEqual(new Set(["routes/x", "routes/shop.cart_route"]));
    expect((await mode.held(world.sandbox)).get("/apisix/routes/x")?.value).toMatchObject({ uris: ["/a"] });
    expect(await world.pass(younger, cart())).toEqual(["update routes/x"]);
    expect(world.told()).toEqual({});
  });
});

/** A gateway and the operator, which passes as often as it is told. */
class World {
  readonly sandbox: Sandbox;
  readonly #mode: Mode;
  #session: GatewaySession;
  #told: Readonly<Record<string, string | undefined>> = {};

  private constructor(mode: Mode, sandbox: Sandbox) {
    this.#mode = mode;
    this.sandbox = sandbox;
    this.#session = sessionWith({ urls: [sandbox.adminUrl] });
  }

  static async open(mode: Mode): Promise<World> {
    const world = new World(mode, await mode.start());
    onTestFinished(async () => {
      world.#session.client.close();
      await world.sandbox.stop();
    });
    return world;
  }

  /** The steps that were done, claims left out. */
  async pass(...wanted: readonly AttachedManifest[]): Promise<readonly string[]> {
    const snapshot = { ...snapshotOf(...wanted), gateway: gateway() };
    this.#session.invalidate();
    const { decision, came } = await runPass(this.#session, snapshot, passOptions());
    if (came.kind !== "applied") throw new Error(`${came.kind}: ${came.message}`);
    const verdicts = verdictsOf(decision, came).filter(({ programmed }) => programmed?.status !== "True");
    this.#told = Object.fromEntries(verdicts.map((verdict) => [verdict.object.meta.name, verdict.programmed?.reason]));
    return decision.plan.steps
      .filter((step) => came.outcome.steps[step.index]?.state === "done" && !isClaim(step))
      .map(({ verb, kind, id }) => `${verb} ${kind}/${id}`);
  }

  /** Why what is not on the gateway as it stands is not. */
  told(): Readonly<Record<string, string | undefined>> {
    return this.#told;
  }

  /** Everything but the claim. */
  async paths(): Promise<ReadonlySet<string>> {
    const paths = [...(await this.#mode.held(this.sandbox)).keys()].map((key) => key.slice("/apisix/".length));
    return new Set(paths.filter((path) => !path.startsWith("upstreams/apisix-route-operator_")));
  }

  restart(): void {
    this.#session.client.close();
    this.#session = sessionWith({ urls: [this.sandbox.adminUrl] });
  }
}
