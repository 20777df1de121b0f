import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resourceKinds } from "../../../src/core/model/index.ts";
import { root } from "../../docs/markdown.ts";
import { type AuditEvent } from "../../support/audit.ts";
import { chartFolder } from "../../support/chart.ts";
import { describeContainers } from "../../support/container.suite.ts";
import { eventually } from "../../support/eventually.ts";
import { type Ground, prepareGround, slowSetUpMs } from "../support/ground.ts";
import { type Attributes, Judge } from "../support/judge.ts";

// The chart's rights are the smallest that do. An operator lives a whole life under them, every request of its account is written
// down, and then each single right (one verb on one resource) is taken away in turn: the API server's own authorizer must refuse
// one of those requests. So a right that nothing needs, or that no test tries, is found.

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string }; // ours
const examples = globSync("*.yaml", { cwd: join(root, "examples") })
  .filter((file) => !["requests.yaml", "gateway.yaml"].includes(file)) // no object; the chart's
  .flatMap((file) => ["-f", join(root, "examples", file)]);
const attached = resourceKinds
  .filter((kind) => kind !== "ApisixGateway")
  .map((kind) => `${kind.toLowerCase()}s`)
  .join(",");

const scopes = [
  { scope: "all namespaces", release: "wide", settings: {} },
  { scope: "a list of namespaces", release: "narrow", settings: { namespaces: "{team}" } },
];

/** The key of the chart's gateway lies where no release is and no route. */
const elsewhere = { "gateway.admin.keyFrom.namespace": "apisix", "rbac.aggregate": "false" };

describeContainers("the chart's rights", () => {
  let ground: Ground;
  let judge: Judge;
  beforeAll(async () => {
    ground = await prepareGround(version);
    judge = await Judge.open(ground.cluster.kubeconfig);
    for (const name of ["team", "apisix", "wide", "narrow"]) await ground.kubectl(["create", "namespace", name]);
    for (const namespace of ["team", "apisix"]) await createKey(namespace);
  }, slowSetUpMs);
  afterAll(async () => {
    await judge.close();
    await ground.stop();
  });

  describe.each(scopes)("for $scope", ({ release, settings }) => {
    const account = `system:serviceaccount:${release}:${release}-apisix-route-operator`;
    let asked: readonly Attributes[] = [];

    beforeAll(
      () => ground.install(release, { ...elsewhere, "gateway.spec.guards.maxDeletes": "1000", ...settings }),
      slowSetUpMs,
    );
    afterAll(async () => {
      await ground.helm(["uninstall", release, "--namespace", release, "--wait"]);
    });

    test(
      "an operator lives a whole life: every kind comes, changes and goes, and its Lease is taken away",
      async () => {
        await ground.kubectl(["apply", "-f", "-"], JSON.stringify(secondGateway()));
        await ground.kubectl(["-n", "team", "apply", ...examples]);
        await ground.kubectl(["-n", "team", "create", "configmap", "proto", '--from-literal=text=syntax = "proto3";']);
        await ground.kubectl(["-n", "team", "apply", "-f", "-"], JSON.stringify(protoFromConfigMap));
        await becomes("True", "gatewayproto", "from-a-configmap");
        await ground.kubectl([
          "-n",
          "team",
          "wait",
          "--for=condition=Ready",
          "--timeout=60s",
          "gatewayroutes",
          "--all",
        ]);
        await becomes("True", "apisixgateway", "second");
        // Ready once more, so that one event comes twice: about what has a namespace, and about what has none.
        await ground.kubectl([
          "-n",
          "team",
          "patch",
          "gatewayroute",
          "route-2",
          "--type=merge",
          "-p",
          servedBy("nobody"),
        ]);
        await ground.kubectl(["-n", "team", "delete", "secret", "admin"]);
        await becomes("False", "gatewayroute", "route-2");
        await becomes("False", "apisixgateway", "second");
        await ground.kubectl([
          "-n",
          "team",
          "patch",
          "gatewayroute",
          "route-2",
          "--type=merge",
          "-p",
          servedBy("story"),
        ]);
        await createKey("team");
        await becomes("True", "gatewayroute", "route-2");
        await becomes("True", "apisixgateway", "second");
        await ground.kubectl(["-n", "team", "delete", attached, "--all", "--timeout=60s"]);
        await ground.kubectl(["-n", "team", "delete", "configmap", "proto"]);
        // Both follow the endpoints of a Service from now on: one beside the routes, one where no release is and no route.
        const behind = {
          spec: { admin: { urls: null, service: { namespace: "team", name: "nobody", port: "admin" } } },
        };
        await ground.kubectl(["patch", "apisixgateway", "second", "--type=merge", "-p", JSON.stringify(behind)]);
        const service = "gateway.admin.service";
        const values = `${service}.namespace=apisix,${service}.name=nobody,${service}.port=admin`;
        const where = ["--namespace", release, "--reuse-values"]; // not --wait: it waits for the gateway, too
        await ground.helm([
          "upgrade",
          release,
          chartFolder,
          ...where,
          "--set-json",
          "gateway.admin.urls=[]",
          "--set",
          values,
        ]);
        for (const gateway of ["second", "main"]) await hasNoEndpoints(gateway);
        await ground.kubectl(["-n", release, "delete", "lease", "apisix-route-operator"]);
        await eventually(async () => (await ground.kubectl(["-n", release, "get", "lease", "-o", "name"])) !== "");
        await ground.kubectl(["delete", "apisixgateway", "second"]);
        asked = attributesOf(ground.audit.eventsOf(account));
        expect(asked.length).toBeGreaterThan(20);
      },
      slowSetUpMs,
    );

    test("nothing that it asked for was refused", () => {
      const refused = ground.audit.eventsOf(account).filter(({ responseStatus }) => responseStatus?.code === 403);
      expect(refused.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
    });

    test("without any one right, something that it asked for is refused", async () => {
      const rights = await judge.rightsOf({ name: `${release}-apisix-route-operator`, namespace: release });
      expect(rights.length).toBeGreaterThan(20);
      expect(await judge.needless(rights, asked)).toEqual([]);
    });

    if (release === "narrow")
      test("cluster-wide it asks for ApisixGateways alone, by a ClusterRole that gives no more but kube-system's uid", async () => {
        const wide = asked.filter(({ namespace }) => namespace === undefined);
        expect([...new Set(wide.map(({ resource }) => resource))].sort()).toEqual([
          "apisixgateways",
          "apisixgateways/status",
        ]);
        const rights = await judge.rightsOf({ name: `${release}-apisix-route-operator`, namespace: release });
        const clusterWide = rights
          .filter(({ role }) => role.kind === "ClusterRole")
          .map(({ resource, verb }) => `${verb} ${resource}`);
        expect(clusterWide.sort()).toEqual([
          "get namespaces", // kube-system alone
          "list apisixgateways",
          "patch apisixgateways/status",
          "watch apisixgateways",
        ]);
      });
  });

  test("a right that is missing shows: as a refused request, and in the log", async () => {
    const release = "wide";
    const account = "system:serviceaccount:wide:wide-apisix-route-operator";
    const before = ground.audit.eventsOf(account).length;
    await ground.install(release, elsewhere);
    const role = JSON.parse(
      await ground.kubectl(["get", "clusterrole", "wide:wide-apisix-route-operator", "-o", "json"]),
    ) as {
      readonly rules: readonly { readonly resources: readonly string[] }[];
    }; // rbac.authorization.k8s.io/v1
    const index = role.rules.findIndex(({ resources }) => resources.includes("events"));
    const patch = JSON.stringify([{ op: "remove", path: `/rules/${index}` }]);
    await ground.kubectl(["patch", "clusterrole", "wide:wide-apisix-route-operator", "--type=json", "-p", patch]);
    await ground.kubectl(["-n", "team", "apply", "-f", join(root, "examples/story.yaml")]);
    const said = () =>
      ground.kubelet
        .pods(release)
        .map(({ output }) => output)
        .join("\n");
    await eventually(() => said().includes('"msg":"event could not be written"'), { describe: said });
    const refused = ground.audit
      .eventsOf(account)
      .slice(before)
      .filter(({ responseStatus }) => responseStatus?.code === 403);
    expect([...new Set(refused.map(({ verb, objectRef }) => `${verb} ${objectRef?.resource}`))]).toEqual([
      "create events",
    ]);
    await ground.kubectl(["-n", "team", "delete", attached, "--all", "--timeout=60s"]);
  });

  async function createKey(namespace: string): Promise<void> {
    const literal = `--from-literal=key=${ground.gateway.key}`;
    await ground.kubectl(["-n", namespace, "create", "secret", "generic", "admin", literal]);
  }

  async function becomes(ready: "True" | "False", kind: string, name: string): Promise<void> {
    await ground.kubectl(["-n", "team", "wait", `--for=condition=Ready=${ready}`, "--timeout=60s", kind, name]);
  }

  async function hasNoEndpoints(gateway: string): Promise<void> {
    const reason = 'jsonpath={.status.conditions[?(@.type=="Ready")].reason}';
    await eventually(
      async () => (await ground.kubectl(["get", "apisixgateway", gateway, "-o", reason])) === "NoEndpoints",
    );
  }

  /** Its key lies beside the routes, the chart's gateway has its elsewhere. */
  function secondGateway(): object {
    const admin = { urls: [ground.gateway.adminUrl], keyFrom: { namespace: "team", name: "admin", key: "key" } };
    return {
      apiVersion: "apisix-operator.dev/v1alpha1",
      kind: "ApisixGateway",
      metadata: { name: "second" },
      spec: { admin },
    };
  }
});

const protoFromConfigMap = {
  apiVersion: "apisix-operator.dev/v1alpha1",
  kind: "GatewayProto",
  metadata: { name: "from-a-configmap" },
  spec: { contentFrom: { name: "proto", key: "text" } },
};

function servedBy(service: string): string {
  return JSON.stringify({ spec: { serviceRef: { name: service } } });
}

/** What the authorizer was asked, each question once; the names that events get are ours to make up. */
function attributesOf(events: readonly AuditEvent[]): readonly Attributes[] {
  const asked = events.flatMap(({ verb, objectRef }): readonly Attributes[] => {
    if (objectRef?.resource === undefined) return [];
    const { apiGroup = "", resource, subresource, namespace, name } = objectRef;
    const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
    return [
      {
        verb,
        group: apiGroup,
        resource: whole,
        ...(namespace !== undefined && { namespace }),
        ...(name !== undefined && resource !== "events" && { name }),
      },
    ];
  });
  return [...new Map(asked.map((each) => [JSON.stringify(each), each])).values()];
}
