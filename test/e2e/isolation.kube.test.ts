import { describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { describeKube } from "../support/kubeapi.suite.ts";
import { hasRealApisix, startStandIn } from "./support/gateway.ts";
import { adminKey, stageFor } from "./support/stage.ts";

describe.skipIf(hasRealApisix)("[stand-in only] one bad object among many", () => {
  describeKube("harms itself alone", (suite) => {
    const stage = stageFor(suite, () => startStandIn(adminKey));
    const route = (at: number, more: object = {}) =>
      stage.route(`r${at}`, { hosts: [`h${at % 100}.example.com`], uris: [`/p${at}/*`], ...more });
    const bad = 500;
    const broken = { plugins: { "limit-count": { count: 1, time_window: 60, policy: "no-such-policy" } } };
    const idOf = (name: string) => `${suite.namespace}.${name}_route`;
    const puts = async (path: string) =>
      (await stage.gateway().calls()).filter((call) => call.method === "PUT" && call.path.endsWith(`/${path}`)).length;
    const readyOnes = async () => {
      const path =
        'jsonpath={range .items[*]}{.status.conditions[?(@.type=="Ready")].status} {.metadata.name}{"\\n"}{end}';
      const lines = (await suite.kubectl(["get", "gwr", "-o", path])).split("\n");
      return lines.filter((line) => line.startsWith("True ")).map((line) => line.slice("True ".length));
    };
    const reasonOf = async (kind: string, name: string) =>
      (await stage.statusOf(kind, name)).conditions?.find(({ type }) => type === "Ready")?.reason;

    test(
      "1 of 1,000 costs one failed request and its own status, and is not sent again before it changes",
      { timeout: 240_000 },
      async () => {
        const gateway = stage.gateway();
        const good = Array.from({ length: 1000 }, (_, at) => route(at)).filter((_, at) => at !== bad);
        // What depends on a service that is refused waits, and nothing else does.
        const service = stage.object("GatewayService", "web", {
          upstream: { nodes: [{ host: "127.0.0.1", port: 1, weight: 1 }] },
          ...broken,
        });
        const user = stage.route("user", { uris: ["/user"], serviceRef: { name: "web" } });
        await suite.kubectl(["create", "-f", "-"], good.map((each) => JSON.stringify(each)).join("\n---\n"));
        await stage.applyAll(route(bad, broken), service, user);
        await stage.operate("--resync", "600");
        await eventually(async () => (await readyOnes()).length === 999, {
          withinMs: 120_000,
          everyMs: 1000,
          describe: () => stage.said().slice(-1500),
        });
        await eventually(async () => (await reasonOf("gwr", `r${bad}`)) === "PluginRejected");
        await eventually(async () => (await reasonOf("gws", "web")) === "PluginRejected");
        await eventually(async () => (await reasonOf("gwr", "user")) === "Pending");
        const ready = new Set(await readyOnes());
        expect(ready.has(`r${bad}`) || ready.has("user")).toBe(false);
        const cold = await gateway.calls();
        const failed = cold.filter(({ status, method }) => status >= 400 && method !== "GET").map(({ path }) => path);
        expect(failed.map((path) => path.split("/admin/")[1] ?? "").toSorted()).toEqual(
          [`routes/${idOf(`r${bad}`)}`, `services/${suite.namespace}.web_service`].toSorted(),
        );
        expect((await gateway.counters()).byKind["routes"]?.["PUT"]).toBe(1000);
        expect(await puts(idOf("user"))).toBe(0);

        // Others change, and the operator tries again what waits: what was refused stays at home.
        await gateway.resetCounters();
        await stage.applyAll(route(7, { uris: ["/p7/*", "/p7"] }), stage.route("newcomer", { uris: ["/newcomer"] }));
        await stage.ready("newcomer");
        await eventually(async () => (await gateway.counters()).writes === 2);
        await new Promise((done) => setTimeout(done, 3_000));
        expect((await gateway.counters()).byKind["routes"]).toEqual({ PUT: 2 });
        expect(await puts(idOf(`r${bad}`))).toBe(0);

        // Mended, each goes out once, and so does what waited.
        await gateway.resetCounters();
        await stage.applyAll(route(bad));
        await suite.apply(
          JSON.stringify({ ...service, spec: { ...(service as { spec: object }).spec, plugins: { cors: {} } } }),
        );
        await stage.ready(`r${bad}`, "user");
        expect((await gateway.counters()).writes).toBe(3);
        expect(await reasonOf("gws", "web")).toBe("Ready");
        expect((await gateway.ask("GET", `http://h${bad % 100}.example.com/p${bad}/x`)).body).toBe(`r${bad}`);
      },
    );
  });
});
