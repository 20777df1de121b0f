import { describe, expect, onTestFinished, test } from "vitest";
import {
  type AttachedManifest,
  type JsonObject,
  type Snapshot,
  compareText,
} from "../../../../src/core/model/index.ts";
import { type GatewaySession, runPass } from "../../../../src/shells/controller/index.ts";
import { statusesAfter } from "../../../../src/shells/controller/telling.ts";
import { type Sandbox, type SandboxOptions, defaultAdminKey } from "../../../../src/shells/sandbox/index.ts";
import { eventually } from "../../../support/eventually.ts";
import { gateway, object, route, service, snapshotOf } from "../../../support/manifests.ts";
import { deadPort, sandboxFor } from "../../sandbox/support.ts";
import { sessionWith } from "../support/modes.ts";
import { passOptions } from "../support/pass-options.ts";
import { documentOn, pushTo } from "./support.ts";

// A gateway without etcd that is another one after a restart, pass by pass, as the statuses tell it.

const upstream = { nodes: [{ host: "127.0.0.1", port: 1, weight: 1 }] };
const fine = route("fine", { uris: ["/fine"], upstream });
const stale = route("stale", { uris: ["/stale"], upstream, plugins: { cors: {} } });

type Ports = Pick<SandboxOptions, "adminPort" | "proxyPort">;

/** A gateway that can be replaced by another one at the same address, and an operator of it. */
class Scene {
  readonly session: GatewaySession;
  /** What was said to be refused though it was taken before. */
  readonly heard: string[] = [];
  readonly #ports: Ports;
  #sandbox: Sandbox;

  private constructor(sandbox: Sandbox, ports: Ports) {
    this.#sandbox = sandbox;
    this.#ports = ports;
    this.session = sessionWith(
      { urls: [sandbox.adminUrl] },
      { onRefused: ({ kind, id, outcome: { message } }) => this.heard.push(`${kind}/${id} ${message}`) },
    );
    onTestFinished(() => this.session.client.close());
  }

  static async open(options: SandboxOptions = {}): Promise<Scene> {
    const ports = { adminPort: await deadPort(), proxyPort: await deadPort() };
    return new Scene(await sandboxFor({ mode: "standalone", adminKey: defaultAdminKey, ...ports, ...options }), ports);
  }

  get sandbox(): Sandbox {
    return this.#sandbox;
  }

  /** The new one has been filled. */
  async restart(options: SandboxOptions): Promise<void> {
    await this.#sandbox.stop();
    this.#sandbox = await sandboxFor({ mode: "standalone", adminKey: defaultAdminKey, ...this.#ports, ...options });
    const isFilled = async () => Number((await this.document())?.["routes_conf_version"] ?? 0) > 0;
    await eventually(isFilled, { withinMs: 10_000 });
  }

  document(): Promise<JsonObject | undefined> {
    return documentOn(this.#sandbox, defaultAdminKey).then(
      (document) => document as JsonObject,
      () => undefined,
    );
  }

  async routes(): Promise<readonly string[]> {
    return ((await documentOn(this.#sandbox, defaultAdminKey)).routes ?? []).map(({ id = "" }) => id);
  }

  /** The status of everything by its name, as `Ready` or the reason why not. */
  async pass(snapshot: Snapshot): Promise<ReadonlyMap<string, string>> {
    const result = await runPass(this.session, snapshot, passOptions());
    return new Map(
      statusesAfter(snapshot, result, "2026-01-01T00:00:00Z").map(({ object: { kind, meta }, status }) => {
        const { reason, message } = readyIn(status);
        const told = reason === "Ready" ? reason : `${reason}: ${message}`;
        return [`${kind}/${meta.name}`, told];
      }),
    );
  }
}

function readyIn(status: JsonObject): { readonly reason: string; readonly message: string } {
  const conditions = status["conditions"] as readonly { readonly type: string; reason: string; message: string }[]; // our own
  return conditions.find(({ type }) => type === "Ready") ?? { reason: "none", message: "" };
}

function pushesOn({ sandbox }: Scene): number {
  return sandbox.calls().filter(({ method }) => method === "PUT").length;
}

describe("after an upgrade that took a plugin away", () => {
  const all: readonly AttachedManifest[] = [
    fine,
    stale,
    service("web", { upstream, plugins: { cors: {} } }),
    route("user", { uris: ["/user"], serviceRef: { name: "web" } }),
  ];
  const snapshot = snapshotOf(...all);
  const told = {
    "ApisixGateway/main": "Ready",
    "GatewayRoute/fine": "Ready",
    "GatewayRoute/stale": expect.stringMatching(
      /^UnknownPlugin: spec\.plugins\.cors: .*unknown plugin \[cors\]/,
    ) as string,
    "GatewayRoute/user": expect.stringMatching(/^Pending: /) as string,
    "GatewayService/web": expect.stringMatching(/^UnknownPlugin: spec\.plugins\.cors: /) as string,
  };

  test("what uses it is named, what depends on that waits, everything else is there, and nothing is sent again", async () => {
    const scene = await Scene.open();
    expect(new Set((await scene.pass(snapshot)).values())).toEqual(new Set(["Ready"]));
    await scene.restart({ plugins: ["gzip"] });
    expect(Object.fromEntries(await scene.pass(snapshot))).toEqual(told);
    expect(await scene.routes()).toEqual(["shop.fine_route"]);
    const pushes = pushesOn(scene);
    for (let times = 0; times < 2; times += 1) expect(Object.fromEntries(await scene.pass(snapshot))).toEqual(told);
    scene.session.invalidate();
    expect(Object.fromEntries(await scene.pass(snapshot))).toEqual(told);
    expect(pushesOn(scene)).toBe(pushes);
    const words = "unknown plugin [cors]";
    expect(scene.heard.toSorted(compareText)).toEqual([
      `routes/shop.stale_route ${words}`,
      `services/shop.web_service ${words}`,
    ]);
  });

  test("a new operator tells the same", async () => {
    const scene = await Scene.open();
    await scene.pass(snapshot);
    await scene.restart({ plugins: ["gzip"] });
    await scene.pass(snapshot);
    scene.session.client.close();
    const session = sessionWith({ urls: [scene.sandbox.adminUrl] });
    onTestFinished(() => session.client.close());
    const result = await runPass(session, snapshot, passOptions());
    const stalled = statusesAfter(snapshot, result, "2026-01-01T00:00:00Z").filter(({ status }) =>
      (status["conditions"] as readonly JsonObject[]).some(({ type }) => type === "Stalled"),
    );
    expect(stalled.map(({ object: { meta } }) => meta.name)).toEqual(["stale", "web"]);
  });

  test("once it is mended, all is there", async () => {
    const scene = await Scene.open();
    await scene.pass(snapshot);
    await scene.restart({ plugins: ["gzip"] });
    await scene.pass(snapshot);
    const mended = snapshotOf(
      fine,
      { ...stale, spec: { ...stale.spec, plugins: { gzip: {} } } },
      service("web", { upstream }),
      route("user", { uris: ["/user"], serviceRef: { name: "web" } }),
    );
    expect(new Set((await scene.pass(mended)).values())).toEqual(new Set(["Ready"]));
    expect((await scene.routes()).toSorted()).toEqual(["shop.fine_route", "shop.stale_route", "shop.user_route"]);
  });

  test("what is left out is no drift, be it out of sight for a push of somebody else", async () => {
    const scene = await Scene.open();
    const reporting = { ...snapshotOf(fine, stale), gateway: gateway("main", { drift: "report" }) };
    await scene.pass(reporting);
    await scene.restart({ plugins: ["gzip"] });
    await scene.pass(reporting);
    const stands = (await scene.document()) ?? {};
    const routes = [...(stands["routes"] as readonly JsonObject[]), { id: "theirs", uri: "/theirs", plugins: {} }];
    await pushTo(scene.sandbox, "theirs", { ...stands, routes, routes_conf_version: 9e15 }, defaultAdminKey);
    scene.session.invalidate();
    expect((await scene.pass(reporting)).get("GatewayRoute/stale")).toMatch(/^UnknownPlugin: /);
  });
});

test("after a downgrade, plugin metadata that are ours by the claim alone are left out, too", async () => {
  const scene = await Scene.open({ version: "3.18.0" });
  const metadata = object("GatewayPluginMetadata", "m", { pluginName: "data-mask", metadata: { a: 1 } });
  const snapshot = snapshotOf(fine, metadata);
  await scene.pass(snapshot);
  await scene.restart({ version: "3.15.0" });
  const told = await scene.pass(snapshot);
  expect([told.get("ApisixGateway/main"), told.get("GatewayRoute/fine")]).toEqual(["Ready", "Ready"]);
  expect(told.get("GatewayPluginMetadata/m")).not.toBe("Ready");
  expect((await scene.document())?.["plugin_metadata"]).toBeUndefined();
});

test("what is not ours and stands in the way is told by the gateway, with its maker, and by what waits", async () => {
  const scene = await Scene.open();
  const theirs = { id: "theirs", uri: "/theirs", plugins: { cors: {} }, labels: { "managed-by": "somebody" } };
  await pushTo(scene.sandbox, "theirs", { routes: [theirs] }, defaultAdminKey);
  await scene.pass(snapshotOf(fine));
  scene.sandbox.reload(["gzip"]);
  const told = await scene.pass(snapshotOf(fine, route("more", { uris: ["/more"], upstream })));
  expect(told.get("ApisixGateway/main")).toMatch(
    /^InstancesBehind: .*routes\/theirs.*somebody.*unknown plugin \[cors\]/,
  );
  expect(told.get("GatewayRoute/more")).toMatch(/^Conflict: .*routes\/theirs/);
  expect(told.get("GatewayRoute/fine")).toBe("Ready");
});
