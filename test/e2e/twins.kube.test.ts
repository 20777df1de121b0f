import { describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { describeKube } from "../support/kubeapi.suite.ts";
import { heldBy } from "./support/admin.ts";
import { hasRealApisix, standInModes } from "./support/gateway.ts";
import { adminKey, stageFor } from "./support/stage.ts";

describe.skipIf(hasRealApisix).each(standInModes)("[stand-in only] in mode $mode", ({ start }) => {
  describeKube("two ApisixGateways with one address and one instance name", (suite) => {
    const stage = stageFor(suite, () => start(adminKey));
    const twin = `${suite.namespace}-twin`;

    test(
      "the younger writes nothing and says so; once the older is gone, it goes on",
      { timeout: 120_000 },
      async () => {
        const gateway = stage.gateway();
        const ask = async (path: string) => (await gateway.ask("GET", `http://any.example.com${path}`)).body;
        const reasonOf = async (kind: string, name: string) =>
          (await stage.statusOf(kind, name)).conditions?.find(({ type }) => type === "Ready")?.reason;
        await stage.operate("--resync", "2");
        await stage.applyAll(stage.route("older", { uris: ["/older"] }));
        await stage.ready("older");
        const before = await heldBy(gateway, suite.namespace);
        // Ages are told in seconds.
        await new Promise((resolve) => setTimeout(resolve, 1_100));
        const keyFrom = { namespace: suite.namespace, name: "admin", key: "key" };
        await stage.applyAll(
          stage.object("ApisixGateway", twin, {
            admin: { urls: [`${gateway.adminUrl}/`], keyFrom },
            instance: suite.namespace,
          }),
          stage.route("younger", { uris: ["/younger"], gatewayRef: { name: twin } }),
        );
        await eventually(async () => (await reasonOf("agw", twin)) === "InstanceTaken", {
          describe: () => stage.said().slice(-1500),
        });
        await eventually(async () => (await reasonOf("gwr", "younger")) === "InstanceTaken");
        const { conditions } = await stage.statusOf("agw", twin);
        expect(conditions?.find(({ type }) => type === "Ready")?.message).toContain(
          `ApisixGateway ${suite.namespace} is older`,
        );
        expect(await reasonOf("agw", suite.namespace)).toBe("Ready");
        expect(await heldBy(gateway, suite.namespace)).toEqual(before);
        expect(await ask("/older")).toBe("older");

        await suite.kubectl(["delete", "apisixgateway", suite.namespace]);
        await eventually(async () => (await reasonOf("agw", twin)) === "Ready");
        await stage.ready("younger");
        expect(await ask("/younger")).toBe("younger");
        await suite.kubectl(["delete", "gatewayroute", "younger", "older", "--timeout=20s"]);
        await suite.kubectl(["delete", "apisixgateway", twin]);
      },
    );
  });
});
