import { afterEach, describe, expect, test } from "vitest";
import {
  type AttachedManifest,
  type Snapshot,
  annotations,
  finalizer,
  keyOf,
  refOf,
} from "../../../src/core/model/index.ts";
import { statusesAfter } from "../../../src/shells/controller/telling.ts";
import { releasable } from "../../../src/shells/controller/finalizing.ts";
import { type GatewaySession, type PassResult, runPass } from "../../../src/shells/controller/index.ts";
import type { Sandbox } from "../../../src/shells/sandbox/index.ts";
import { gateway, object, route, service, snapshotOf, upstream } from "../../support/manifests.ts";
import { modes, sessionWith } from "./support/modes.ts";
import { passOptions } from "./support/pass-options.ts";

const paused = { annotations: { [annotations.pause]: "true" } };
const leaving = { isDeleting: true, finalizers: [finalizer] };

describe.each(modes)("a pause ($name)", (mode) => {
  let sandbox: Sandbox;
  let session: GatewaySession;
  afterEach(async () => {
    session.client.close();
    await sandbox.stop();
  });

  async function start(): Promise<void> {
    sandbox = await mode.start();
    session = sessionWith({ urls: [sandbox.adminUrl] });
  }
  const pass = (snapshot: Snapshot) => runPass(session, snapshot, passOptions());
  const stands = async (place: string) => (await mode.held(sandbox)).get(`/apisix/${place}`)?.value;
  const all = async () => [...(await mode.held(sandbox))].map(([key, { value }]) => [key, value]);
  const told = (snapshot: Snapshot, result: PassResult, one: AttachedManifest) =>
    statusesAfter(snapshot, result, "2026-01-01T00:00:00Z").find(
      (each) => keyOf(refOf(each.object)) === keyOf(refOf(one)),
    )?.status["conditions"];

  test("of a route: neither written, nor deleted, nor brought back, until it is over", async () => {
    await start();
    await pass(snapshotOf(route("cart", { uris: ["/cart"], plugins: {} }), route("other", { plugins: {} })));

    const edited = route("cart", { uris: ["/basket"], plugins: {} }, { ...paused, generation: 2 });
    const now = snapshotOf(edited, route("other", { uris: ["/new"], plugins: {} }));
    const result = await pass(now);
    expect(await stands("routes/shop.cart_route")).toMatchObject({ uris: ["/cart"] });
    expect(await stands("routes/shop.other_route")).toMatchObject({ uris: ["/new"] });
    expect(told(now, result, edited)).toContainEqual(
      expect.objectContaining({ type: "Ready", status: "False", reason: "Paused" }),
    );

    const gone = route("cart", { uris: ["/basket"], plugins: {} }, { ...paused, ...leaving });
    const going = snapshotOf(gone, route("other", { uris: ["/new"], plugins: {} }));
    const left = await pass(going);
    expect(await stands("routes/shop.cart_route")).toMatchObject({ uris: ["/cart"] });
    expect(releasable(going, left)).toEqual([]);
    expect(told(going, left, gone)).toContainEqual(
      expect.objectContaining({ type: "Programmed", status: "False", reason: "Paused" }),
    );

    await mode.touch(sandbox, "DELETE", "routes/shop.cart_route");
    session.invalidate();
    await pass(now);
    expect(await stands("routes/shop.cart_route")).toBeUndefined();

    await pass(snapshotOf(route("cart", { uris: ["/basket"], plugins: {} })));
    expect(await stands("routes/shop.cart_route")).toMatchObject({ uris: ["/basket"] });
  });

  test("of a route whose version the gateway has: it is ready, and says that it is paused", async () => {
    await start();
    const conditions = [{ type: "Programmed", status: "True", reason: "Programmed", observedGeneration: 1 }];
    const known = { ...route("cart", { plugins: {} }, paused), status: { conditions } };
    const now = snapshotOf(known);
    expect(told(now, await pass(now), known)).toContainEqual(
      expect.objectContaining({ type: "Ready", status: "True", reason: "Paused" }),
    );
  });

  test("of a consumer holds its credentials too", async () => {
    await start();
    const credentials = [{ name: "main", plugins: { "key-auth": { key: "first" } } }];
    await pass(snapshotOf(object("GatewayConsumer", "jack", { credentials })));
    await pass(snapshotOf(object("GatewayConsumer", "jack", { credentials: [] }, paused)));
    expect([...(await mode.held(sandbox)).keys()].some((key) => key.endsWith("/credentials/main"))).toBe(true);
  });

  test("of a service that is not on the gateway holds back what refers to it, and no more", async () => {
    await start();
    const web = service("web", {}, paused);
    const user = route("cart", { serviceRef: { name: "web" } });
    const now = snapshotOf(web, user, route("other", { uris: ["/other"], plugins: {} }), upstream("free"));
    const result = await pass(now);
    expect(await stands("routes/shop.cart_route")).toBeUndefined();
    expect(await stands("routes/shop.other_route")).toBeDefined();
    expect(told(now, result, user)).toContainEqual(
      expect.objectContaining({ type: "ResolvedRefs", status: "False", reason: "ReferenceNotFound" }),
    );
  });

  test("of the gateway: nothing at all is written there, and nobody is let go", async () => {
    await start();
    await pass(snapshotOf(route("cart", { plugins: {} }), route("gone", { plugins: {} })));
    const before = await all();
    const main = gateway("main");
    const halted = { ...main, meta: { ...main.meta, ...paused } };
    const edited = route("cart", { uris: ["/basket"], plugins: {} });
    const now = { ...snapshotOf(edited, route("gone", { plugins: {} }, leaving)), gateway: halted };
    sandbox.resetCounters();
    const result = await pass(now);
    expect(sandbox.counters().writes).toBe(0);
    expect(await all()).toEqual(before);
    expect(releasable(now, result)).toEqual([]);
    expect(told(now, result, edited)).toContainEqual(
      expect.objectContaining({ type: "Programmed", status: "False", reason: "Paused" }),
    );
    expect(statusesAfter(now, result, "2026-01-01T00:00:00Z")[0]?.status["conditions"]).toContainEqual(
      expect.objectContaining({ type: "Programmed", status: "True", reason: "Paused" }),
    );
  });

  test("of an empty gateway makes no claim there", async () => {
    await start();
    const main = gateway("main");
    await pass({ ...snapshotOf(route("cart")), gateway: { ...main, meta: { ...main.meta, ...paused } } });
    expect(await all()).toEqual([]);
  });

  test("that says false is none", async () => {
    await start();
    await pass(snapshotOf(route("cart", { plugins: {} }, { annotations: { [annotations.pause]: "false" } })));
    expect(await stands("routes/shop.cart_route")).toBeDefined();
  });
});
