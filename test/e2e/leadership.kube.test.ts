import { describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { describeKube } from "../support/kubeapi.suite.ts";
import { hasRealApisix, standInModes } from "./support/gateway.ts";
import { adminKey, stageFor } from "./support/stage.ts";

describe.skipIf(hasRealApisix).each(standInModes)("[stand-in only] two operators in mode $mode", ({ start }) => {
  describeKube("never write at once", (suite) => {
    const stage = stageFor(suite, () => start(adminKey));
    const puts = (operator: { metric: (name: string, labels: Readonly<Record<string, string>>) => Promise<number> }) =>
      operator.metric("apisix_operator_admin_requests_total", { method: "PUT" });

    test("the follower is ready and writes nothing; a stopped leader hands over within seconds, and nothing is written twice", async () => {
      const first = await stage.operate();
      await eventually(async () => (await first.metric("leader_election_master_status")) === 1);
      const second = await stage.operate();
      await eventually(async () => (await fetch(`${second.probesUrl}/readyz`)).status === 200);
      await stage.applyAll(stage.route("a", { uris: ["/a"] }));
      await stage.ready("a");
      // The claim is bid for and made, then the route.
      expect([await puts(first), await puts(second)]).toEqual([3, 0]);

      const stopped = performance.now();
      expect(await first.program.end("SIGTERM")).toBe(0);
      await eventually(async () => (await second.metric("leader_election_master_status")) === 1);
      expect(performance.now() - stopped).toBeLessThan(4000);
      await stage.applyAll(stage.route("b", { uris: ["/b"] }));
      await stage.ready("b");
      expect(await puts(second)).toBe(1);
    });

    test("a leader that was frozen until its Lease ran out never writes again", async () => {
      const first = await stage.operate();
      await eventually(async () => (await first.metric("leader_election_master_status")) === 1);
      first.program.signal("SIGSTOP");
      const second = await stage.operate();
      await eventually(async () => (await second.metric("leader_election_master_status")) === 1);
      await stage.applyAll(stage.route("c", { uris: ["/c"] }));
      await stage.ready("c");
      await stage.gateway().resetCounters();
      first.program.signal("SIGCONT");
      await stage.applyAll(stage.route("d", { uris: ["/d"] }));
      await stage.ready("d");
      await eventually(() => first.program.hasEnded);
      expect((await stage.gateway().counters()).writes).toBe(1);
      expect(await first.program.end()).not.toBe(0);
    });
  });
});
