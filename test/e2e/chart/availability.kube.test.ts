import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../docs/markdown.ts";
import { describeContainers } from "../../support/container.suite.ts";
import { eventually } from "../../support/eventually.ts";
import type { RunningPod } from "../../support/kubelet/index.ts";
import { type Ground, prepareGround, slowSetUpMs } from "../support/ground.ts";

// Two replicas as the chart installs them, with the Lease's own timings: who leads when the leader is asked to go, dies,
// freezes, or can't see.

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string }; // ours
const namespace = "ops"; // and the name of the release
const operator = "ops-apisix-route-operator";

describeContainers("two replicas", () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await prepareGround(version);
    await ground.kubectl(["create", "namespace", namespace]);
    await ground.kubectl([
      "-n",
      namespace,
      "create",
      "secret",
      "generic",
      "admin",
      `--from-literal=key=${ground.gateway.key}`,
    ]);
    await ground.install("ops");
    await leads((holder) => holder !== "");
    await programs("first");
  }, slowSetUpMs);
  afterAll(() => ground.stop());

  test("a leader that is asked to go hands over in under 4 s", async () => {
    const { pod, identity } = await leader();
    const startedMs = performance.now();
    await ground.kubectl(["-n", namespace, "delete", "pod", pod.name, "--wait=false"]);
    await leads((holder) => holder !== "" && holder !== identity);
    expect(performance.now() - startedMs).toBeLessThan(4000);
    await programs("after-a-stop");
    await bothAreReady();
  });

  test("a leader that dies is followed in under 20 s", async () => {
    const { pod, identity } = await leader();
    const startedMs = performance.now();
    pod.signal("SIGKILL");
    await leads((holder) => holder !== "" && holder !== identity);
    expect(performance.now() - startedMs).toBeLessThan(20_000);
    await programs("after-a-death");
    await bothAreReady();
  });

  test("a leader that was frozen until its Lease ran out never writes again", async () => {
    const { pod, identity } = await leader();
    const { restarts } = pod;
    pod.signal("SIGSTOP");
    await leads((holder) => holder !== "" && holder !== identity);
    await programs("while-frozen");
    await ground.gateway.resetCounters();
    const { resourceVersion } = await status("while-frozen");
    pod.signal("SIGCONT");
    // It says why, and ends; the kubelet starts it anew, as a follower.
    await eventually(() => pod.restarts > restarts, { withinMs: 60_000, describe: () => pod.output });
    expect(pod.output).toContain("the Lease was lost");
    expect((await ground.gateway.counters()).writes).toBe(0);
    expect((await status("while-frozen")).resourceVersion).toBe(resourceVersion);
    await bothAreReady();
  });

  test("a newcomer that can't see all routes deletes none", async () => {
    const role = `${namespace}:${operator}`;
    const { rules } = JSON.parse(await ground.kubectl(["get", "clusterrole", role, "-o", "json"])) as {
      readonly rules: readonly { readonly resources: readonly string[] }[];
    }; // rbac.authorization.k8s.io/v1
    const blind = rules.map((rule) => ({
      ...rule,
      resources: rule.resources.filter((name) => name !== "gatewayroutes"),
    }));
    const give = (given: object) =>
      ground.kubectl(["patch", "clusterrole", role, "--type=merge", "-p", JSON.stringify({ rules: given })]);
    await give(blind);
    await ground.gateway.resetCounters();
    const before = new Set(pods().map(({ name }) => name));
    await ground.kubectl(["-n", namespace, "delete", "pods", "--all"]);
    await leads((holder) => holder !== "" && ![...before].some((name) => holder.startsWith(`${name}_`)));
    await eventually(() => pods().some(({ output }) => output.includes("informer can't list")));
    // Nobody is ready, so the Deployment says so; and the routes stand.
    expect(
      await ground.kubectl(["-n", namespace, "get", "deployment", operator, "-o", "jsonpath={.status.readyReplicas}"]),
    ).toBe("");
    expect((await ground.gateway.counters()).writes).toBe(0);
    expect((await ground.gateway.ask("GET", "http://first.test/")).body).toBe("first");
    await give(rules);
    await bothAreReady();
    await programs("after-all");
    expect((await ground.gateway.counters()).byKind["routes"]?.["DELETE"] ?? 0).toBe(0);
    expect((await ground.gateway.ask("GET", "http://first.test/")).body).toBe("first");
  });

  function pods(): readonly RunningPod[] {
    return ground.kubelet.pods(namespace).filter(({ pid }) => pid !== -1);
  }

  async function holder(): Promise<string> {
    return ground.kubectl([
      "-n",
      namespace,
      "get",
      "lease",
      "apisix-route-operator",
      "-o",
      "jsonpath={.spec.holderIdentity}",
    ]);
  }

  async function leads(isIt: (holder: string) => boolean): Promise<void> {
    await eventually(async () => isIt(await holder()), { withinMs: 60_000, everyMs: 50 });
  }

  async function leader(): Promise<{ readonly pod: RunningPod; readonly identity: string }> {
    const identity = await holder();
    const pod = pods().find(({ name }) => identity.startsWith(`${name}_`));
    return { pod: pod ?? expect.fail(`no pod is ${identity}`), identity };
  }

  /** A new route gets to the gateway, and its status says so. */
  async function programs(name: string): Promise<void> {
    const plugins = { "fault-injection": { abort: { http_status: 200, body: name } } };
    const spec = { hosts: [`${name}.test`], uris: ["/*"], plugins };
    const route = { apiVersion: "apisix-operator.dev/v1alpha1", kind: "GatewayRoute", metadata: { name }, spec };
    await ground.kubectl(["apply", "-f", "-"], JSON.stringify(route));
    await ground.kubectl(["wait", "--for=condition=Ready", "--timeout=30s", `gatewayroute/${name}`]);
    expect((await ground.gateway.ask("GET", `http://${name}.test/`)).body).toBe(name);
  }

  async function status(name: string): Promise<{ readonly resourceVersion: string }> {
    const object = JSON.parse(await ground.kubectl(["get", "gatewayroute", name, "-o", "json"])) as {
      readonly metadata: { readonly resourceVersion: string };
    }; // any object has one
    return object.metadata;
  }

  async function bothAreReady(): Promise<void> {
    const wait = ["rollout", "status", "deployment", operator, "--timeout=60s"];
    await ground.kubectl(["-n", namespace, ...wait]);
    await eventually(() => pods().filter(({ isReady }) => isReady).length === 2, { withinMs: 60_000 });
  }
});
