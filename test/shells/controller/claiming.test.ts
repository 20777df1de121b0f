import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type GatewaySpec,
  type Plan,
  type Snapshot,
  annotations,
  bidIdOf,
  claimBody,
  claimIdOf,
  metadataListIn,
} from "../../../src/core/model/index.ts";
import { lessonsOf } from "../../../src/core/desired/index.ts";
import { bidPlan, claimPlan } from "../../../src/core/plan/index.ts";
import { GatewaySession, type PassOptions, type PassResult, runPass } from "../../../src/shells/controller/index.ts";
import type { Sandbox } from "../../../src/shells/sandbox/index.ts";
import { gateway, object, route, snapshotOf } from "../../support/manifests.ts";
import { modes, sessionWith } from "./support/modes.ts";

// Several operators on one gateway, each with a session of its own, through the real edge and over real sockets.
describe.each(modes)("in mode $name", (mode) => {
  let sandbox: Sandbox;
  let sessions: GatewaySession[] = [];

  beforeEach(async () => {
    sandbox = await mode.start();
  });
  afterEach(async () => {
    for (const { client } of sessions) client.close();
    sessions = [];
    await sandbox.stop();
  });

  function session(): GatewaySession {
    const opened = sessionWith({ urls: [sandbox.adminUrl] });
    sessions.push(opened);
    return opened;
  }

  const wants = (...names: readonly string[]): Snapshot =>
    snapshotOf(...names.map((name) => route(name, { uris: [`/${name}`], upstream: { nodes } })));
  const nodes = [{ host: "127.0.0.1", port: 80, weight: 1 }];

  function asked(
    snapshot: Snapshot,
    spec: Partial<GatewaySpec>,
    note: Readonly<Record<string, string>> = {},
  ): Snapshot {
    const { meta, ...rest } = gateway("main", spec);
    return { ...snapshot, gateway: { ...rest, meta: { ...meta, annotations: note } } };
  }

  /** Again where something else was in the way, as the operator does. */
  async function pass(of: GatewaySession, holder: string, snapshot: Snapshot, more: Partial<PassOptions> = {}) {
    const options = { holder, signal: AbortSignal.timeout(20_000), mayWrite: () => true, ...more };
    let result = await runPass(of, snapshot, options);
    for (let tries = 0; result.came.kind === "unavailable" && tries < 5; tries += 1) {
      of.invalidate();
      result = await runPass(of, snapshot, options); // oxlint-disable-line no-await-in-loop -- one after the other
    }
    return result;
  }

  const reasonOf = ({ came }: PassResult) => (came.kind === "barred" ? came.reason : came.kind);

  /** What stands on the gateway, as `kind/id`. */
  async function held(): Promise<readonly string[]> {
    const observed = await session().client.observe();
    return [...observed.upstreams, ...observed.routes].map(({ kind, id }) => `${kind}/${id}`);
  }

  const claim = `upstreams/${claimIdOf("main")}`;

  describe("a claim", () => {
    test("is made before anything else is written, and costs nothing from then on", async () => {
      const first = session();
      expect(reasonOf(await pass(first, "here", wants("a")))).toBe("applied");
      expect(await held()).toEqual([claim, "routes/shop.a_route"]);
      const before = sandbox.counters().writes;
      await pass(first, "here", wants("a"));
      await pass(session(), "here", wants("a"));
      expect(sandbox.counters().writes).toBe(before);
    });

    test("keeps the second cluster with this instance name from writing, and from deleting what it does not know", async () => {
      await pass(session(), "here", wants("a"));
      const before = sandbox.counters().writes;
      const second = await pass(session(), "there", wants("b"));
      expect(second.came).toMatchObject({ kind: "barred", reason: "InstanceTaken" });
      expect(second.came.kind === "barred" && second.came.message).toContain(`${annotations.takeOver}: "here"`);
      expect(sandbox.counters().writes).toBe(before);
      expect(await held()).toEqual([claim, "routes/shop.a_route"]);
    });

    test.each([
      ["spec.takeOver says so", asked(wants("b"), { takeOver: true })],
      ["the annotation names its holder", asked(wants("b"), {}, { [annotations.takeOver]: "here" })],
    ])("changes hands when %s; the first holder then stops", async (_sentence, snapshot) => {
      const first = session();
      await pass(first, "here", wants("a"));
      expect(reasonOf(await pass(session(), "there", snapshot))).toBe("applied");
      expect(await held()).toEqual([claim, "routes/shop.b_route"]);
      first.invalidate();
      expect(reasonOf(await pass(first, "here", wants("a")))).toBe("InstanceTaken");
      expect(await held()).toEqual([claim, "routes/shop.b_route"]);
    });

    test("stays where it is when the annotation names another holder", async () => {
      await pass(session(), "here", wants("a"));
      const snapshot = asked(wants("b"), {}, { [annotations.takeOver]: "elsewhere" });
      expect(reasonOf(await pass(session(), "there", snapshot))).toBe("InstanceTaken");
    });

    test("is not made over an object that no operator made", async () => {
      await put(`upstreams/${claimIdOf("main")}`, { nodes: {}, type: "roundrobin" });
      expect(reasonOf(await pass(session(), "here", wants("a")))).toBe("InstanceTaken");
      expect(await held()).toEqual([claim]);
    });
  });

  describe("a race on an empty gateway", () => {
    const mine = { instance: "main", holder: "here" };

    /** An operator that looked at the gateway, wrote this, and nothing after it. */
    async function killedAfter(...plans: readonly Plan[]): Promise<void> {
      const options = { signal: AbortSignal.timeout(10_000), mayWrite: () => true };
      const killed = session();
      await killed.observe(options.signal, lessonsOf(wants()));
      for (const plan of plans) await killed.apply(plan, options); // oxlint-disable-line no-await-in-loop -- one after the other
    }

    // Who meets whom on the way is chance, so it is tried more than once.
    test("of two that start at the same moment one writes, the other nothing that stays", { repeats: 20 }, async () => {
      const both = [session(), session()] as const;
      // Both have looked at the empty gateway before either writes.
      await Promise.all(both.map((one) => one.observe(AbortSignal.timeout(10_000), lessonsOf(wants()))));
      const came = await Promise.all([pass(both[0], "here", wants("a")), pass(both[1], "there", wants("b"))]);
      const reasons = came.map(reasonOf);
      expect(reasons.toSorted()).toEqual(["InstanceTaken", "applied"]);
      expect(await held()).toEqual([claim, reasons[0] === "applied" ? "routes/shop.a_route" : "routes/shop.b_route"]);
    });

    test("a late writer, who looked before the first had claimed, gives way", async () => {
      const late = session();
      await late.observe(AbortSignal.timeout(10_000), lessonsOf(wants()));
      await pass(session(), "here", wants("a"));
      expect(reasonOf(await pass(late, "there", wants("b")))).toBe("InstanceTaken");
      expect(await held()).toEqual([claim, "routes/shop.a_route"]);
    });

    test("whoever bid first has it, even if it was killed before it could say so", async () => {
      await killedAfter(bidPlan(mine));
      expect(reasonOf(await pass(session(), "there", wants("b")))).toBe("InstanceTaken");
      expect(reasonOf(await pass(session(), "here", wants("a")))).toBe("applied");
      expect(await held()).toEqual([claim, "routes/shop.a_route"]);
    });

    test("whoever was killed right after it had claimed takes its bid away when it comes back", async () => {
      await killedAfter(bidPlan(mine), claimPlan(mine, []));
      expect(await held()).toEqual([claim, `upstreams/${bidIdOf(mine)}`].toSorted());
      expect(reasonOf(await pass(session(), "here", wants()))).toBe("applied");
      expect(await held()).toEqual([claim]);
    });

    test("a bid that was left behind does not outlive the pass that finds the claim taken", async () => {
      await killedAfter(bidPlan(mine));
      await pass(session(), "there", asked(wants(), { takeOver: true }));
      expect(await held()).toHaveLength(2);
      expect(reasonOf(await pass(session(), "here", wants()))).toBe("InstanceTaken");
      expect(await held()).toEqual([claim]);
    });

    test("the loser's bid is gone, the claim names the winner", async () => {
      const late = session();
      await late.observe(AbortSignal.timeout(10_000), lessonsOf(wants()));
      await pass(session(), "here", wants("a"));
      await pass(late, "there", wants("b"));
      const { upstreams } = await session().client.observe();
      expect(upstreams.map(({ id }) => id)).not.toContain(bidIdOf({ instance: "main", holder: "there" }));
      expect(upstreams[0]?.value.labels).toEqual(claimBody({ instance: "main", holder: "here" }).labels);
    });
  });

  test("two operators of one cluster that see different namespaces leave each other's routes alone", async () => {
    const [one, two] = [session(), session()];
    const of = (namespace: string) => snapshotOf(route(`${namespace}/a`, { uris: ["/a"], upstream: { nodes } }));
    const only = (namespace: string) => ({ namespaces: new Set([namespace]) });
    await pass(one, "here", of("shop"), only("shop"));
    await pass(two, "here", of("bank"), only("bank"));
    one.invalidate();
    await pass(one, "here", of("shop"), only("shop"));
    expect(await held()).toEqual([claim, "routes/bank.a_route", "routes/shop.a_route"]);
    // Its own it does delete.
    await pass(one, "here", snapshotOf(), only("shop"));
    expect(await held()).toEqual([claim, "routes/bank.a_route"]);
  });

  describe("plugin metadata, which have no labels,", () => {
    const formatted = (format: string) => {
      const metadata = { log_format: { host: format } };
      return object("GatewayPluginMetadata", "m", { pluginName: "http-logger", metadata });
    };
    const stands = async () => {
      const { plugin_metadata, upstreams } = await session().client.observe();
      const list = upstreams.map(({ value }) => [...metadataListIn(value)]).flat();
      return { list, bodies: plugin_metadata.map(({ id, value }) => [id, Reflect.get(value, "log_format")]) };
    };

    test("are ours as the claim says: written, mended, and taken away again", async () => {
      const one = session();
      await pass(one, "here", snapshotOf(formatted("$host")));
      const first = { list: [["http-logger", "shop"]], bodies: [["http-logger", { host: "$host" }]] };
      expect(await stands()).toEqual(first);
      // Another process knows no more than what stands on the gateway.
      await pass(session(), "here", snapshotOf(formatted("$http_host")));
      expect((await stands()).bodies).toEqual([["http-logger", { host: "$http_host" }]]);
      await pass(session(), "here", snapshotOf());
      await pass(session(), "here", snapshotOf());
      expect(await stands()).toEqual({ list: [], bodies: [] });
    });

    test("that somebody else made are neither changed nor deleted nor listed", async () => {
      await put("plugin_metadata/http-logger", { log_format: { host: "theirs" } });
      const one = session();
      const { decision } = await pass(one, "here", snapshotOf(formatted("$host")));
      expect(decision.plan.refusals).toMatchObject([{ code: "AdminIdTaken", id: "http-logger" }]);
      await pass(session(), "here", snapshotOf());
      expect(await stands()).toEqual({ list: [], bodies: [["http-logger", { host: "theirs" }]] });
    });

    test("go over to who takes the claim", async () => {
      await pass(session(), "here", snapshotOf(formatted("$host")));
      await pass(session(), "there", asked(snapshotOf(), { takeOver: true }));
      expect((await stands()).bodies).toEqual([]);
    });
  });

  describe("a pass that only observes", () => {
    test("sends no write, not even a claim, and says what it would do", async () => {
      const { came, decision } = await pass(session(), "here", asked(wants("a"), { policy: "observe" }));
      expect(came.kind).toBe("applied");
      expect(decision.plan.refusals).toMatchObject([{ code: "Withheld", id: "shop.a_route" }]);
      expect(sandbox.counters().writes).toBe(0);
    });
  });

  async function put(path: string, body: object): Promise<void> {
    expect(await mode.touch(sandbox, "PUT", path, body)).toMatchObject({ status: 201 });
  }
});
