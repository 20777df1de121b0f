import { describe, expect, test } from "vitest";
import type { GatewayMode } from "../../src/core/model/index.ts";
import { eventually } from "../support/eventually.ts";
import { describeKube } from "../support/kubeapi.suite.ts";
import { type Counters, hasRealApisix, standInModes } from "./support/gateway.ts";
import type { OperatorProcess } from "./support/operator.ts";
import { adminKey, stageFor } from "./support/stage.ts";

type Calls = Counters["byKind"];

/** What may be asked of a gateway, all of it but where said. */
interface Budget {
  /** The writes of a first load of 1,000 routes. A claim is bid for and made; with etcd the bid is a call to take away. */
  readonly cold: Calls;
  /** A look at a gateway on which nothing has moved. */
  readonly look: Calls;
  /** One route that is changed, or new. */
  readonly change: Calls;
}

const lists =
  "consumer_groups consumers global_rules plugin_configs plugin_metadata protos routes secrets services ssls stream_routes upstreams";

const budgets: Readonly<Record<GatewayMode, Budget>> = {
  etcd: {
    cold: { routes: { PUT: 1000 }, upstreams: { PUT: 2, DELETE: 1 } },
    look: Object.fromEntries(lists.split(" ").map((list) => [list, { GET: 1 }])),
    change: { routes: { PUT: 1 } },
  },
  // Everything is one document, and its digest tells whether somebody else was there.
  standalone: {
    cold: { configs: { PUT: 3 } },
    look: { configs: { HEAD: 1 } },
    change: { configs: { HEAD: 1, PUT: 1 } },
  },
};

describe.skipIf(hasRealApisix).each(standInModes)(
  "[stand-in only] requests, counted at a gateway in mode $mode",
  ({ mode, start }) => {
    describeKube("are as few as can be", (suite) => {
      const stage = stageFor(suite, () => start(adminKey));
      const { cold, look, change } = budgets[mode];
      const puts = (operator: OperatorProcess) =>
        operator.metric("apisix_operator_admin_requests_total", { method: "PUT" });
      const readyCount = async () => {
        const path = 'jsonpath={range .items[*]}{.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}';
        return (await suite.kubectl(["get", "gwr", "-o", path])).split("\n").filter((line) => line === "True").length;
      };
      const host = (at: number) => `h${at % 100}.example.com`;
      const route = (at: number) => stage.route(`r${at}`, { hosts: [host(at)], uris: [`/p${at}/*`] });

      /** Once an operator has passed over all 1,000 routes, the gateway counts from there. */
      const settle = async (operator: OperatorProcess) => {
        await eventually(async () => (await operator.metric("apisix_operator_routes", { state: "ready" })) === 1000);
        await stage.gateway().resetCounters();
      };

      const title =
        "1,000 routes cold: a write each or one for all, 3 at most for the claim; unchanged: no write; one changed, one added: 1 each";
      test(title, { timeout: 240_000 }, async () => {
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
        const { byKind, reads } = await gateway.counters();
        expect(writesIn(byKind)).toEqual(cold);
        // The operator counts what the gateway counts.
        expect(await puts(first)).toBe(sumOf(cold, "PUT"));
        expect(reads).toBeLessThanOrEqual(20);
        // Its claim and its bid are nobody's business.
        const told = await first.program.line("plan applied");
        expect(told).toMatchObject({ created: 1000, updated: 0, deleted: 0 });
        expect(await first.program.end("SIGTERM")).toBe(0);

        // Several resyncs, each of which looks anew.
        const second = await stage.operate("--resync", "2");
        await settle(second);
        const three = times(3, look);
        await eventually(async () => (await gateway.counters()).reads >= sumOf(three, "GET", "HEAD"));
        expect((await gateway.counters()).byKind).toEqual(three);
        expect(await second.program.end("SIGTERM")).toBe(0);

        const third = await stage.operate("--resync", "600");
        await settle(third);
        await stage.applyAll(stage.route("r7", { hosts: [host(7)], uris: ["/p7/*", "/p7"] }));
        await eventually(async () => (await puts(third)) === 1);
        expect((await gateway.counters()).byKind).toEqual(change);

        await gateway.resetCounters();
        await stage.applyAll(stage.route("newcomer", { hosts: [host(7)], uris: ["/p7/*"], methods: ["GET"] }));
        await stage.ready("newcomer");
        await eventually(async () => (await puts(third)) === 2);
        expect((await gateway.counters()).byKind).toEqual(change);
        expect((await gateway.ask("GET", `http://${host(7)}/p7/x`)).body).toBe("newcomer");
        expect((await gateway.ask("POST", `http://${host(7)}/p7/x`)).body).toBe("r7");
      });
    });
  },
);

function mapped(calls: Calls, change: (methods: Calls[string]) => Calls[string]): Calls {
  const entries = Object.entries(calls).map(([kind, methods]) => [kind, change(methods)] as const);
  return Object.fromEntries(entries.filter(([, methods]) => Object.keys(methods).length > 0));
}

function writesIn(calls: Calls): Calls {
  return mapped(calls, ({ GET: _get, HEAD: _head, ...writes }) => writes);
}

function times(factor: number, calls: Calls): Calls {
  return mapped(calls, (methods) =>
    Object.fromEntries(Object.entries(methods).map(([method, count]) => [method, count * factor])),
  );
}

function sumOf(calls: Calls, ...methods: readonly string[]): number {
  return Object.values(calls)
    .flatMap((counts) => methods.map((method) => counts[method] ?? 0))
    .reduce((sum, count) => sum + count, 0);
}
