import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apiVersion, resourceKinds, type AnyManifest, type InvalidManifest } from "../../../src/core/model/index.ts";
import { decodeManifest, isInvalid, recognise } from "../../../src/wire/crd/index.ts";
import { manifestOf, rows } from "../../crds/objects.ts";

const runs = Number(process.env["FC_RUNS"] ?? 300);
const inFiles = { unknownFields: "refuse" } as const;

describe("one object alone", () => {
  test.each(rows.filter(({ decoder }) => decoder === undefined))("nothing is wrong with $sentence", (row) => {
    expect(problemsIn(decodeManifest(manifestOf(row, "x", "shop"), inFiles))).toEqual([]);
  });

  test.each(rows.filter(({ decoder }) => decoder !== undefined))("refused: $sentence", (row) => {
    const [path, words] = row.decoder ?? [];
    const problems = problemsIn(decodeManifest(manifestOf(row, "x", "shop"), inFiles));
    expect(problems).toContainEqual({ path, message: expect.stringContaining(words ?? "") });
  });

  test("an object that the API server refuses is refused here too, typos apart", () => {
    const misjudged = rows
      .filter(({ server }) => server !== undefined)
      .filter((row) => problemsIn(decodeManifest(manifestOf(row, "x", "shop"))).length === 0);
    expect(misjudged.map(({ sentence }) => sentence)).toEqual([]);
  });

  test("everything wrong is said at once", () => {
    const spec = { hosts: ["a b", "c.com", "c.com"], priority: "high", methods: ["get"], timeout: { connect: 0 } };
    expect(problemsIn(decode(spec, inFiles)).map(({ path }) => path)).toEqual([
      "spec.hosts[0]",
      "spec.hosts[2]",
      "spec.uris",
      "spec.methods[0]",
      "spec.priority",
      "spec.timeout.connect",
      "spec.timeout.send",
      "spec.timeout.read",
      "spec",
    ]);
  });

  test("neither a plugin's values nor an address's password are in a message", () => {
    const route = decode({
      uris: ["/x"],
      plugins: { "key-auth": "canary", cors: ["canary"] },
      vars: [["a", "=", "canary"]],
    });
    const gateway = decodeManifest({
      apiVersion,
      kind: "ApisixGateway",
      metadata: { name: "main" },
      spec: { admin: { urls: ["http://admin:canary@a:9180", "canary@x"], keyFrom: "canary" } },
    });
    expect(problemsIn(route).length).toBe(3);
    expect(problemsIn(gateway).length).toBe(3);
    expect(JSON.stringify([problemsIn(route), problemsIn(gateway)])).not.toContain("canary");
  });
});

describe("fields that no schema knows", () => {
  const typo = { uris: ["/x"], plugins: {}, prioriti: 1, upstream: { nodes: [{ host: "a", wieght: 1, weight: 1 }] } };

  test("in a file they are typos, and the nearest field is named", () => {
    expect(problemsIn(decode(typo, inFiles))).toEqual([
      { path: "spec.prioriti", message: "is no field of this resource: did you mean priority?" },
      { path: "spec.upstream.nodes[0].wieght", message: "is no field of this resource: did you mean weight?" },
    ]);
  });

  test("from the cluster they are ignored and do not reach the spec", () => {
    const manifest = decode(typo);
    expect(problemsIn(manifest)).toEqual([]);
    expect(manifest).toMatchObject({ spec: { uris: ["/x"], upstream: { nodes: [{ host: "a", weight: 1 }] } } });
    expect(JSON.stringify(manifest)).not.toMatch(/prioriti|wieght/);
  });

  test.each([
    ["upstream_id", "upstreamRef"],
    ["remote_addrs", "remoteAddrs"],
    ["host", "hosts"],
    ["status", "enabled"],
    ["Hosts", "hosts"],
    ["prio", "priority"],
    ["enable-websocket", "enableWebsocket"],
  ])("%s means %s", (typed, meant) => {
    expect(problemsIn(decode({ uris: ["/x"], plugins: {}, [typed]: 1 }, inFiles))).toEqual([
      { path: `spec.${typed}`, message: `is no field of this resource: did you mean ${meant}?` },
    ]);
  });

  test("where nothing is near, all of them are listed", () => {
    expect(problemsIn(decode({ uris: ["/x"], plugins: {}, zzzzzz: 1 }, inFiles))[0]?.message).toMatch(
      /there are adminId, desc, .*vars$/,
    );
  });

  test("a name that every JavaScript object has is no field either", () => {
    const spec: unknown = JSON.parse(
      '{"uris": ["/x"], "plugins": {}, "__proto__": {}, "constructor": 1, "toString": 2}',
    );
    expect(problemsIn(decode(spec, inFiles)).map(({ path }) => path)).toEqual([
      "spec.__proto__",
      "spec.constructor",
      "spec.toString",
    ]);
  });

  test("around the spec as well", () => {
    const manifest = decodeManifest(
      { apiVersion, kind: "GatewayRoute", metadata: { name: "x", anotations: {} }, spec: good, sepc: {} },
      inFiles,
    );
    expect(problemsIn(manifest).map(({ path, message }) => `${path} ${message.split(": ")[1]}`)).toEqual([
      "sepc did you mean spec?",
      "metadata.anotations did you mean annotations?",
    ]);
  });

  test("what the API server adds is known", () => {
    const metadata = {
      name: "x",
      namespace: "shop",
      uid: "u",
      resourceVersion: "7",
      generation: 2,
      creationTimestamp: "2026-01-01T00:00:00Z",
      managedFields: [{ manager: "kubectl" }],
      ownerReferences: [],
      labels: { a: "b" },
      annotations: { "apisix-operator.dev/pause": "true" },
      finalizers: ["apisix-operator.dev/gateway-cleanup"],
      deletionTimestamp: "2026-01-02T00:00:00Z",
      deletionGracePeriodSeconds: 0,
    };
    expect(
      decodeManifest({ apiVersion, kind: "GatewayRoute", metadata, spec: good, status: { adminId: "a" } }, inFiles),
    ).toEqual({
      kind: "GatewayRoute",
      meta: {
        namespace: "shop",
        name: "x",
        uid: "u",
        resourceVersion: "7",
        generation: 2,
        creationTimestamp: "2026-01-01T00:00:00Z",
        annotations: { "apisix-operator.dev/pause": "true" },
        finalizers: ["apisix-operator.dev/gateway-cleanup"],
        isDeleting: true,
      },
      spec: good,
      status: { adminId: "a" },
    });
  });
});

describe("what a document is", () => {
  test.each([
    ["a Deployment", { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "x" } }],
    [
      "a kind of the same name elsewhere",
      { apiVersion: "example.com/v1", kind: "GatewayRoute", metadata: { name: "x" } },
    ],
    ["a group that only begins like ours", { apiVersion: "apisix-operator.dev.evil/v1", kind: "GatewayRoute" }],
    ["a document without a kind", { hello: "world" }],
    ["an empty document", null],
    ["a text", "hello"],
    ["a list", [1]],
  ])("%s is somebody else's", (_sentence, raw) => {
    expect(recognise(raw)).toEqual({ is: "other" });
    expect(decodeManifest(raw, inFiles)).toBeUndefined();
  });

  test.each([
    ["a misspelt kind", { kind: "GatewayRout", metadata: { name: "x" } }, "kind", "did you mean GatewayRoute?"],
    ["no kind", { metadata: { name: "x" } }, "kind", "is missing"],
    ["no name", { kind: "GatewayRoute", metadata: {} }, "metadata.name", "is missing"],
    ["no metadata", { kind: "GatewayRoute" }, "metadata.name", "is missing"],
    [
      "a name that is made up anew each time",
      { kind: "GatewayRoute", metadata: { generateName: "x-" } },
      "metadata.name",
      "generateName",
    ],
    ["a name that is a number", { kind: "GatewayRoute", metadata: { name: 8 } }, "metadata.name", "put it in quotes"],
  ])("ours, but with %s: broken", (_sentence, raw, path, words) => {
    expect(recognise({ apiVersion, ...raw })).toEqual({
      is: "broken",
      problems: [{ path, message: expect.stringContaining(words) }],
    });
  });

  test.each([
    ["Shop", "metadata.name"],
    ["a_b", "metadata.name"],
    ["x".repeat(254), "metadata.name"],
  ])("a name that Kubernetes would not take: %s", (name, path) => {
    const manifest = decodeManifest({ apiVersion, kind: "GatewayRoute", metadata: { name }, spec: good });
    expect(problemsIn(manifest).map((problem) => problem.path)).toEqual([path]);
  });

  test("another version of ours is refused by name", () => {
    const raw = { apiVersion: "apisix-operator.dev/v2", kind: "GatewayRoute", metadata: { name: "x" }, spec: good };
    expect(problemsIn(decodeManifest(raw))).toEqual([
      { path: "apiVersion", message: "must be apisix-operator.dev/v1alpha1, the only version there is" },
    ]);
  });

  test("an object without a namespace stands in the default one, a gateway in none", () => {
    const metadata = { name: "x" };
    const namespaceOf = (raw: object, options = {}) => recognise({ apiVersion, ...raw }, options);
    expect(namespaceOf({ kind: "GatewayRoute", metadata })).toMatchObject({ meta: { namespace: "default" } });
    expect(namespaceOf({ kind: "GatewayRoute", metadata }, { defaultNamespace: "a" })).toMatchObject({
      meta: { namespace: "a" },
    });
    expect(namespaceOf({ kind: "ApisixGateway", metadata: { ...metadata, namespace: "a" } })).toMatchObject({
      meta: { namespace: "" },
    });
  });

  test("an invalid object still says to which gateway it belongs, and what its status was", () => {
    expect(decode({ gatewayRef: { name: "blue" } }, {}, { status: { adminId: "a" } })).toMatchObject({
      gatewayRef: { name: "blue" },
      status: { adminId: "a" },
    });
  });
});

test("no JSON makes the decoder throw, and it decides: valid, or invalid with a reason", () => {
  const fields = fc.constantFrom(
    ..."hosts uris vars plugins upstream nodes timeout labels admin urls checks".split(" "),
  );
  const spec = fc.oneof(fc.jsonValue({ maxDepth: 5 }), fc.dictionary(fields, fc.jsonValue({ maxDepth: 4 })));
  fc.assert(
    fc.property(fc.constantFrom(...resourceKinds), spec, fc.jsonValue(), (kind, value, annotations) => {
      const manifest = decodeManifest({ apiVersion, kind, metadata: { name: "x", annotations }, spec: value }, inFiles);
      if (manifest === undefined) throw new Error("it has a name");
      expect(isInvalid(manifest) ? manifest.problems.length > 0 : "spec" in manifest).toBe(true);
      for (const { path, message } of problemsIn(manifest)) {
        expect(path).toMatch(/^spec/);
        expect(message).toMatch(/^\S.*\S$/su);
      }
    }),
    { numRuns: runs },
  );
});

const good = { uris: ["/x"], serviceRef: { name: "web" } };

function decode(spec: unknown, options = {}, more: object = {}) {
  return decodeManifest({ apiVersion, kind: "GatewayRoute", metadata: { name: "x" }, spec, ...more }, options);
}

function problemsIn(manifest: AnyManifest | InvalidManifest | undefined) {
  if (manifest === undefined) throw new Error("not recognised as ours");
  return isInvalid(manifest) ? manifest.problems : [];
}
