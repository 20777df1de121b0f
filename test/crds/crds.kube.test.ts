import { expect, test } from "vitest";
import { apiVersion } from "../../src/core/model/index.ts";
import { customResourceDefinitions, decodeManifest, isInvalid } from "../../src/wire/crd/index.ts";
import { describeKube } from "../support/kubeapi.suite.ts";
import { manifestOf, rows } from "./objects.ts";

describeKube("the CustomResourceDefinitions on a real API server", ({ kubectl, apply, namespace }) => {
  const route = (name: string, spec: object, more: object = {}) =>
    JSON.stringify({ apiVersion, kind: "GatewayRoute", metadata: { name }, spec, ...more });

  /** Words of the server where it refuses the object, undefined where it takes it. */
  const verdictOf = (manifest: object) =>
    kubectl(["create", "--dry-run=server", "--validate=ignore", "-f", "-"], JSON.stringify(manifest)).then(
      () => undefined,
      (error: unknown) => String(error),
    );

  test.each(customResourceDefinitions().map((crd) => crd.metadata.name))("%s is structural and served", async (name) => {
    // As apiextensions/v1 has it.
    const crd: { status: { conditions: { type: string; status: string }[] } } = JSON.parse(
      await kubectl(["get", "crd", name, "-o", "json"]),
    );
    const conditions = Object.fromEntries(crd.status.conditions.map(({ type, status }) => [type, status]));
    expect(conditions).toMatchObject({ Established: "True", NamesAccepted: "True" });
    expect(conditions["NonStructuralSchema"]).toBeUndefined();
  });

  test.each(rows.filter(({ server }) => server === undefined))("takes $sentence", async (row) => {
    expect(await verdictOf(manifestOf(row, "x", namespace))).toBeUndefined();
  });

  test.each(rows.filter(({ server }) => server !== undefined))("refuses $sentence", async (row) => {
    const verdict = await verdictOf(manifestOf(row, "x", namespace));
    expect(verdict).toContain(row.server);
  });

  test("a misspelt field is named by strict validation", async () => {
    await expect(apply(route("typo", { uris: ["/x"], plugins: {}, prioriti: 1 }))).rejects.toThrow(
      /unknown field "spec.prioriti"|\.spec\.prioriti: field not declared in schema/,
    );
  });

  test("what comes back from the server is what the decoder reads from the file", async () => {
    const spec = {
      uris: ["/x"],
      plugins: { cors: { allow_origins: null, nested: { a: [1, null] } }, gone: null },
      vars: [["arg_x", "==", null]],
      priority: null,
      labels: { "app.kubernetes.io/name": "x" },
    };
    const file = { apiVersion, kind: "GatewayRoute", metadata: { name: "same", namespace }, spec };
    await kubectl(["create", "-f", "-"], JSON.stringify(file));
    const fromServer = decodeManifest(JSON.parse(await kubectl(["get", "gwr", "same", "-o", "json"])));
    const fromFile = decodeManifest(file, { unknownFields: "refuse" });
    if (fromServer === undefined || isInvalid(fromServer) || fromFile === undefined || isInvalid(fromFile)) {
      throw new Error("both are valid");
    }
    expect(fromServer.spec).toEqual(fromFile.spec);
    expect(fromServer.meta.uid).toMatch(/-/);
    expect(fromServer.meta.generation).toBe(1);
  });

  test("the story fits into the columns of kubectl get", async () => {
    await apply(route("route-1", { uris: ["/test*"], serviceRef: { name: "web" } }));
    const status = {
      observedGeneration: 1,
      adminId: "shop.route-1_route",
      gateway: "main",
      warnings: 1,
      priority: { value: 100, source: "Specificity" },
      hosts: { effective: ["test1.com", "test2.com"], source: "Service" },
      conditions: [
        {
          type: "Ready",
          status: "True",
          reason: "Programmed",
          message: "The gateway has it.",
          lastTransitionTime: "2026-01-01T00:00:00Z",
        },
      ],
    };
    await kubectl(["patch", "gwr", "route-1", "--subresource=status", "--type=merge", "-p", JSON.stringify({ status })]);
    const [head = "", line = ""] = (await kubectl(["get", "gwr", "route-1"])).split("\n");
    expect(head.split(/\s+/)).toEqual(["NAME", "HOSTS", "URIS", "PRIORITY", "FROM", "READY", "WARNINGS", "AGE"]);
    expect(line).toMatch(/^route-1\s+\["test1\.com","test2\.com"\]\s+\["\/test\*"\]\s+100\s+Specificity\s+True\s+1\s+\d+s/);
    const [wide = "", wideLine = ""] = (await kubectl(["get", "gwr", "route-1", "-o", "wide"])).split("\n");
    expect(wide).toMatch(/AGE\s+SERVICE\s+ADMIN ID\s+GATEWAY\s+MESSAGE/);
    expect(wideLine).toMatch(/web\s+shop\.route-1_route\s+main\s+The gateway has it\./);
  });

  test.each([
    ["ApisixGateway", "instance", { admin: { urls: ["http://a"], keyFrom: { namespace: "a", name: "a", key: "a" } } }],
    ["GatewayConsumer", "adminId", { desc: "jack" }],
  ])("of %s, spec.%s can't be changed, nor set or taken away later", async (kind, field, spec) => {
    const named = (name: string, value: string | undefined) =>
      apply(
        JSON.stringify({
          apiVersion,
          kind,
          metadata: { name: `${name}-${namespace}` },
          spec: { ...spec, ...(value !== undefined && { [field]: value }) },
        }),
      );
    await named("stays", "first");
    await named("stays", "first");
    await expect(named("stays", "second")).rejects.toThrow("can't be changed");
    await expect(named("stays", undefined)).rejects.toThrow("can't be changed");
    await named("bare", undefined);
    await expect(named("bare", "late")).rejects.toThrow("can't be changed");
    await kubectl(["delete", kind, `stays-${namespace}`, `bare-${namespace}`]);
  });

  test("a write to the object leaves the status alone, and the other way round", async () => {
    await apply(route("apart", { uris: ["/x"], plugins: {} }, { status: { adminId: "mine" } }));
    expect(await kubectl(["get", "gwr", "apart", "-o", "jsonpath={.status}"])).toBe("");
  });

  test("kubectl get apisix lists every kind of a namespace", async () => {
    await apply(route("listed", { uris: ["/x"], plugins: {} }));
    expect(await kubectl(["get", "apisix"])).toContain("gatewayroute.apisix-operator.dev/listed");
  });

  test.each(["agw", "gwr", "gws", "gwu", "gwpc"])("%s is a short name", async (shortName) => {
    await expect(kubectl(["get", shortName])).resolves.toBeDefined();
  });

  test.each([
    ["gwr.spec.uris", "Paths that the route answers on"],
    ["gwr.spec.timeout.read", "Seconds between two reads"],
    ["gwu.spec.nodes.weight", "Share of the requests"],
    ["agw.spec.admin.keyFrom", "The Secret that holds the admin key"],
    ["gwr.status.priority.source", "Explicit: written in the spec"],
  ])("kubectl explain %s", async (path, words) => {
    const text = await kubectl(["explain", path]);
    expect(text.replaceAll(/\s+/g, " ")).toContain(words);
  });
});
