import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { annotations, claimIdOf } from "../../src/core/model/index.ts";
import { eventually } from "../support/eventually.ts";
import { ensureBinaries } from "../support/kubeapi.build.ts";
import { type Suite, describeKube } from "../support/kubeapi.suite.ts";
import { type Kubeapi, applyCrds, runKubectl, startKubeapi } from "../support/kubeapi.ts";
import { admin, heldBy } from "./support/admin.ts";
import { type StandIn, hasRealApisix, standInModes } from "./support/gateway.ts";
import { type Stage, adminKey, stageFor } from "./support/stage.ts";

describe.skipIf(hasRealApisix)("[stand-in only] two clusters on one gateway under one instance name", () => {
  let second: Kubeapi | undefined;
  beforeAll(async () => {
    const binaries = await ensureBinaries();
    if ("missing" in binaries) throw new Error(binaries.missing);
    second = await startKubeapi(binaries);
    await applyCrds(second);
  });
  afterAll(() => second?.stop());

  describe.each(standInModes)("in mode $mode", ({ mode, start }) => {
    describeKube("do not take each other's objects for leftovers", (suite) => {
      const stage = stageFor(suite, () => start(adminKey));
      // The other cluster has the same names, as after a restore; it sets the same stage on the gateway of the first.
      const other: Suite = {
        get cluster() {
          return second ?? expect.fail("the second cluster has not started");
        },
        namespace: suite.namespace,
        kubectl: (args, input) => runKubectl(other.cluster, ["-n", suite.namespace, ...args], input),
        apply: (manifests) => other.kubectl(["apply", "--server-side", "-f", "-"], manifests),
      };
      beforeAll(async () => {
        await runKubectl(other.cluster, ["create", "namespace", suite.namespace]);
      });
      const there = stageFor(other, () => Promise.resolve({ ...stage.gateway(), stop: async () => {} } as StandIn));

      const gatewayReason = async (at: Stage) =>
        (await at.statusOf("agw", suite.namespace)).conditions?.find(({ type }) => type === "Ready")?.reason;
      const conditionOf = async (at: Stage, type: string) =>
        (await at.statusOf("gwr", "theirs")).conditions?.find((each) => each.type === type);

      test(
        "the second writes nothing and says so; nothing is lost; the annotation hands the name over",
        { timeout: 240_000 },
        async () => {
          const gateway = stage.gateway();
          const ask = async (path: string) => (await gateway.ask("GET", `http://any.example.com${path}`)).body;
          await stage.operate("--resync", "2");
          await stage.applyAll(stage.route("ours", { uris: ["/ours"] }));
          await stage.ready("ours");
          const before = await heldBy(gateway, suite.namespace);
          const claim = async () => (await admin(gateway, "GET", `upstreams/${claimIdOf(suite.namespace)}`)).json();
          const claimBefore = await claim();
          await gateway.resetCounters();

          await there.operate("--resync", "2");
          await there.applyAll(there.route("theirs", { uris: ["/theirs"] }));
          await eventually(async () => (await gatewayReason(there)) === "InstanceTaken", {
            describe: () => there.said().slice(-1500),
          });
          await eventually(async () => (await conditionOf(there, "Programmed"))?.reason === "InstanceTaken");
          expect(await conditionOf(there, "Ready")).toMatchObject({ status: "False", reason: "InstanceTaken" });
          expect(await conditionOf(there, "Stalled")).toMatchObject({ status: "True", reason: "InstanceTaken" });
          // Both look again and again meanwhile: a dozen lists each time, or a digest.
          const { reads } = await gateway.counters();
          const looks = 4 * (mode === "etcd" ? 12 : 1);
          await eventually(async () => (await gateway.counters()).reads >= reads + looks, { withinMs: 30_000 });
          expect((await gateway.counters()).writes).toBe(0);
          expect(await heldBy(gateway, suite.namespace)).toEqual(before);
          expect(await claim()).toEqual(claimBefore);
          expect(await ask("/ours")).toBe("ours");
          expect(await gatewayReason(stage)).toBe("Ready");

          const holder = await suite.kubectl(["get", "namespace", "kube-system", "-o", "jsonpath={.metadata.uid}"]);
          expect((await conditionOf(there, "Programmed"))?.message).toContain(`${annotations.takeOver}: "${holder}"`);
          await other.kubectl(["annotate", "agw", suite.namespace, `${annotations.takeOver}=${holder}`]);
          await there.ready("theirs");
          expect(await ask("/theirs")).toBe("theirs");
          await eventually(async () => (await gatewayReason(stage)) === "InstanceTaken");
          // What the first one had is a leftover of the name.
          await eventually(async () => (await ask("/ours")) !== "ours");
        },
      );
    });
  });
});
