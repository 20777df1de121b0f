import { describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { describeKube } from "../support/kubeapi.suite.ts";
import { admin } from "./support/admin.ts";
import { modes } from "./support/gateway.ts";
import { adminKey, stageFor } from "./support/stage.ts";

// As a person does it: with curl on the gateway, and with kubectl.
describe.each(modes)("$mode", ({ start }) => {
  describeKube("what others change on a gateway", (suite) => {
    const stage = stageFor(suite, () => start(adminKey));
    const url = "http://drift.example.com";
    const place = () => `routes/${suite.namespace}.cart_route`;
    const cart = (uris = ["/cart"]) => stage.route("cart", { hosts: ["drift.example.com"], uris });
    const byHand = () => admin(stage.gateway(), "PATCH", place(), { uris: ["/hand"] });
    const answer = async (path: string) => (await stage.gateway().ask("GET", url + path)).status;
    const annotate = (object: string, ...values: readonly string[]) =>
      suite.kubectl(["annotate", "--overwrite", object, ...values.map((value) => `apisix-operator.dev/${value}`)]);
    const policy = (drift: string) =>
      suite.kubectl([
        "patch",
        "apisixgateway",
        suite.namespace,
        "--type=merge",
        "-p",
        JSON.stringify({ spec: { drift } }),
      ]);
    const readiness = async () => {
      const { conditions = [] } = await stage.statusOf("gatewayroute", "cart");
      const { status, reason, message } = conditions.find(({ type }) => type === "Ready") ?? {};
      return { status, reason, message };
    };
    const notes = () =>
      suite.kubectl(["get", "events.events.k8s.io", "-o", 'jsonpath={.items[?(@.reason=="Drifted")].note}']);

    test("correct: an edit and a deletion are put right, and told in an event without values", async () => {
      const operator = await stage.operate("--resync", "1");
      await stage.applyAll(cart());
      await stage.ready("cart");
      await byHand();
      await eventually(async () => (await answer("/cart")) === 200 && (await answer("/hand")) === 404);
      await eventually(async () =>
        (await notes()).includes(`changed ${place()} on the gateway: uris. It was put right.`),
      );
      await admin(stage.gateway(), "DELETE", place());
      await eventually(async () => (await answer("/cart")) === 200);
      await eventually(async () => (await notes()).includes(`deleted ${place()} on the gateway.`));
      expect(await notes()).not.toContain("/hand");
      await eventually(
        async () =>
          (await operator.metric("apisix_operator_drift_total", { kind: "routes", outcome: "corrected" })) === 2,
      );
      await stage.clear();
    });

    test("report: it stays and is told, also by another operator, until somebody asks by force", async () => {
      await policy("report");
      const first = await stage.operate("--resync", "1");
      await stage.applyAll(cart());
      await stage.ready("cart");
      await byHand();
      await suite.kubectl(["wait", "--for=condition=Stalled", "--timeout=20s", "gatewayroute/cart"]);
      expect(await readiness()).toMatchObject({ status: "False", reason: "Drifted" });
      expect((await readiness()).message).toContain(`Somebody else changed ${place()} on the gateway: uris.`);
      expect(await answer("/hand")).toBe(200);
      expect(await first.metric("apisix_operator_drift_total", { outcome: "reported" })).toBe(1);
      expect(await first.program.end("SIGTERM")).toBe(0);

      const second = await stage.operate("--resync", "1");
      await eventually(async () => (await second.metric("apisix_operator_drift_total", { outcome: "reported" })) === 1);
      expect(await answer("/hand")).toBe(200);
      expect(await readiness()).toMatchObject({ status: "False", reason: "Drifted" });

      await annotate("gatewayroute/cart", "force=now");
      await stage.ready("cart");
      expect([await answer("/cart"), await answer("/hand")]).toEqual([200, 404]);
      await stage.clear();
    });

    test("ignore: it stays, nothing is said, and a change of the resource goes out", async () => {
      await policy("ignore");
      const operator = await stage.operate("--resync", "1");
      await stage.applyAll(cart());
      await stage.ready("cart");
      await byHand();
      const passes = await operator.metric("controller_runtime_reconcile_total");
      await eventually(async () => (await operator.metric("controller_runtime_reconcile_total")) >= passes + 3);
      expect(await answer("/hand")).toBe(200);
      expect(await readiness()).toMatchObject({ status: "True" });
      await stage.applyAll(cart(["/third"]));
      await eventually(async () => (await answer("/third")) === 200 && (await answer("/hand")) === 404);
      await stage.clear();
      await policy("correct");
    });

    test("force: a gateway is looked at now, long before its time", async () => {
      await stage.operate("--resync", "3600");
      await stage.applyAll(cart());
      await stage.ready("cart");
      await byHand();
      expect(await answer("/hand")).toBe(200);
      await annotate(`apisixgateway/${suite.namespace}`, "force=1");
      await eventually(async () => (await answer("/cart")) === 200);
      await stage.clear();
    });

    test("pause: a route is left alone, deletion included, until that is taken back", async () => {
      await stage.operate("--resync", "1");
      await stage.applyAll(cart());
      await stage.ready("cart");
      await annotate("gatewayroute/cart", "pause=true");
      await eventually(async () => (await readiness()).reason === "Paused");
      expect(await readiness()).toMatchObject({ status: "True" });
      await byHand();
      await stage.applyAll(cart(["/third"]));
      await eventually(async () => (await readiness()).status === "False");
      expect(await readiness()).toMatchObject({ reason: "Paused" });
      expect([await answer("/hand"), await answer("/third")]).toEqual([200, 404]);

      await suite.kubectl(["delete", "gatewayroute", "cart", "--wait=false"]);
      await eventually(async () => {
        const { conditions = [] } = await stage.statusOf("gatewayroute", "cart");
        return conditions.some(({ reason, message }) => reason === "Paused" && message.includes("deletion waits"));
      });
      expect(await answer("/hand")).toBe(200);
      await annotate("gatewayroute/cart", "pause-");
      await eventually(async () => (await answer("/hand")) === 404);
      await stage.clear();
    });

    test("pause: nothing is written to a gateway, and it says how much waits", async () => {
      await annotate(`apisixgateway/${suite.namespace}`, "pause=true");
      await stage.operate("--resync", "1");
      await stage.applyAll(cart());
      await eventually(async () => (await readiness()).reason === "Paused");
      expect(await answer("/cart")).toBe(404);
      await eventually(async () => {
        const { conditions = [] } = await stage.statusOf("apisixgateway", suite.namespace);
        return conditions.some(
          ({ type, message }) => type === "Programmed" && message.includes("Changes that wait: 1."),
        );
      });
      await annotate(`apisixgateway/${suite.namespace}`, "pause-");
      await stage.ready("cart");
      expect(await answer("/cart")).toBe(200);
      await stage.clear();
    });
  });
});
