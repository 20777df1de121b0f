import { globSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ask } from "../../../src/cli/demo/ask.ts";
import { type StoryRequest, decodeRequests } from "../../../src/cli/demo/request.ts";
import { blocksOf, pageOf, root } from "../../docs/markdown.ts";
import { describeContainers } from "../../support/container.suite.ts";
import { eventually } from "../../support/eventually.ts";
import { type Ground, prepareGround, registry, slowSetUpMs } from "../support/ground.ts";
import { Terminal, missingFrom } from "../support/terminal.ts";

// The whole way of a new user: the README's section on Helm as one types it, on a control plane that has never heard of us.
// In between, all examples, and the requests that their authors expect an answer to.

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string }; // ours
const blocks = blocksOf(pageOf("README.md")).filter(({ section }) => section === "Install with Helm");
const steps = blocks.flatMap(({ language, text }, at) => {
  const next = blocks[at + 1];
  const needsEngine = text.startsWith("# needs a container engine"); // test/image does what it does
  if (language !== "sh" || needsEngine) return [];
  return [{ title: text.split("\n", 1)[0] ?? "", text, printed: next?.language === "text" ? next.text : "" }];
});
const account = "system:serviceaccount:apisix-route:apisix-route-apisix-route-operator";
const examples = globSync("*.yaml", { cwd: join(root, "examples") })
  .filter((file) => !["requests.yaml", "gateway.yaml", "story.yaml"].includes(file)) // no object; the chart's; the README's
  .map((file) => join(root, "examples", file));
const stories = decodeRequests(
  parse(readFileSync(join(root, "examples/requests.yaml"), "utf8")),
  () => "requests.yaml",
);

describeContainers("a new user", () => {
  let ground: Ground;
  let before: ReadonlySet<string>;

  beforeAll(async () => {
    ground = await prepareGround(version);
    before = await everything();
  }, slowSetUpMs);
  afterAll(async () => {
    rmSync(join(root, `apisix-route-operator-${version}.tgz`), { force: true });
    await ground.stop();
  });

  test("the README has the steps", () => {
    const verbs = steps.flatMap(({ text }) => [...text.matchAll(/^(?:helm|kubectl) (\w+)/gm)].map(([, verb]) => verb));
    const wanted = ["package", "install", "apply", "wait", "upgrade", "uninstall"];
    expect(verbs.filter((verb) => wanted.includes(verb ?? ""))).toEqual(wanted);
  });

  describe.each(steps)("$title", ({ text, printed }) => {
    if (text.includes("helm upgrade")) {
      test("before it: all examples become ready, and each request is answered by the route that its author expects", async () => {
        await ground.kubectl(["apply", ...examples.flatMap((file) => ["-f", file])]);
        await ground.kubectl(["wait", "--for=condition=Ready", "--timeout=60s", "gatewayroutes", "--all"]);
        const answers = await Promise.all(stories.map(async (story) => `${story.line} → ${await answerTo(story)}`));
        expect(stories.length).toBeGreaterThan(30);
        expect(answers).toEqual(stories.map(({ line, expect: route = "none" }) => `${line} → ${route}`));
        // One file after the other: more than ten deletions at once would stop and ask.
        for (const file of examples) await ground.kubectl(["delete", "--timeout=60s", "-f", file]);
      });

      test("before it: an older cluster has other definitions, and lacks one", async () => {
        const older = [{ op: "remove", path: "/spec/versions/0/additionalPrinterColumns" }];
        await ground.kubectl(["patch", "crd", routesDefinition, "--type=json", "-p", JSON.stringify(older)]);
        await ground.kubectl(["delete", "crd", "gatewaypluginconfigs.apisix-operator.dev"]);
        await eventually(async () => !(await ground.kubectl(["get", "crd", "-o", "name"])).includes("pluginconfigs"));
      });
    }

    if (text.includes("helm uninstall")) {
      test("before it: what it changed is there, and the definitions are those of the version", async () => {
        const [, ...after] = ground.kubelet
          .pods("apisix-route")
          .filter(({ isReady }) => isReady)
          .map(({ output }) => output);
        expect(after.every((output) => output.includes('"level":"debug"'))).toBe(true);
        const columns = await ground.kubectl([
          "get",
          "crd",
          routesDefinition,
          "-o",
          "jsonpath={..additionalPrinterColumns[*].name}",
        ]);
        expect(columns).toContain("Priority");
        await ground.kubectl([
          "wait",
          "--for=condition=Established",
          "crd",
          "gatewaypluginconfigs.apisix-operator.dev",
        ]);
      });

      test("before it: all that the operator asked for it may, and its log says nothing else", async () => {
        const events = ground.audit.eventsOf(account);
        expect(events.length).toBeGreaterThan(50);
        expect(events.filter(({ responseStatus }) => responseStatus?.code === 403)).toEqual([]);
        const said = ground.kubelet
          .pods("apisix-route")
          .map(({ output }) => output)
          .join("\n");
        // A time may say 403, and so may a duration or a part of a uid.
        const lines = said.split("\n").map((line) => line.replaceAll(/"(?:time|durationMs)":(?:"[^"]*"|\d+)/g, ""));
        expect(lines.filter((line) => /\b403\b|forbidden/i.test(line))).toEqual([]);
      });
    }

    test("as typed", async () => {
      const terminal = new Terminal(typed(text), ground.cluster);
      const given = setTimeout(() => void terminal.end(), 90_000);
      const { code, output } = await terminal.ended;
      clearTimeout(given);
      const logs = () => ground.kubelet.pods("apisix-route").map(({ name, output: log }) => `${name}\n${log}`);
      expect(code, code === 0 ? "" : [output, ...logs()].join("\n")).toBe(0);
      expect(missingFrom(output, printed), output).toEqual([]);
    });
  });

  test("nothing is left but the definitions, their kinds' roles in the cluster's own, the Lease and what the user made", async () => {
    const left = async () =>
      [...(await everything())].filter((name) => !before.has(name)).map((name) => name.replace(/apisix-admin$/, "KEY"));
    await eventually(async () => (await left()).every((name) => !name.includes("pod/")), { withinMs: 60_000 });
    expect((await left()).sort()).toEqual(
      [
        ...globSync("*.yaml", { cwd: join(root, "crds") }).map(
          (file) => `customresourcedefinition.apiextensions.k8s.io/${file.slice(0, -5)}.apisix-operator.dev`,
        ),
        "apisix-route configmap/kube-root-ca.crt",
        "apisix-route lease.coordination.k8s.io/apisix-route-operator",
        "apisix-route secret/KEY",
        "apisix-route serviceaccount/default",
        "namespace/apisix-route",
      ].sort(),
    );
  });

  /** What the README takes for granted → what it is here. */
  function typed(text: string): string {
    return text
      .replaceAll("REGISTRY", registry)
      .replaceAll("http://apisix-admin.apisix:9180", ground.gateway.adminUrl)
      .replaceAll("key=quick-start", `key=${ground.gateway.key}`);
  }

  /** Every object of every kind, as `namespace kind/name`, but for what is but a trace of others. */
  async function everything(): Promise<ReadonlySet<string>> {
    const kinds = (await ground.kubectl(["api-resources", "--verbs=list", "-o", "name"])).trim().split("\n");
    const kept = kinds.filter(
      (kind) => !/^(events|endpointslices|endpoints|apiservices|componentstatuses)\b/.test(kind),
    );
    const format =
      "go-template={{range .items}}{{with .metadata.namespace}}{{.}} {{end}}{{.kind}}/{{.metadata.name}}|{{.apiVersion}}\n{{end}}";
    const said = await ground.kubectl(["get", kept.join(","), "-A", "--ignore-not-found", "-o", format]);
    return new Set(
      said
        .trim()
        .split("\n")
        .map((line) => {
          const [name = "", version = ""] = line.split("|");
          const group = version.includes("/") ? `.${version.split("/")[0]}` : "";
          return name.replace(/(\w+)\//, (_whole, kind: string) => `${kind.toLowerCase()}${group}/`);
        }),
    );
  }

  /** The route that the gateway says has answered, as requests.yaml names it. */
  async function answerTo(story: StoryRequest): Promise<string> {
    const [, namespace = "", name] =
      /^([^.]+)\.(.+)_route$/.exec((await ask(story, ground.gateway.proxyUrl)) ?? "") ?? [];
    if (name === undefined) return "none";
    return namespace === "default" ? name : `${namespace}/${name}`;
  }
});

const routesDefinition = "gatewayroutes.apisix-operator.dev";
