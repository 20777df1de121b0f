import { networkInterfaces } from "node:os";
import { afterEach, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { type Suite, describeKube } from "../support/kubeapi.suite.ts";
import { type StandIn, hasRealApisix, startStandIn } from "./support/gateway.ts";
import { adminKey, stageFor } from "./support/stage.ts";

// EndpointSlices take no loopback address, so the gateways listen on one of this machine's own.
const own = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .filter(({ internal, scopeid = 0 }) => !internal && scopeid === 0);
const ipv4 = own.find(({ family }) => family === "IPv4")?.address ?? "";
const ipv6 = own.find(({ family }) => family === "IPv6")?.address ?? ipv4;

const portName = "admin";

/** The slice of one pod, as the controller of the cluster writes it. */
function slice(name: string, gateway: Pick<StandIn, "adminUrl">, conditions: object = { ready: true }): object {
  const { hostname, port } = new URL(gateway.adminUrl);
  const address = hostname.replace(/^\[|\]$/g, "");
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name, labels: { "kubernetes.io/service-name": "apisix-admin" } },
    addressType: address.includes(":") ? "IPv6" : "IPv4",
    ports: [{ name: portName, port: Number(port), protocol: "TCP" }],
    endpoints: [{ addresses: [address], conditions }],
  };
}

describe.skipIf(hasRealApisix || ipv4 === "")(
  "[stand-in only] spec.admin.service, on an address beside loopback",
  () => {
    const serviceOf = (suite: Suite) => ({
      service: { namespace: suite.namespace, name: "apisix-admin", port: portName },
    });
    const started: StandIn[] = [];
    afterEach(async () => {
      await Promise.all(started.splice(0).map((gateway) => gateway.stop()));
    });

    describeKube("in standalone mode its ready endpoints are the instances", (suite) => {
      const start = (host: string) => startStandIn(adminKey, "standalone", "--host", host);
      const stage = stageFor(
        suite,
        () => start(ipv4),
        () => serviceOf(suite),
      );
      const ready = async () =>
        (await stage.statusOf("apisixgateway", suite.namespace)).conditions?.find(({ type }) => type === "Ready");
      const becomes = (reason: string) =>
        eventually(async () => (await ready())?.reason === reason, {
          describe: () => `${reason}\n${stage.said().slice(-1500)}`,
        });
      const areReady = (count: number) =>
        eventually(
          async () => {
            const { instances } = await stage.statusOf("apisixgateway", suite.namespace);
            const { total, ready: some } = (instances ?? {}) as { readonly total?: number; readonly ready?: number }; // our own status
            return total === count && some === count;
          },
          { describe: () => `${count} instances\n${stage.said().slice(-1500)}` },
        );
      const answerOf = async (gateway: StandIn, path: string) =>
        (await gateway.ask("GET", `http://any.com${path}`)).body;

      test("a pod is filled before it counts as ready, one that goes is dropped, and none at all is said", async () => {
        const [first, second] = [stage.gateway(), await start(ipv6)];
        started.push(second);
        await stage.operate();
        await stage.applyAll(stage.route("a", { uris: ["/a"] }));
        await becomes("NoEndpoints");
        expect((await ready())?.message).toContain("it has no endpoints");
        await stage.applyAll(slice("one", first, { ready: false, serving: false, terminating: false }));
        await eventually(async () => (await ready())?.message.includes("publishNotReadyAddresses") === true);

        await stage.applyAll(slice("one", first));
        await stage.ready("a");
        await areReady(1);
        expect(await answerOf(first, "/a")).toBe("a");

        await stage.applyAll(slice("two", second));
        await areReady(2);
        expect(await answerOf(second, "/a")).toBe("a");

        await stage.applyAll(slice("one", first, { ready: false, serving: true, terminating: true }));
        await areReady(1);
        await stage.applyAll(stage.route("b", { uris: ["/b"] }));
        await stage.ready("b");
        expect(await answerOf(second, "/b")).toBe("b");
        expect((await first.ask("GET", "http://any.com/b")).status, "what is going is left alone").toBe(404);

        await suite.kubectl(["delete", "endpointslices", "--all"]);
        await becomes("NoEndpoints");
        await stage.applyAll(slice("three", first));
        await areReady(1);
        expect(await answerOf(first, "/b"), "brought up to date").toBe("b");
        await stage.clear();
      });
    });

    describeKube("with etcd any of them will do", (suite) => {
      const stage = stageFor(
        suite,
        () => startStandIn(adminKey, "etcd", "--host", ipv4),
        () => serviceOf(suite),
      );

      test("one that does not answer is passed over", async () => {
        await stage.operate();
        const dead = { adminUrl: `http://${ipv4}:9` };
        await stage.applyAll(slice("dead", dead), slice("alive", stage.gateway()), stage.route("a", { uris: ["/a"] }));
        await stage.ready("a");
        expect((await stage.gateway().ask("GET", "http://any.com/a")).body).toBe("a");
        await stage.clear();
      });

      test("the API server takes either urls or a service", async () => {
        const both = { urls: ["http://a:9180"], ...serviceOf(suite), keyFrom: { namespace: "a", name: "b", key: "c" } };
        for (const admin of [both, { keyFrom: both.keyFrom }])
          await expect(stage.applyAll(stage.object("ApisixGateway", "refused", { admin }))).rejects.toThrow(
            "needs either urls or service",
          );
        const port = { ...both.service, port: "Not_A_Port" };
        const admin = { service: port, keyFrom: both.keyFrom };
        await expect(stage.applyAll(stage.object("ApisixGateway", "refused", { admin }))).rejects.toThrow(
          "must be a port",
        );
      });
    });
  },
);
