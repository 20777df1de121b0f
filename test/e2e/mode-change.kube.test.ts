import { afterAll, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy.ts";
import { describeKube } from "../support/kubeapi.suite.ts";
import { admin, heldBy } from "./support/admin.ts";
import { type StandIn, hasRealApisix, standInModes } from "./support/gateway.ts";
import { adminKey, stageFor } from "./support/stage.ts";

describe.skipIf(hasRealApisix).each(standInModes)(
  "[stand-in only] where a gateway in mode $mode was, there is one in the other mode now",
  ({ mode, start }) => {
    describeKube("and the operator stays up", (suite) => {
      const [other = expect.fail("there are two modes")] = standInModes.filter((each) => each.mode !== mode);
      let front: FaultProxy | undefined;
      const others: StandIn[] = [];
      const stage = stageFor(
        suite,
        async () => {
          const gateway = await start(adminKey);
          front = await startFaultProxy(gateway.adminUrl);
          return gateway;
        },
        ({ adminUrl }) => ({ urls: [front?.through(adminUrl)] }),
      );
      afterAll(async () => {
        await front?.stop();
        await Promise.all(others.map((gateway) => gateway.stop()));
      });

      const foreign = (path: string) => ({
        uri: path,
        plugins: { "fault-injection": { abort: { http_status: 200, body: "theirs" } } },
      });
      /** A gateway in the other mode, which somebody else has written to already. */
      const startOther = async () => {
        const gateway = await other.start(adminKey);
        others.push(gateway);
        await admin(gateway, "PUT", "routes/theirs", foreign("/theirs"));
        return gateway;
      };
      const answerOf = async (gateway: StandIn, path: string) =>
        (await gateway.ask("GET", `http://any.com${path}`)).body;
      const becomes = async (gateway: StandIn, path: string, body: string) =>
        eventually(async () => (await answerOf(gateway, path)) === body, {
          describe: () => `${path} ${body}\n${stage.said().slice(-1500)}`,
        });
      const statusOf = () => stage.statusOf("apisixgateway", suite.namespace);
      const notes = () =>
        suite.kubectl([
          "get",
          "events.events.k8s.io",
          "-A",
          "-o",
          'jsonpath={.items[?(@.reason=="ModeChanged")].note}',
        ]);
      const readiness = async () => (await statusOf()).conditions?.find(({ type }) => type === "Ready");

      test("found out: it is followed both ways, is given everything, and what others made there stays", async () => {
        const [before, after] = [stage.gateway(), await startOther()];
        await admin(before, "PUT", "routes/theirs", foreign("/theirs"));
        const operator = await stage.operate("--resync", "600");
        const service = stage.object("GatewayService", "web", { hosts: ["any.com"] });
        const of = (name: string) => stage.route(name, { uris: [`/${name}`], serviceRef: { name: "web" } });
        await stage.applyAll(service, of("a"));
        await stage.ready("a");
        expect((await statusOf())["mode"]).toBe(mode);
        const held = await heldBy(before, suite.namespace);

        front?.redirect(after.adminUrl);
        await before.resetCounters();
        // Without etcd a lost connection is looked into at once, with it the next write meets the other gateway.
        if (mode === "etcd") await stage.applyAll(of("b"));
        await becomes(after, "/a", "a");
        await eventually(async () => (await statusOf())["mode"] === other.mode);
        await eventually(async () =>
          (await notes()).includes(`This gateway was in ${mode} mode and is in ${other.mode} mode now.`),
        );
        await stage.applyAll(of("b"));
        await stage.ready("a", "b");
        expect(await answerOf(after, "/b")).toBe("b");
        expect(await answerOf(after, "/theirs")).toBe("theirs");
        expect(await heldBy(after, suite.namespace)).toMatchObject(held);
        expect((await before.counters()).writes).toBe(0);
        await eventually(async () => (await readiness())?.status === "True");

        await suite.kubectl(["delete", "gatewayroute", "a", "--timeout=20s"]);
        front?.redirect(before.adminUrl);
        if (mode === "standalone") await stage.applyAll(of("c"));
        await becomes(before, "/b", "b");
        await eventually(async () => (await before.ask("GET", "http://any.com/a")).status === 404);
        expect(await answerOf(before, "/theirs")).toBe("theirs");
        await eventually(async () => (await statusOf())["mode"] === mode);
        expect(operator.program.hasEnded).toBe(false);
        await stage.clear();
        expect(await heldBy(before, suite.namespace)).toEqual({});
      });

      test("stated: the ApisixGateway says what is wrong, nothing is written, and all is well once one of them gives way", async () => {
        const patch = (spec: object) =>
          suite.kubectl(["patch", "agw", suite.namespace, "--type=merge", "-p", JSON.stringify({ spec })]);
        const after = await startOther();
        const operator = await stage.operate("--resync", "1");
        await patch({ mode });
        await stage.applyAll(stage.route("a", { uris: ["/a"] }));
        await stage.ready("a");
        await after.resetCounters();
        front?.redirect(after.adminUrl);
        await eventually(async () => (await readiness())?.reason === "ModeMismatch", {
          describe: () => stage.said().slice(-1500),
        });
        expect(await readiness()).toMatchObject({
          status: "False",
          message: `spec.mode is ${mode}, but this gateway is in ${other.mode} mode. Nothing is written. Correct spec.mode, or leave it out.`,
        });
        await stage.applyAll(stage.route("b", { uris: ["/b"] }));
        await eventually(async () => {
          const { conditions = [] } = await stage.statusOf("gatewayroute", "b");
          return conditions.some(({ type, reason }) => type === "Stalled" && reason === "ModeMismatch");
        });
        expect((await after.counters()).writes).toBe(0);

        front?.redirect(stage.gateway().adminUrl);
        await stage.ready("a", "b");
        expect(await answerOf(stage.gateway(), "/b")).toBe("b");
        front?.redirect(after.adminUrl);
        await eventually(async () => (await readiness())?.reason === "ModeMismatch");
        // oxlint-disable-next-line unicorn/no-null -- in a merge patch it takes the field away
        await patch({ mode: null });
        await stage.ready("a", "b");
        expect(await answerOf(after, "/b")).toBe("b");
        expect(await answerOf(after, "/theirs")).toBe("theirs");
        expect(operator.program.hasEnded).toBe(false);
        await stage.clear();
      });
    });
  },
);
