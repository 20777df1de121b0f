import { afterEach, describe, expect, test } from "vitest";
import { type DriftPolicy, type ObjectMeta, type Snapshot, annotations } from "../../../src/core/model/index.ts";
import { type GatewaySession, type PassResult, runPass } from "../../../src/shells/controller/index.ts";
import type { Sandbox } from "../../../src/shells/sandbox/index.ts";
import { gateway, object, route, snapshotOf, upstream } from "../../support/manifests.ts";
import { modes, sessionWith } from "./support/modes.ts";
import { passOptions } from "./support/pass-options.ts";

const cart = "routes/shop.cart_route";
const web = "upstreams/shop.web_upstream";

describe.each(modes)("what others change on a gateway ($name)", (mode) => {
  let sandbox: Sandbox;
  let session: GatewaySession;
  let drift: DriftPolicy = "correct";
  afterEach(async () => {
    session.client.close();
    await sandbox.stop();
  });

  async function start(policy: DriftPolicy): Promise<void> {
    drift = policy;
    sandbox = await mode.start();
    session = sessionWith({ urls: [sandbox.adminUrl] });
  }

  /** One of another process: it remembers nothing. */
  function restart(): void {
    session.client.close();
    session = sessionWith({ urls: [sandbox.adminUrl] });
  }

  const pass = (snapshot: Snapshot) =>
    runPass(session, { ...snapshot, gateway: gateway("main", { drift }) }, passOptions());
  /** As in the background: what the gateway holds is read anew. */
  const look = (snapshot: Snapshot) => {
    session.invalidate();
    return pass(snapshot);
  };
  const stands = async (place: string) => (await mode.held(sandbox)).get(`/apisix/${place}`)?.value;
  const shop = (uris = ["/cart"], meta: Partial<ObjectMeta> = {}) =>
    snapshotOf(
      upstream("web"),
      route("cart", { uris, upstreamRef: { name: "web" }, priority: 3 }, meta),
      object("GatewayGlobalRule", "ids", { plugins: { "request-id": {} } }),
    );
  const refusals = ({ decision }: PassResult) => decision.plan.refusals.map(({ code }) => code);
  const told = ({ decision }: PassResult) => decision.notices.map(({ code, message }) => `${code}: ${message}`);
  const edit = () => mode.touch(sandbox, "PATCH", cart, { uris: ["/edited"], desc: "by hand" });

  test("correct: an edit is put right, and its fields are named without their values", async () => {
    await start("correct");
    await pass(shop());
    await edit();
    const result = await look(shop());
    expect(await stands(cart)).toMatchObject({ uris: ["/cart"] });
    expect(told(result)).toEqual([
      "Drifted: Somebody else changed routes/shop.cart_route on the gateway: desc, uris. It was put right.",
    ]);
    expect(told(await look(shop()))).toEqual([]);
  });

  test("correct: what was deleted is written again", async () => {
    await start("correct");
    await pass(shop());
    await mode.touch(sandbox, "DELETE", cart);
    expect(told(await look(shop()))).toEqual([
      "Drifted: Somebody else deleted routes/shop.cart_route on the gateway. It was put right.",
    ]);
    expect(await stands(cart)).toBeDefined();
  });

  test("a change of our own is no drift, be it found when the gateway is read anew", async () => {
    await start("report");
    await pass(shop());
    await edit();
    const result = await look(shop(["/other"]));
    expect([told(result), refusals(result)]).toEqual([[], []]);
    expect(await stands(cart)).toMatchObject({ uris: ["/other"] });
  });

  test("a first look at a gateway finds none: nothing was agreed on", async () => {
    await start("correct");
    await pass(shop());
    await mode.touch(sandbox, "DELETE", cart);
    restart();
    expect(told(await pass(shop()))).toEqual([]);
    expect(await stands(cart)).toBeDefined();
  });

  test("report: it is left as it is and told, for as long as it is so", async () => {
    await start("report");
    await pass(shop());
    const { create_time: _created, update_time: _updated, ...before } = (await stands(cart)) ?? {};
    await edit();
    const result = await look(shop());
    expect(await stands(cart)).toMatchObject({ uris: ["/edited"] });
    expect(told(result)).toEqual([]); // the status says it
    expect(result.decision.plan.refusals).toMatchObject([
      {
        code: "Drifted",
        id: "shop.cart_route",
        origin: { kind: "GatewayRoute", name: "cart" },
        message: expect.stringContaining("changed routes/shop.cart_route on the gateway: desc, uris."),
      },
    ]);
    sandbox.resetCounters();
    expect(refusals(await pass(shop()))).toEqual(["Drifted"]);
    expect(refusals(await look(shop()))).toEqual(["Drifted"]);
    expect(sandbox.counters().writes).toBe(0);

    await mode.touch(sandbox, "PUT", cart, before); // whoever did it takes it back
    expect(refusals(await look(shop()))).toEqual([]);
  });

  test.each<DriftPolicy>(["report", "ignore"])("%s: also by an operator that was not there", async (policy) => {
    await start(policy);
    await pass(shop());
    restart();
    await edit();
    await pass(shop());
    expect(await stands(cart)).toMatchObject({ uris: ["/edited"] });
    // What changed while nobody was there is written all the same.
    restart();
    await pass(shop(["/new"]));
    expect(await stands(cart)).toMatchObject({ uris: ["/new"] });
  });

  test("ignore: it is left as it is, nothing is said, and changes of our own go out", async () => {
    await start("ignore");
    await pass(shop());
    await edit();
    await mode.touch(sandbox, "DELETE", "global_rules/shop.ids_rule_main");
    const result = await look(shop());
    expect([told(result), refusals(result)]).toEqual([[], []]);
    expect(await stands(cart)).toMatchObject({ uris: ["/edited"] });
    expect(await stands("global_rules/shop.ids_rule_main")).toBeUndefined();
    await pass(
      snapshotOf(
        upstream("web", { retries: 2 }),
        route("cart", { uris: ["/cart"], upstreamRef: { name: "web" }, priority: 3 }),
      ),
    );
    expect(await stands(web)).toMatchObject({ retries: 2 });
    expect(await stands(cart)).toMatchObject({ uris: ["/edited"] });
    await pass(shop(["/third"]));
    expect(await stands(cart)).toMatchObject({ uris: ["/third"] });
  });

  test.each(["the resource", "its gateway"])(
    "report: the annotation force on %s puts it right, once",
    async (whose) => {
      await start("report");
      const forced = (value: string) => {
        const meta = { annotations: { [annotations.force]: value } };
        const main = gateway("main", { drift });
        const snapshot =
          whose === "the resource"
            ? { ...shop(["/cart"], meta), gateway: main }
            : { ...shop(), gateway: { ...main, meta: { ...main.meta, ...meta } } };
        return runPass(session, snapshot, passOptions());
      };
      await forced("1");
      await edit();
      session.invalidate();
      expect(refusals(await forced("1"))).toEqual(["Drifted"]);
      expect(told(await forced("2"))).toHaveLength(1);
      expect(await stands(cart)).toMatchObject({ uris: ["/cart"] });
      await edit();
      session.invalidate();
      expect(refusals(await forced("2"))).toEqual(["Drifted"]);
    },
  );

  test("force looks at once: what nobody has seen yet is found", async () => {
    await start("correct");
    await pass(shop());
    await edit();
    await pass(shop());
    expect(await stands(cart)).toMatchObject({ uris: ["/edited"] });
    await pass(shop(["/cart"], { annotations: { [annotations.force]: "now" } }));
    expect(await stands(cart)).toMatchObject({ uris: ["/cart"] });
  });

  test("foreign objects that move are no drift and cost no write", async () => {
    await start("correct");
    await pass(shop());
    await mode.touch(sandbox, "PUT", "routes/theirs", { uri: "/theirs", plugins: {} });
    sandbox.resetCounters();
    const first = await look(shop());
    await mode.touch(sandbox, "PUT", "routes/theirs", { uri: "/other", plugins: {} });
    const second = await look(shop());
    expect([...told(first), ...told(second)]).toEqual([]);
    expect([first, second].flatMap(({ decision }) => decision.plan.steps)).toEqual([]);
    const before = sandbox.counters().reads;
    await pass(shop());
    expect(sandbox.counters().reads).toBe(before);
  });
});
