import { describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { describeKube } from "../support/kubeapi.suite.ts";
import { hasRealApisix, modes, startStandIn } from "./support/gateway.ts";
import { adminKey, stageFor } from "./support/stage.ts";

describe.each(modes)("$mode", ({ start }) => {
  describeKube("the route that named its host answers, whoever was created first", (suite) => {
    const stage = stageFor(suite, () => start(adminKey));
    const service = () =>
      stage.object("GatewayService", "web", {
        hosts: ["test1.com", "test2.com"],
        upstream: { nodes: [{ host: "127.0.0.1", port: 1, weight: 1 }] },
      });
    const inheriting = () => stage.route("inheriting", { uris: ["/test*"], serviceRef: { name: "web" } });
    const naming = () => stage.route("naming", { uris: ["/test*"], hosts: ["test2.com"], serviceRef: { name: "web" } });

    test.each([
      ["the route that inherits its hosts", [service, inheriting, naming]],
      ["the route that names its host", [service, naming, inheriting]],
      ["the routes, and their service last", [inheriting, naming, service]],
    ])("created first: %s", async (_sentence, objects) => {
      const { gateway, operate, applyAll, ready, clear, statusOf } = stage;
      await operate();
      for (const object of objects) await applyAll(object());
      await ready("inheriting", "naming");
      expect((await gateway().ask("GET", "http://test2.com/test")).body).toBe("naming");
      expect((await gateway().ask("GET", "http://test1.com/test")).body).toBe("inheriting");

      const { diagnostics = [], priority, hosts } = await statusOf("gatewayroute", "inheriting");
      const warning = diagnostics.find(({ code }) => code === "InheritedHostContest");
      for (const part of ["web", "test1.com", "test2.com", "naming"]) expect(warning?.message).toContain(part);
      expect(warning?.severity).toBe("warning");
      expect(hosts).toEqual({ effective: ["test1.com", "test2.com"], source: "Service" });
      const other = await statusOf("gatewayroute", "naming");
      expect(other.priority?.value).toBeGreaterThan(priority?.value ?? Infinity);
      expect(other.priority).toMatchObject({ source: "Specificity", outranks: ["inheriting"] });
      await clear();
      expect((await gateway().ask("GET", "http://test2.com/test")).status).toBe(404);
    });

    test("a service whose hosts change says in an event which routes that moves", async () => {
      const { gateway, operate, applyAll, ready, clear, object } = stage;
      await operate();
      await applyAll(service(), inheriting(), naming());
      await ready("inheriting", "naming");
      await applyAll(
        object("GatewayService", "web", {
          hosts: ["test2.com", "test3.com"],
          upstream: { nodes: [{ host: "127.0.0.1", port: 1, weight: 1 }] },
        }),
      );
      await eventually(async () => (await gateway().ask("GET", "http://test3.com/test")).body === "inheriting");
      expect((await gateway().ask("GET", "http://test1.com/test")).status).toBe(404);
      const note = () =>
        suite.kubectl([
          "get",
          "events.events.k8s.io",
          "-o",
          'jsonpath={.items[?(@.reason=="ServiceHostsChanged")].note}',
        ]);
      await eventually(async () => (await note()) !== "");
      expect(await note()).toBe(
        `This moves 1 route that names no hosts of its own: GatewayRoute ${suite.namespace}/inheriting. ` +
          "They will answer on test3.com and no longer answer on test1.com.",
      );
      await clear();
    });

    test("a person sees it in kubectl get", async () => {
      const { operate, applyAll, ready, clear } = stage;
      await operate();
      await applyAll(service(), inheriting(), naming());
      await ready("inheriting", "naming");
      const table = await suite.kubectl(["get", "gwr"]);
      expect(
        table
          .split("\n")[0]
          ?.split(/\s{2,}/)
          .map((cell) => cell.trim()),
      ).toEqual(["NAME", "HOSTS", "URIS", "PRIORITY", "FROM", "READY", "WARNINGS", "AGE"]);
      expect(table).toMatch(/naming +\["test2.com"\] +\["\/test\*"\] +100 +Specificity +True/);
      const events = await suite.kubectl([
        "get",
        "events.events.k8s.io",
        "-o",
        'jsonpath={range .items[*]}{.reason} {.regarding.name}{"\\n"}{end}',
      ]);
      expect(events).toContain("Programmed naming");
      expect(events).toContain("InheritedHostContest inheriting");
      await clear();
    });
  });
});

describe.skipIf(hasRealApisix)("[stand-in only] after a restart of the gateway", () => {
  describeKube("with the operator stopped, the same routes answer", (suite) => {
    const stage = stageFor(suite, () => startStandIn(adminKey));

    // Names whose order is the opposite of the order of creation, and three routes that all contest.
    const routes = [
      ["c-any", { uris: ["/x/*"] }],
      ["b-method", { uris: ["/x/*"], methods: ["GET"] }],
      ["a-header", { uris: ["/x/*"], vars: [["http_x_canary", "==", "1"]] }],
    ] as const;
    const orders = [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ] as const;

    test.each(orders.map((order) => [order.map((at) => routes[at][0]).join(", "), order] as const))(
      "created: %s",
      async (_names, order) => {
        const { gateway, operate, applyAll, ready, clear, route } = stage;
        const { program } = await operate();
        for (const at of order) {
          const [name, spec] = routes[at];
          await applyAll(route(name, { ...spec, hosts: ["a.example.com"] }));
          await ready(name);
        }
        const winners = async () => [
          (await gateway().ask("POST", "http://a.example.com/x/1")).body,
          (await gateway().ask("GET", "http://a.example.com/x/1")).body,
          (await gateway().ask("POST", "http://a.example.com/x/1", { "x-canary": "1" })).body,
          (await gateway().ask("GET", "http://a.example.com/x/1", { "x-canary": "1" })).body,
        ];
        const expected = ["c-any", "b-method", "a-header", "b-method"];
        expect(await winners()).toEqual(expected);
        expect(await program.end("SIGTERM")).toBe(0);
        await gateway().restart();
        expect(await winners()).toEqual(expected);
        await operate();
        await clear();
      },
    );
  });
});
