import { describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { describeKube } from "../support/kubeapi.suite.ts";
import { admin } from "./support/admin.ts";
import { hasRealApisix, standInModes } from "./support/gateway.ts";
import { adminKey, stageFor } from "./support/stage.ts";

describe.skipIf(hasRealApisix).each(standInModes)(
  "[stand-in only] one bad object among many, in mode $mode",
  ({ mode, start }) => {
    describeKube("harms itself alone", (suite) => {
      const stage = stageFor(suite, () => start(adminKey));
      const route = (at: number, more: object = {}) =>
        stage.route(`r${at}`, { hosts: [`h${at % 100}.example.com`], uris: [`/p${at}/*`], ...more });
      const bad = 500;
      const broken = { plugins: { "limit-count": { count: 1, time_window: 60, policy: "no-such-policy" } } };
      const idOf = (name: string) => `${suite.namespace}.${name}_route`;
      const writes = async () =>
        (await stage.gateway().calls())
          .filter(({ method }) => method !== "GET" && method !== "HEAD")
          .map(({ method, path, status }) => ({
            what: `${method} ${path.split("/admin/")[1] ?? ""}`,
            isFailed: status >= 400,
          }));
      const failed = async () =>
        (await writes())
          .filter(({ isFailed }) => isFailed)
          .map(({ what }) => what)
          .toSorted();
      /** So many objects were written, each once and none refused; without etcd several may go out in one push. */
      const expectPuts = async (count: number) => {
        const all = await writes();
        expect(all.filter(({ what, isFailed }) => isFailed || !what.startsWith("PUT "))).toEqual([]);
        expect(all.length).toBeLessThanOrEqual(count);
        expect(all.length).toBeGreaterThanOrEqual(mode === "etcd" ? count : 1);
      };
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
          // Without etcd all goes out at once; it is refused, a question tells who is at fault, and the rest is taken.
          expect(await failed()).toEqual(
            mode === "etcd"
              ? [`PUT routes/${idOf(`r${bad}`)}`, `PUT services/${suite.namespace}.web_service`]
              : ["POST configs/validate", "PUT configs"],
          );
          // The claim takes three of them, or two.
          expect(await writes()).toHaveLength(mode === "etcd" ? 1001 + 3 : 3 + 2);
          expect((await admin(gateway, "GET", `routes/${idOf("user")}`)).status).toBe(404);

          // Others change, and the operator tries again what waits: what was refused stays at home.
          await gateway.resetCounters();
          await stage.applyAll(route(7, { uris: ["/p7/*", "/p7"] }), stage.route("newcomer", { uris: ["/newcomer"] }));
          await stage.ready("newcomer");
          await eventually(async () => (await gateway.ask("GET", "http://h7.example.com/p7")).body === "r7");
          await new Promise((done) => setTimeout(done, 3_000));
          await expectPuts(2);

          // Mended, each goes out once, and so does what waited.
          await gateway.resetCounters();
          await stage.applyAll(route(bad));
          await suite.apply(
            JSON.stringify({ ...service, spec: { ...(service as { spec: object }).spec, plugins: { cors: {} } } }),
          );
          await stage.ready(`r${bad}`, "user");
          await expectPuts(3);
          expect(await reasonOf("gws", "web")).toBe("Ready");
          expect((await gateway.ask("GET", `http://h${bad % 100}.example.com/p${bad}/x`)).body).toBe(`r${bad}`);
        },
      );
    });
  },
);
