import { describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { describeKube } from "../support/kubeapi.suite.ts";
import { hasRealApisix, startStandIn } from "./support/gateway.ts";
import { adminKey, stageFor } from "./support/stage.ts";

describe.skipIf(hasRealApisix)("[stand-in only] a gateway without etcd that comes back without a plugin", () => {
  describeKube("is filled with all but what uses it", (suite) => {
    const stage = stageFor(suite, () => startStandIn(adminKey, "standalone"));
    const answer = async (path: string) => {
      const { status, body } = await stage.gateway().ask("GET", `http://any.example.com${path}`);
      return status === 200 ? body : status;
    };
    const stale = (more: object) =>
      stage.object("GatewayRoute", "stale", {
        uris: ["/stale"],
        plugins: { "fault-injection": { abort: { http_status: 200, body: "stale" } }, ...more },
      });
    const reasonOf = async (kind: string, name: string) =>
      (await stage.statusOf(kind, name)).conditions?.find(({ type }) => type === "Ready")?.reason;

    test("kubectl shows which, and why; once it is mended, it is there again", async () => {
      const gateway = stage.gateway();
      const upstream = { nodes: [{ host: "127.0.0.1", port: 1, weight: 1 }] };
      await stage.applyAll(
        stage.route("fine", { uris: ["/fine"] }),
        stale({ cors: {} }),
        stage.object("GatewayService", "web", { upstream, plugins: { cors: {} } }),
        stage.route("user", { uris: ["/user"], serviceRef: { name: "web" } }),
      );
      await stage.operate("--resync", "600");
      await stage.ready("fine", "stale", "user");
      expect([await answer("/fine"), await answer("/stale"), await answer("/user")]).toEqual(["fine", "stale", "user"]);

      await gateway.restart("SIGKILL", ["--plugins", "fault-injection"]);
      await eventually(async () => (await answer("/fine")) === "fine", { withinMs: 20_000 });
      await eventually(async () => (await reasonOf("gwr", "stale")) === "UnknownPlugin", { describe: stage.said });
      const shown = await suite.kubectl(["get", "gwr,gws"]);
      const lineOf = (name: string) => shown.split("\n").find((line) => line.includes(`/${name} `)) ?? "";
      expect(lineOf("fine")).toMatch(/ True /);
      expect(lineOf("stale")).toMatch(/ False /);
      expect(lineOf("web")).toMatch(/ False /);
      expect(lineOf("user")).toMatch(/ False /);
      const condition = (await stage.statusOf("gwr", "stale")).conditions?.find(({ type }) => type === "Programmed");
      expect(condition?.message).toBe(
        `spec.plugins.cors: The gateway refuses routes/${suite.namespace}.stale_route: unknown plugin [cors]`,
      );
      expect([await reasonOf("gws", "web"), await reasonOf("gwr", "user")]).toEqual(["UnknownPlugin", "Pending"]);
      expect(await reasonOf("apisixgateway", suite.namespace)).toBe("Ready");
      const events = () =>
        suite.kubectl([
          "get",
          "events.events.k8s.io",
          "-o",
          'jsonpath={.items[?(@.reason=="UnknownPlugin")].regarding.name}',
        ]);
      await eventually(async () => (await events()).split(" ").includes("stale"));

      // At rest nothing is sent for it.
      await gateway.resetCounters();
      await new Promise((done) => setTimeout(done, 3_000));
      expect((await gateway.calls()).filter(({ method }) => method === "PUT" || method === "POST")).toEqual([]);

      // Others change meanwhile.
      await stage.applyAll(stage.route("newcomer", { uris: ["/newcomer"] }));
      await stage.ready("newcomer");
      expect([await answer("/newcomer"), await answer("/stale")]).toEqual(["newcomer", 404]);

      await stage.applyAll(stale({}), stage.object("GatewayService", "web", { upstream }));
      await stage.ready("stale", "user");
      expect([await answer("/stale"), await answer("/user")]).toEqual(["stale", "user"]);
    });
  });
});
