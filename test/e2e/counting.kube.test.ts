import { describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { describeKube } from "../support/kubeapi.suite.ts";
import { type StandIn, hasRealApisix, startStandIn } from "./support/gateway.ts";
import type { OperatorProcess } from "./support/operator.ts";
import { adminKey, stageFor } from "./support/stage.ts";

describe.skipIf(hasRealApisix)("[stand-in only] requests, counted at the gateway", () => {
  describeKube("are as few as can be", (suite) => {
    const stage = stageFor(suite, () => startStandIn(adminKey));
    const write = (metric: OperatorProcess) => metric.metric("apisix_operator_admin_requests_total", { method: "PUT" });
    const passes = (operator: OperatorProcess) => operator.metric("controller_runtime_reconcile_total");
    const readyCount = async () => {
      const path = 'jsonpath={range .items[*]}{.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}';
      return (await suite.kubectl(["get", "gwr", "-o", path])).split("\n").filter((line) => line === "True").length;
    };
    const host = (at: number) => `h${at % 100}.example.com`;
    const route = (at: number) => stage.route(`r${at}`, { hosts: [host(at)], uris: [`/p${at}/*`] });

    /** The gateway's own count and the operator's agree once the operator has counted its last answer. */
    async function expectWrites(
      gateway: StandIn,
      operator: OperatorProcess,
      before: number,
      count: number,
    ): Promise<void> {
      await eventually(async () => (await write(operator)) - before === count, {
        describe: () => `expected ${count} writes`,
      });
      expect((await gateway.counters()).writes).toBe(count);
    }

    test("1,000 routes cold: 1,000 writes, 3 for the claim and at most 20 reads; unchanged: none; one changed, one added: 1 each", async () => {
      const gateway = stage.gateway();
      const all = Array.from({ length: 1000 }, (_, at) => JSON.stringify(route(at))).join("\n---\n");
      await suite.kubectl(["create", "-f", "-"], all);
      // No regular re-read comes between.
      const first = await stage.operate("--resync", "600");
      // Not `kubectl wait --all`: it looks at one object after the other.
      await eventually(async () => (await readyCount()) === 1000, {
        withinMs: 90_000,
        everyMs: 1000,
        describe: () => stage.said().slice(-1500),
      });
      const cold = await gateway.counters();
      expect(cold.byKind["routes"]?.["PUT"]).toBe(1000);
      // A claim is bid for, made, and the bid taken away.
      expect(cold.byKind["upstreams"]).toMatchObject({ PUT: 2, DELETE: 1 });
      expect(cold.writes).toBe(1003);
      expect(await write(first)).toBe(1002);
      expect(cold.reads).toBeLessThanOrEqual(20);
      expect(await first.program.end("SIGTERM")).toBe(0);

      // Several resyncs, which read everything anew.
      await gateway.resetCounters();
      const operator = await stage.operate("--resync", "2");
      const before = await passes(operator);
      await eventually(async () => (await passes(operator)) >= before + 3);
      await eventually(async () => (await gateway.counters()).reads >= 8);
      expect((await gateway.counters()).writes).toBe(0);

      await gateway.resetCounters();
      let written = await write(operator);
      await stage.applyAll(stage.route("r7", { hosts: [host(7)], uris: ["/p7/*", "/p7"] }));
      await expectWrites(gateway, operator, written, 1);

      await gateway.resetCounters();
      written = await write(operator);
      await stage.applyAll(stage.route("newcomer", { hosts: [host(7)], uris: ["/p7/*"], methods: ["GET"] }));
      await stage.ready("newcomer");
      await expectWrites(gateway, operator, written, 1);
      expect((await gateway.ask("GET", `http://${host(7)}/p7/x`)).body).toBe("newcomer");
      expect((await gateway.ask("POST", `http://${host(7)}/p7/x`)).body).toBe("r7");
    });
  });
});
