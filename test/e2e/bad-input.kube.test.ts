import { describe, expect, test } from "vitest";
import { annotations } from "../../src/core/model/index.ts";
import { eventually } from "../support/eventually.ts";
import { describeKube } from "../support/kubeapi.suite.ts";
import { admin, heldBy } from "./support/admin.ts";
import { hasRealApisix, modes, standInModes } from "./support/gateway.ts";
import { adminKey, stageFor } from "./support/stage.ts";

const inlineUpstream = { nodes: [{ host: "127.0.0.1", port: 1, weight: 1 }] };

describe.each(modes)("$mode", ({ mode, start }) => {
  describeKube("bad input is told to its author, and nothing else stops", (suite) => {
    const stage = stageFor(suite, () => start(adminKey));
    const url = `http://${suite.namespace}.example.com`;
    const good = () => stage.route("good", { hosts: [new URL(url).hostname], uris: ["/good/*"] });
    const condition = async (name: string, type: string) =>
      (await stage.statusOf("gatewayroute", name)).conditions?.find((each) => each.type === type);
    const expectCondition = async (name: string, type: string, expected: object) => {
      await eventually(
        async () =>
          (await condition(name, type)) !== undefined &&
          (await condition(name, type))?.reason === (expected as { reason: string }).reason,
        {
          describe: () => `${name} ${type} ${JSON.stringify(expected)}`,
        },
      );
      expect(await condition(name, type)).toMatchObject(expected);
    };
    const eventsOf = (name: string) =>
      suite.kubectl([
        "get",
        "events.events.k8s.io",
        "-o",
        `jsonpath={range .items[?(@.regarding.name=="${name}")]}{.type} {.reason} {.note}{"\\n"}{end}`,
      ]);

    test("what the API server refuses, it refuses with words a person understands", async () => {
      const refused: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
        [{ hosts: ["a.com"], uris: [] }, "spec.uris"],
        [{ uris: ["/x"], hosts: ["http://a.com"] }, "spec.hosts"],
        [{ uris: ["/x"], priority: 1.5 }, "spec.priority"],
        [{ uris: ["/x"], priority: "high" }, "spec.priority"],
      ];
      for (const [spec, field] of refused)
        await expect(stage.applyAll(stage.route("refused", spec))).rejects.toThrow(field);
    });

    test("an unknown service: the route waits, and is ready by itself when the service comes", async () => {
      await stage.operate();
      await stage.applyAll(good(), stage.route("waiting", { uris: ["/waiting"], serviceRef: { name: "later" } }));
      await stage.ready("good");
      await expectCondition("waiting", "ResolvedRefs", {
        status: "False",
        reason: "ReferenceNotFound",
        message: expect.stringContaining("later"),
      });
      await eventually(async () => (await eventsOf("waiting")).includes("Warning ReferenceNotFound"));
      await stage.applyAll(
        stage.object("GatewayService", "later", { hosts: [new URL(url).hostname], upstream: inlineUpstream }),
      );
      await stage.ready("waiting");
      expect((await stage.gateway().ask("GET", `${url}/waiting`)).body).toBe("waiting");
      await stage.clear();
    });

    test("a plugin that the gateway does not know, or refuses: the field and its words, Stalled, last good version kept", async () => {
      await stage.operate();
      await stage.applyAll(good(), stage.route("edited", { hosts: [new URL(url).hostname], uris: ["/edited"] }));
      await stage.ready("good", "edited");
      const typo = stage.object("GatewayRoute", "edited", {
        hosts: [new URL(url).hostname],
        uris: ["/elsewhere"],
        plugins: {
          "fault-injection": { abort: { http_status: 200, body: "changed" } },
          "limit-cuont": { secret: "canary-plugin-value" },
        },
      });
      await stage.applyAll(
        typo,
        stage.object("GatewayRoute", "wrong", {
          uris: ["/wrong"],
          plugins: { "fault-injection": { abort: { http_status: "no" } } },
        }),
      );
      await expectCondition("edited", "Programmed", {
        status: "False",
        reason: "UnknownPlugin",
        message: expect.stringContaining(
          // Without etcd a gateway does not tell which plugins it has.
          mode === "etcd"
            ? '"limit-cuont": did you mean limit-count?'
            : "spec.plugins.limit-cuont: The gateway refuses",
        ),
      });
      await expectCondition("edited", "Stalled", { status: "True", reason: "UnknownPlugin" });
      const field = "spec.plugins.fault-injection.abort.http_status";
      await expectCondition("wrong", "Programmed", {
        status: "False",
        reason: "PluginRejected",
        message: expect.stringContaining(`${field}: The gateway refuses`),
      });
      expect((await stage.statusOf("gatewayroute", "wrong")).diagnostics).toMatchObject([
        { code: "PluginRejected", severity: "error", field },
      ]);
      await eventually(async () => (await eventsOf("edited")).includes("Warning UnknownPlugin"));
      await eventually(async () => (await eventsOf("wrong")).includes("Warning PluginRejected"));
      expect((await stage.gateway().ask("GET", `${url}/edited`)).body).toBe("edited");
      expect((await stage.gateway().ask("GET", `${url}/good/1`)).body).toBe("good");
      await stage.applyAll(stage.route("edited", { hosts: [new URL(url).hostname], uris: ["/mended"] }));
      await stage.ready("edited");
      expect((await stage.gateway().ask("GET", `${url}/mended`)).body).toBe("edited");
      await stage.clear();
    });

    test("an id that somebody else has on the gateway is left alone, until the annotation names it", async () => {
      const id = `${suite.namespace}.taken_route`;
      await admin(stage.gateway(), "PUT", `routes/${id}`, {
        uri: "/taken",
        plugins: { "fault-injection": { abort: { http_status: 200, body: "theirs" } } },
      });
      await stage.operate();
      await stage.applyAll(stage.route("taken", { uris: ["/taken"] }), good());
      await stage.ready("good");
      await expectCondition("taken", "Programmed", { status: "False", reason: "AdminIdTaken" });
      expect((await stage.statusOf("gatewayroute", "taken")).diagnostics).toMatchObject([
        { code: "AdminIdTaken", severity: "error", message: expect.stringContaining(`${annotations.adopt}: "${id}"`) },
      ]);
      expect((await stage.gateway().ask("GET", `${url}/taken`)).body).toBe("theirs");
      const adopt = (value: string) =>
        suite.kubectl(["annotate", "--overwrite", "gwr", "taken", `${annotations.adopt}=${value}`]);
      await adopt("true");
      await stage.applyAll(stage.route("later", { uris: ["/later"] }));
      await stage.ready("later");
      expect((await stage.gateway().ask("GET", `${url}/taken`)).body).toBe("theirs");
      await adopt(id);
      await stage.ready("taken");
      expect((await stage.gateway().ask("GET", `${url}/taken`)).body).toBe("taken");
      await stage.clear();
      expect((await admin(stage.gateway(), "GET", `routes/${id}`)).status).toBe(404);
    });
  });
});

describe.skipIf(hasRealApisix).each(standInModes)(
  "[stand-in only] a gateway in mode $mode that can't be used",
  ({ mode, start }) => {
    describeKube("is told on its own resource, and on what is new", (suite) => {
      const stage = stageFor(suite, () => start(adminKey));
      const gatewayCondition = async () =>
        (await stage.statusOf("apisixgateway", suite.namespace)).conditions?.find(({ type }) => type === "Ready");
      const expectGateway = async (status: string, reason: string) => {
        await eventually(
          async () => (await gatewayCondition())?.status === status && (await gatewayCondition())?.reason === reason,
          { describe: () => `${status} ${reason}` },
        );
      };
      const setKey = (key: string) =>
        stage.applyAll({ apiVersion: "v1", kind: "Secret", metadata: { name: "admin" }, stringData: { key } });
      const programmed = async (name: string) =>
        (await stage.statusOf("gatewayroute", name)).conditions?.find(({ type }) => type === "Programmed");

      const reasonOf = async (name: string) =>
        (await stage.statusOf("gatewayroute", name)).conditions?.find(({ type }) => type === "Accepted")?.reason;

      test("a wrong admin key, then the right one: taken up without a restart, and printed nowhere", async () => {
        await setKey("canary-wrong-key-77");
        await stage.operate();
        await stage.applyAll(stage.route("r", { uris: ["/r"] }));
        await expectGateway("False", "GatewayUnauthorized");
        expect(await programmed("r")).toMatchObject({ status: "False", reason: "GatewayUnavailable" });
        await setKey(adminKey);
        await stage.ready("r");
        await expectGateway("True", "Ready");
      });

      test("an unreachable gateway: what it acknowledged stays ready, what is new waits, and all is well when it is back", async () => {
        await stage.operate("--resync", "1");
        await stage.ready("r");
        await stage.gateway().program.end("SIGKILL");
        await expectGateway("False", "GatewayUnavailable");
        await stage.applyAll(stage.route("new", { uris: ["/new"] }));
        await eventually(async () => (await programmed("new"))?.reason === "GatewayUnavailable");
        expect(await programmed("r")).toMatchObject({ status: "True" });
        await suite.kubectl(["delete", "gwr", "new", "--wait=false"]);
        await eventually(async () => (await programmed("new"))?.reason === "DeletionPending");
        await stage.gateway().restart();
        await eventually(async () => !(await suite.kubectl(["get", "gwr", "-o", "name"])).includes("/new"), {
          withinMs: 60_000,
        });
        await stage.ready("r");
        await stage.clear();
      });

      test("a second default gateway: what the first one has stays, its routes say why, and all is well when one gives way", async () => {
        await stage.operate("--resync", "1");
        const homeless = stage.route("free", { uris: ["/free"], gatewayRef: undefined });
        const isDefault = (name: string, to: boolean) =>
          suite.kubectl(["patch", "agw", name, "--type=merge", "-p", JSON.stringify({ spec: { default: to } })]);
        await isDefault(suite.namespace, true);
        await stage.applyAll(homeless);
        await stage.ready("free");
        const second = `${suite.namespace}-second`;
        const { spec } = JSON.parse(await suite.kubectl(["get", "agw", suite.namespace, "-o", "json"])) as {
          spec: { admin: object };
        };
        await stage.applyAll({
          apiVersion: "apisix-operator.dev/v1alpha1",
          kind: "ApisixGateway",
          metadata: { name: second },
          spec: { ...spec, default: true },
        });
        await eventually(async () => (await reasonOf("free")) === "GatewayNotFound");
        await stage.gateway().resetCounters();
        await eventually(async () => (await stage.gateway().counters()).reads >= 8);
        expect((await stage.gateway().ask("GET", "http://any.example.com/free")).body).toBe("free");
        // The second one claims a name of its own on the same APISIX; of what is there it touches nothing.
        if (mode === "etcd")
          expect(Object.keys((await stage.gateway().counters()).byKind["routes"] ?? {})).toEqual(["GET"]);
        expect(Object.keys(await heldBy(stage.gateway(), suite.namespace))).toEqual([
          `routes/${suite.namespace}.free_route`,
        ]);
        await suite.kubectl(["delete", "agw", second]);
        await stage.ready("free");
        await isDefault(suite.namespace, false);
        await stage.clear();
      });
    });
  },
);
