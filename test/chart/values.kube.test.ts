import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { chartFolder, renderChart } from "../support/chart.ts";
import { describeKube } from "../support/kubeapi.suite.ts";

// A value that no template reads is a lie, and one that the schema does not know can't be set. Each leaf of the schema is
// changed once, and something else must be rendered.

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
}

const schema = JSON.parse(readFileSync(join(chartFolder, "values.schema.json"), "utf8")) as Schema; // ours
const gateway = { admin: { urls: ["http://a:9180"], keyFrom: { name: "admin" } } };
const behindService = { admin: { service: { name: "apisix-admin", port: "admin" }, keyFrom: { name: "admin" } } };

/** Where each value is changed to something else; beside it, what must be set for it to count. */
const changes: Readonly<Record<string, { readonly to: unknown; readonly beside?: object }>> = {
  "image.repository": { to: "other" },
  "image.tag": { to: "other" },
  "image.digest": { to: `sha256:${"0".repeat(64)}` },
  "image.pullPolicy": { to: "Always" },
  "image.pullSecrets": { to: [{ name: "other" }] },
  replicas: { to: 5 },
  strategy: { to: { type: "Recreate" } },
  namespaces: { to: ["other"] },
  "settings.*": { to: "7" },
  port: { to: 9000 },
  "gateway.name": { to: "other", beside: { gateway } },
  "gateway.admin.urls": { to: ["http://b:1"], beside: { gateway } },
  "gateway.admin.service.namespace": { to: "other", beside: { gateway: behindService } },
  "gateway.admin.service.name": { to: "other", beside: { gateway: behindService } },
  "gateway.admin.service.port": { to: 9180, beside: { gateway: behindService } },
  "gateway.admin.service.scheme": { to: "https", beside: { gateway: behindService } },
  "gateway.admin.keyFrom.namespace": { to: "other", beside: { gateway } },
  "gateway.admin.keyFrom.name": { to: "other", beside: { gateway } },
  "gateway.admin.keyFrom.key": { to: "other", beside: { gateway } },
  "gateway.spec": { to: { router: "radixtree_uri" }, beside: { gateway } },
  "crds.upgrade": { to: false },
  "rbac.create": { to: false },
  "rbac.aggregate": { to: false },
  "rbac.secretNames": { to: ["other"] },
  "serviceAccount.create": { to: false, beside: { serviceAccount: { name: "mine" } } },
  "serviceAccount.name": { to: "other" },
  "serviceAccount.annotations": { to: { a: "b" } },
  "resources.requests": { to: { cpu: 7 } },
  "resources.limits": { to: { cpu: 7 } },
  "resources.claims": { to: [{ name: "other" }] },
  podSecurityContext: { to: { runAsUser: 7 } },
  securityContext: { to: { runAsUser: 7 } },
  "probes.startup": { to: { periodSeconds: 7 } },
  "probes.liveness": { to: { periodSeconds: 7 } },
  "probes.readiness": { to: { periodSeconds: 7 } },
  terminationGracePeriodSeconds: { to: 7 },
  "podDisruptionBudget.enabled": { to: false },
  "podDisruptionBudget.maxUnavailable": { to: 7 },
  topologySpreadConstraints: { to: [] },
  nodeSelector: { to: { a: "b" } },
  tolerations: { to: [{ key: "other" }] },
  affinity: { to: { podAffinity: {} } },
  priorityClassName: { to: "other" },
  "metrics.service.enabled": { to: false },
  "metrics.service.annotations": { to: { a: "b" } },
  "metrics.serviceMonitor.enabled": { to: true },
  "metrics.serviceMonitor.labels": { to: { a: "b" }, beside: { metrics: { serviceMonitor: { enabled: true } } } },
  "metrics.serviceMonitor.interval": { to: "7s", beside: { metrics: { serviceMonitor: { enabled: true } } } },
  nameOverride: { to: "other" },
  fullnameOverride: { to: "other" },
  extraLabels: { to: { a: "b" } },
  podAnnotations: { to: { a: "b" } },
  podLabels: { to: { a: "b" } },
  extraArgs: { to: ["--other"] },
  extraEnv: { to: [{ name: "OTHER", value: "x" }] },
  extraEnvFrom: { to: [{ secretRef: { name: "other" } }] },
  extraVolumes: { to: [{ name: "other", emptyDir: {} }] },
  extraVolumeMounts: { to: [{ name: "other", mountPath: "/other" }] },
  extraObjects: { to: [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "other" } }] },
};

/** Helm itself puts it there when the chart is part of another. */
const notOurs = ["global"];

describeKube("the chart's values", ({ cluster: { helm } }) => {
  const leaves = leavesOf(schema, []).filter((path) => !notOurs.includes(path));
  const settings = leaves.filter((path) => path.startsWith("settings."));
  const set = (value: object) => renderChart(helm, ["--set-json", ...jsonOf(value)]);

  test("each one of the schema is changed below, and no other", () => {
    const known = Object.keys(changes).flatMap((path) => (path === "settings.*" ? settings : [path]));
    expect(leaves.toSorted()).toEqual(known.toSorted());
  });

  test.each([...Object.keys(changes).filter((path) => path !== "settings.*"), ...settings])(
    "%s is used by a template",
    async (path) => {
      const { to, beside = {} } = changes[path] ?? changes["settings.*"] ?? expect.fail("the table has a row for it");
      const changed = merged(beside, nested(path.split("."), to));
      expect(await set(changed)).not.toBe(await set(beside));
    },
  );

  test("each one that a template names is in the schema", () => {
    const files = globSync("templates/*", { cwd: chartFolder });
    const named = files.flatMap((file) =>
      [...readFileSync(join(chartFolder, file), "utf8").matchAll(/\.Values((?:\.\w+)+)/g)].map(([, path = ""]) =>
        path.slice(1),
      ),
    );
    expect(new Set(named).size).toBeGreaterThan(30);
    expect(named.filter((path) => !isInSchema(path.split("."), schema))).toEqual([]);
  });

  test("each one of values.yaml is in the schema, and each of the schema has a default there but the optional", () => {
    const defaults = parse(readFileSync(join(chartFolder, "values.yaml"), "utf8")) as object; // a map, as helm takes it
    const missing = leaves.filter((path) => !settings.includes(path) && at(defaults, path.split(".")) === undefined);
    expect(missing).toEqual(["resources.claims"]);
  });
});

/** Paths of what is no map with names of its own. */
function leavesOf({ properties }: Schema, path: readonly string[]): readonly string[] {
  if (properties === undefined) return [path.join(".")];
  return Object.entries(properties).flatMap(([name, below]) => leavesOf(below, [...path, name]));
}

function isInSchema([name, ...rest]: readonly string[], { properties }: Schema): boolean {
  if (name === undefined || properties === undefined) return true; // what is below a free map is free
  const below = properties[name];
  return below !== undefined && isInSchema(rest, below);
}

function nested([name, ...rest]: readonly string[], value: unknown): object {
  if (name === undefined) throw new Error("a path has a name");
  return { [name]: rest.length === 0 ? value : nested(rest, value) };
}

function merged(base: object, over: object): object {
  const isMap = (value: unknown): value is object =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  const entries = Object.entries(over).map(([name, value]: [string, unknown]) => {
    const before: unknown = Reflect.get(base, name);
    return [name, isMap(before) && isMap(value) && name !== "spec" ? merged(before, value) : value];
  });
  return { ...base, ...Object.fromEntries(entries) };
}

function at(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return value;
  return typeof value === "object" && value !== null ? at(Reflect.get(value, name), rest) : undefined;
}

/** `--set-json` takes one top-level name at a time. */
function jsonOf(values: object): readonly string[] {
  const assignments = Object.entries(values).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return assignments.length === 0
    ? ["replicas=2"]
    : assignments.flatMap((text, at) => (at === 0 ? [text] : ["--set-json", text]));
}
