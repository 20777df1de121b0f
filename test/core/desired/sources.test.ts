import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { resolve, translate } from "../../../src/core/desired/index.ts";
import {
  type AttachedKind,
  type AttachedManifest,
  type AttachedSpecs,
  type Observed,
  Secret,
  type Snapshot,
  type Sources,
  type Step,
  emptyObserved,
  everyDesired,
  revealed,
} from "../../../src/core/model/index.ts";
import { decide } from "../../../src/core/pipeline.ts";
import { makeCertificates } from "../../edges/apisix/certificates.ts";
import { metaOf, route, snapshotOf } from "../../support/manifests.ts";
import { applyInMemory } from "../plan/objects.ts";

const canary = "canary-4f1d";
const object = <Kind extends AttachedKind>(kind: Kind, name: string, spec: AttachedSpecs[Kind]) =>
  ({ kind, meta: metaOf(name), spec }) as unknown as AttachedManifest; // of that kind

function secretsOf(values: Readonly<Record<string, Readonly<Record<string, string>>>>): Sources {
  return new Map(
    Object.entries(values).map(([name, keys]) => [
      name,
      { kind: "read", values: new Map(Object.entries(keys).map(([key, text]) => [key, new Secret(text)])) },
    ]),
  );
}

const consumer = object("GatewayConsumer", "jack", {
  credentials: [
    {
      name: "main",
      plugins: {},
      pluginsFrom: [{ plugin: "key-auth", field: "key", secretRef: { name: "keys", key: "jack" } }],
    },
  ],
});
const snapshot = (sources: Sources, ...objects: readonly AttachedManifest[]): Snapshot => ({
  ...snapshotOf(...objects),
  sources,
  takenAt: new Date().toISOString(),
});
const decided = (sources: Sources, observed: Observed, ...objects: readonly AttachedManifest[]) =>
  decide(snapshot(sources, ...objects), observed, {});

describe("values out of Secrets", () => {
  const sources = secretsOf({ "Secret/shop/keys": { jack: canary } });

  test("stand in no decision that anybody prints, and in the body that goes on the wire", () => {
    const decision = decided(sources, emptyObserved, consumer);
    const { resolved: _resolved, snapshot: _snapshot, ...told } = decision;
    expect(JSON.stringify(told) + inspect(told, { depth: 20 })).not.toContain(canary);
    const credential = decision.desired.credentials[0];
    expect(revealed(credential?.body ?? {}, credential?.secrets)).toMatchObject({
      plugins: { "key-auth": { key: canary } },
    });
  });

  test("written once they need nothing; one that changed is one write, and nothing says what it is", () => {
    const first = decided(sources, emptyObserved, consumer);
    const stored = first.plan.steps.map((step): Step =>
      step.body === undefined ? step : { ...step, body: revealed(step.body, step.secrets) },
    );
    const after = applyInMemory(emptyObserved, stored);
    expect(decided(sources, after, consumer).plan.steps).toEqual([]);
    const changed = decided(secretsOf({ "Secret/shop/keys": { jack: "other" } }), after, consumer).plan.steps;
    expect(changed).toMatchObject([{ verb: "update", kind: "credentials", changed: ["plugins.key-auth.key"] }]);
  });

  const missing: readonly (readonly [sentence: string, sources: Sources, message: string])[] = [
    ["a Secret that is not there", new Map(), "Secret shop/keys is not there."],
    ["a key that is not there", secretsOf({ "Secret/shop/keys": {} }), "Secret shop/keys has no key jack."],
    [
      "a Secret that can't be read",
      new Map([["Secret/shop/keys", { kind: "unread", message: "forbidden" }]]),
      "Secret shop/keys can't be read: forbidden.",
    ],
  ];
  test.each(missing)("%s holds what names it, and nothing else", (_sentence, known, message) => {
    const { desired, diagnostics } = decided(known, emptyObserved, consumer, route("cart", { plugins: {} }));
    expect(everyDesired(desired).map(({ kind }) => kind)).toEqual(["routes"]);
    expect(diagnostics).toMatchObject([
      {
        code: "SecretKeyMissing",
        object: { name: "jack" },
        field: "spec.credentials[0].pluginsFrom[0].secretRef",
        message,
      },
    ]);
  });

  test("where nobody can look at Secrets, every value is taken to be there", () => {
    expect(translate(resolve(snapshotOf(consumer))).credentials).toHaveLength(1);
  });

  test("a definition comes out of a ConfigMap", () => {
    const content = 'syntax = "proto3";';
    const proto = object("GatewayProto", "p", { contentFrom: { name: "defs", key: "p.proto" } });
    const { desired } = decided(secretsOf({ "ConfigMap/shop/defs": { "p.proto": content } }), emptyObserved, proto);
    expect(desired.protos).toMatchObject([{ body: { content } }]);
  });

  test("a secret provider stands below its manager, its token hidden", () => {
    const provider = object("GatewaySecretProvider", "team", {
      vault: { uri: "http://vault:8200", prefix: "kv", tokenFrom: { name: "keys", key: "jack" } },
    });
    const { desired } = decided(sources, emptyObserved, provider);
    const [made] = desired.secrets;
    expect(made?.id).toBe("vault/shop.team_secret_main");
    expect(JSON.stringify(made)).not.toContain(canary);
    expect(revealed(made?.body ?? {}, made?.secrets)).toEqual({
      uri: "http://vault:8200",
      prefix: "kv",
      token: canary,
    });
  });
});

describe("certificates", () => {
  const { server, ca } = makeCertificates();
  const other = makeCertificates();
  const certificate = object("GatewayCertificate", "shop", { snis: ["shop.example.com"], secretRef: { name: "tls" } });
  const tls = (cert: string, key: string) => secretsOf({ "Secret/shop/tls": { "tls.crt": cert, "tls.key": key } });
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

  test("the certificate is sent as it is, the key hidden and known by a hash", () => {
    const { desired } = decided(tls(server.cert, server.key), emptyObserved, certificate);
    expect(desired.ssls[0]).toMatchObject({
      id: "shop.shop_certificate",
      body: {
        cert: server.cert,
        snis: ["shop.example.com"],
        labels: { "key-hash": expect.stringMatching(/^[0-9a-f]{16}$/) },
      },
    });
    expect(JSON.stringify(desired)).not.toContain(server.key.split("\n")[1]);
  });

  test("the gateway never shows the key again, and a new key is a write all the same", () => {
    const first = decided(tls(server.cert, server.key), emptyObserved, certificate);
    const stored = first.plan.steps.map(({ body, ...step }) => {
      const { key: _key, ...shown } = body as unknown as Record<string, unknown>; // an ssl object
      return { ...step, body: shown };
    });
    const after = applyInMemory(emptyObserved, stored);
    expect(decided(tls(server.cert, server.key), after, certificate).plan.steps).toEqual([]);
    const renewed = decided(tls(other.server.cert, other.server.key), after, certificate).plan.steps;
    expect(renewed).toMatchObject([{ verb: "update", kind: "ssls", changed: ["cert", "labels.key-hash"] }]);
  });

  test.each([
    ["a key that does not fit", tls(server.cert, other.server.key), 0, "The private key does not fit the certificate."],
    ["no certificate", tls("nonsense", server.key), 0, "tls.crt holds no certificate in PEM."],
    ["no key", tls(server.cert, "nonsense"), 0, "tls.key holds no private key in PEM."],
    ["one whose time is over", tls(server.cert, server.key), 3, /^The certificate has expired on \d{4}-\d\d-\d\d\.$/],
  ] as const)("%s is held, and its author told", (_sentence, sources, days, message) => {
    const { desired, diagnostics } = decide(
      { ...snapshot(sources, certificate), takenAt: inDays(days) },
      emptyObserved,
      {},
    );
    expect(desired.ssls).toEqual([]);
    expect(diagnostics).toMatchObject([{ code: "CertificateInvalid", field: "spec.secretRef" }]);
    expect(diagnostics[0]?.message).toMatch(message);
  });

  test("one that will not last is written, with a warning", () => {
    const { desired, diagnostics } = decided(tls(server.cert, server.key), emptyObserved, certificate);
    expect(desired.ssls).toHaveLength(1);
    expect(diagnostics).toMatchObject([{ code: "CertificateExpiring", severity: "warning" }]);
  });

  test("an upstream shows a certificate of type client, and takes no other", () => {
    const upstream = object("GatewayUpstream", "bank", {
      nodes: [],
      tls: { clientCertificateRef: { name: "to-bank" } },
    });
    const shown = (type: "server" | "client") =>
      object("GatewayCertificate", "to-bank", {
        type,
        ...(type === "server" && { snis: ["a"] }),
        secretRef: { name: "tls" },
        client: { caFrom: { name: "tls", key: "ca.crt" } },
      });
    const sources = secretsOf({ "Secret/shop/tls": { "tls.crt": server.cert, "tls.key": server.key, "ca.crt": ca } });
    const good = decided(sources, emptyObserved, upstream, shown("client"));
    expect(good.desired.upstreams).toMatchObject([{ body: { tls: { client_cert_id: "shop.to-bank_certificate" } } }]);
    expect(good.plan.steps.map(({ kind, waitsFor }) => [kind, waitsFor])).toEqual([
      ["ssls", []],
      ["upstreams", [0]],
    ]);
    const bad = decided(sources, emptyObserved, upstream, shown("server"));
    expect(bad.diagnostics.map(({ code, message }) => [code, message])).toContainEqual([
      "ReferenceNotFound",
      "GatewayCertificate shop/to-bank is not of type client.",
    ]);
  });
});
