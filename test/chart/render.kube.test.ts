import { spawnSync } from "node:child_process";
import { globSync, readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { apiGroup, resourceKinds } from "../../src/core/model/index.ts";
import { chartFolder, chartGoldenFolder, goldenChart, objectsIn, renderChart, runHelm } from "../support/chart.ts";
import { describeKube } from "../support/kubeapi.suite.ts";

const root = resolve(import.meta.dirname, "../..");
const gateway = ["--set", "gateway.admin.urls={http://a:9180}", "--set", "gateway.admin.keyFrom.name=admin"];

describeKube("the chart", ({ cluster: { helm } }) => {
  const render = (...args: readonly string[]) => renderChart(helm, args);
  const objects = async (...args: readonly string[]) => objectsIn(await render(...args));

  test("passes helm lint --strict", async () => {
    expect(await runHelm(helm, ["lint", "--strict", chartFolder])).toContain("1 chart(s) linted, 0 chart(s) failed");
  });

  describe("renders what was reviewed (npm run golden writes it anew)", () => {
    const cases = readdirSync(chartGoldenFolder).sort();
    test("there are cases", () => expect(cases.length).toBeGreaterThan(4));
    test.each(cases)("%s", async (name) => {
      expect(await goldenChart(helm, name)).toBe(readFileSync(join(chartGoldenFolder, name, "rendered.yaml"), "utf8"));
    });
  });

  test("renders the same to the byte, twice", async () => {
    expect(await render(...gateway)).toBe(await render(...gateway));
  });

  test("has the version of the program", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string }; // ours
    const chart = readFileSync(join(chartFolder, "Chart.yaml"), "utf8");
    expect(chart).toContain(`\nversion: ${version}\n`);
    expect(chart).toContain(`\nappVersion: ${version}\n`);
  });

  test("what is generated of it is up to date (npm run chart)", () => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, "scripts/chart.mjs"), "--check"], {
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  test("brings the definition of every kind, and gives rights on every kind", async () => {
    const plurals = resourceKinds.map((kind) => `${kind.toLowerCase()}s`).sort();
    expect(globSync("*.yaml", { cwd: join(chartFolder, "crds") }).sort()).toEqual(
      plurals.map((name) => `${name}.yaml`),
    );
    const text = JSON.stringify(await objects());
    for (const plural of plurals) {
      expect(text.split(`"${plural}"`).length, plural).toBeGreaterThan(2);
      expect(text, plural).toContain(`"${plural}/status"`);
      expect(text, plural).toContain(`"${plural}.${apiGroup}"`);
    }
  });

  test("no object is named twice, and each that has a namespace names it", async () => {
    const all = await objects(...gateway);
    const names = all.map(({ kind, metadata }) => `${kind}/${metadata.namespace ?? ""}/${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    const clusterScoped = /^(ClusterRole|ClusterRoleBinding|ApisixGateway)$/;
    expect(all.filter(({ kind, metadata }) => metadata.namespace === undefined && !clusterScoped.test(kind))).toEqual(
      [],
    );
  });

  test.each([
    ["a typo", ["--set", "replcas=3"], /additional properties 'replcas' not allowed/],
    ["a typo further in", ["--set", "gateway.admin.keyForm.name=x"], /additional properties 'keyForm' not allowed/],
    ["a setting that is none", ["--set", "settings.logLevle=debug"], /additional properties 'logLevle' not allowed/],
    [
      "a setting that is the chart's own",
      ["--set", "settings.httpPort=1"],
      /additional properties 'httpPort' not allowed/,
    ],
    ["a text for a number", ["--set-string", "replicas=two"], /got string, want integer/],
    [
      "addresses and a Service",
      [...gateway, "--set", "gateway.admin.service.name=a,gateway.admin.service.port=admin"],
      /set urls or service.name, not both/,
    ],
    [
      "a Service without a port",
      ["--set", "gateway.admin.service.name=a,gateway.admin.keyFrom.name=admin"],
      /gateway.admin.service.port: name the port/,
    ],
    ["an address that is none", ["--set", "gateway.admin.urls={apisix:9180}"], /does not match pattern/],
    ["a digest that is none", ["--set", "image.digest=latest"], /does not match pattern/],
    [
      "a gateway without a key",
      ["--set", "gateway.admin.urls={http://a:1}"],
      /gateway\.admin\.keyFrom\.name: name the Secret/,
    ],
    ["no account at all", ["--set", "serviceAccount.create=false"], /serviceAccount\.name: .* name one that exists/],
    [
      "a monitor of nothing",
      ["--set", "metrics.serviceMonitor.enabled=true,metrics.service.enabled=false"],
      /needs metrics\.service/,
    ],
  ])("refuses %s, in words", async (_sentence, args, words) => {
    await expect(render(...args)).rejects.toThrow(words);
  });
});
