import { afterAll, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { describeKube } from "../support/kubeapi.suite.ts";
import { admin } from "./support/admin.ts";
import { type StandIn, hasRealApisix, startStandIn } from "./support/gateway.ts";
import { adminKey, stageFor } from "./support/stage.ts";

// With etcd the gateway keeps it by itself: bad-input.kube.test.ts.
describe.skipIf(hasRealApisix)("[stand-in only] without etcd, the last good version of what is bad now", () => {
  describeKube("is read back from whatever instance still has it", (suite) => {
    const instances: StandIn[] = [];
    const stage = stageFor(
      suite,
      async () => {
        for (const _ of [1, 2]) instances.push(await startStandIn(adminKey, "standalone"));
        return instances[0] ?? expect.fail("started above");
      },
      () => ({ urls: instances.map(({ adminUrl }) => adminUrl) }),
    );
    afterAll(() => instances[1]?.stop());

    const host = "any.example.com";
    const refused = (uris: readonly string[], plugins: object = {}) =>
      stage.object("GatewayRoute", "refused", {
        hosts: [host],
        uris,
        plugins: { "fault-injection": { abort: { http_status: 200, body: "refused" } }, ...plugins },
      });
    const dangling = (uris: readonly string[], more: object = {}) =>
      stage.route("dangling", { hosts: [host], uris, ...more });
    const spoil = () =>
      stage.applyAll(
        refused(["/elsewhere"], { "no-such-plugin": {} }),
        dangling(["/elsewhere"], { serviceRef: { name: "missing" } }),
      );
    const answersOf = (path: string) =>
      Promise.all(
        instances.map(async (instance) => {
          const { status, body } = await instance.ask("GET", `http://${host}${path}`);
          return status === 200 ? body : status;
        }),
      );
    const become = (path: string, answers: readonly (string | number)[]) =>
      eventually(async () => JSON.stringify(await answersOf(path)) === JSON.stringify(answers), {
        describe: () => `${path} ${JSON.stringify(answers)}\n${stage.said().slice(-1500)}`,
      });
    /** All that its status says. */
    const wordsOn = async (name: string) => JSON.stringify(await stage.statusOf("gatewayroute", name));
    const reasonOf = async (name: string) =>
      (await stage.statusOf("gatewayroute", name)).conditions?.find(({ type }) => type === "Ready")?.reason;
    const areTold = async () => {
      await eventually(async () => (await reasonOf("refused")) === "UnknownPlugin");
      await eventually(async () => (await reasonOf("dangling")) === "ReferenceNotFound");
    };

    test.each([
      ["first", 0],
      ["second", 1],
    ])("the operator restarts, and the %s instance comes back empty meanwhile", async (_which, lost) => {
      const first = await stage.operate("--resync", "600");
      await stage.applyAll(refused(["/one"]), dangling(["/two"]));
      await stage.ready("refused", "dangling");
      await spoil();
      await areTold();
      expect(await first.program.end("SIGTERM")).toBe(0);
      await instances[lost]?.restart("SIGKILL");
      expect((await answersOf("/one"))[lost]).toBe(404);
      expect((await answersOf("/two"))[lost]).toBe(404);

      await stage.operate("--resync", "600");
      await become("/one", ["refused", "refused"]);
      await become("/two", ["dangling", "dangling"]);
      await areTold();
      expect(await answersOf("/elsewhere")).toEqual([404, 404]);
      const [one, two] = await Promise.all(
        instances.map(async (instance) => (await admin(instance, "GET", "routes")).json()),
      );
      expect(two).toEqual(one);

      await stage.applyAll(refused(["/three"]), dangling(["/four"]));
      await stage.ready("refused", "dangling");
      await become("/three", ["refused", "refused"]);
      await become("/four", ["dangling", "dangling"]);
      expect(await answersOf("/one")).toEqual([404, 404]);
      await stage.clear();
    });

    test("where all of them came back empty nobody has it, and its author reads that", async () => {
      const first = await stage.operate("--resync", "600");
      await stage.applyAll(
        refused(["/one"]),
        dangling(["/two"]),
        stage.route("good", { hosts: [host], uris: ["/good"] }),
      );
      await stage.ready("refused", "dangling", "good");
      await spoil();
      await areTold();
      expect(await wordsOn("refused")).toContain("What it had before stays there.");
      expect(await wordsOn("dangling")).toContain("The gateway still has its last good version.");
      expect(await first.program.end("SIGTERM")).toBe(0);
      for (const instance of instances) await instance.restart("SIGKILL");

      await stage.operate("--resync", "600");
      await become("/good", ["good", "good"]);
      expect([await answersOf("/one"), await answersOf("/two")]).toEqual([
        [404, 404],
        [404, 404],
      ]);
      await eventually(async () => (await wordsOn("refused")).includes("It has no earlier version of it."));
      await eventually(async () => (await wordsOn("dangling")).includes("The gateway has no earlier version of it."));
      await stage.clear();
    });
  });
});
