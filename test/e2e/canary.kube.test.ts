import { describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { describeKube } from "../support/kubeapi.suite.ts";
import { hasRealApisix, standInModes } from "./support/gateway.ts";
import { adminKey, stageFor } from "./support/stage.ts";

const wrongKey = "canary-wrong-key-c4d2";
const password = "canary-plugin-password-90aa";

describe.skipIf(hasRealApisix).each(standInModes)("[stand-in only] secrets in mode $mode", ({ start }) => {
  describeKube("are found nowhere but where they belong", (suite) => {
    const stage = stageFor(suite, () => start(adminKey));
    const reason = async (kind: string, name: string, type: string) =>
      (await stage.statusOf(kind, name)).conditions?.find((each) => each.type === type)?.reason;

    test("neither in output, events, statuses nor metrics, whatever goes wrong", async () => {
      const operator = await stage.operate("--log-level", "debug");
      await stage.applyAll(
        stage.route("good", { uris: ["/good"] }),
        // The gateway's answers to these may quote what they were sent.
        stage.object("GatewayRoute", "unknown-plugin", { uris: ["/u"], plugins: { "no-such-plugin": { password } } }),
        stage.object("GatewayRoute", "wrong-type", {
          uris: ["/w"],
          plugins: { "fault-injection": { abort: { http_status: password } } },
        }),
        stage.object("GatewayRoute", "wrong-enum", {
          uris: ["/e"],
          plugins: { redirect: { uri: "/x", ret_code: password } },
        }),
      );
      await stage.ready("good");
      await eventually(async () => (await reason("gwr", "unknown-plugin", "Programmed")) === "UnknownPlugin");
      for (const name of ["wrong-type", "wrong-enum"])
        await eventually(async () => (await reason("gwr", name, "Programmed")) === "PluginRejected");
      await stage.applyAll({
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "admin" },
        stringData: { key: wrongKey },
      });
      await stage.applyAll(stage.route("later", { uris: ["/later"] }));
      await eventually(async () => (await reason("agw", suite.namespace, "Ready")) === "GatewayUnauthorized");
      await stage.gateway().program.end("SIGKILL");
      await eventually(async () => (await reason("agw", suite.namespace, "Ready")) === "GatewayUnavailable", {
        withinMs: 60_000,
      });

      const kinds = ["gwr", "gws", "gwu", "gwpc", "agw"];
      const statuses = await Promise.all(
        kinds.map((kind) => suite.kubectl(["get", kind, "-o", "jsonpath={.items[*].status}"])),
      );
      const places = {
        output: stage.said(),
        gateway: stage.gateway().program.stdout + stage.gateway().program.stderr,
        events: await suite.kubectl(["get", "events.events.k8s.io", "-o", "json"]),
        statuses: statuses.join("\n"),
        metrics: await (await fetch(`${operator.probesUrl}/metrics`)).text(),
      };
      for (const [place, text] of Object.entries(places)) {
        if (place !== "gateway") expect(text.length, place).toBeGreaterThan(100);
        for (const secret of [adminKey, wrongKey, password])
          expect(text.includes(secret), `${secret} in ${place}`).toBe(false);
      }
      await stage.gateway().restart();
    });
  });
});
