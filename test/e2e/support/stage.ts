import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { attachedKinds } from "../../../src/core/model/index.ts";
import type { Suite } from "../../support/kubeapi.suite.ts";
import { eventually } from "../../support/eventually.ts";
import { type Gateway, hasRealApisix, realApisix, startStandIn } from "./gateway.ts";
import { type OperatorProcess, startOperator } from "./operator.ts";

export const adminKey = "canary-admin-key-5b1f";

/** A gateway, the Secret and the ApisixGateway that lead to it, and operators that end with the test. */
export interface Stage<Kind extends Gateway = Gateway> {
  readonly gateway: () => Kind;
  readonly operate: (...args: readonly string[]) => Promise<OperatorProcess>;
  /** Everything any operator of this stage has said. */
  readonly said: () => string;
  /** YAML of a route whose answer is its own name, whatever its upstream is. */
  readonly route: (name: string, spec: Readonly<Record<string, unknown>>) => object;
  readonly object: (kind: string, name: string, spec: Readonly<Record<string, unknown>>) => object;
  readonly applyAll: (...objects: readonly object[]) => Promise<void>;
  readonly statusOf: (kind: string, name: string) => Promise<Status>;
  readonly ready: (...routes: readonly string[]) => Promise<void>;
  /** Deletes all that attaches to a gateway in the namespace and waits until they are gone. */
  readonly clear: () => Promise<void>;
}

export interface Status {
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason: string;
    readonly message: string;
  }[];
  readonly priority?: { readonly value: number; readonly source: string; readonly outranks?: readonly string[] };
  readonly diagnostics?: readonly { readonly code: string; readonly severity: string; readonly message: string }[];
  readonly [field: string]: unknown;
}

/** Sets the stage for one suite; `start` makes the gateway, by default the real one if there is one; `admin` says where its Admin API is. */
export function stageFor<Kind extends Gateway = Gateway>(
  suite: Suite,
  start?: () => Promise<Kind>,
  admin?: (gateway: Kind) => object,
): Stage<Kind> {
  let gateway: Kind | undefined;
  const operators: OperatorProcess[] = [];
  const name = suite.namespace;

  const object = (kind: string, objectName: string, spec: Readonly<Record<string, unknown>>) => ({
    apiVersion: "apisix-operator.dev/v1alpha1",
    kind,
    metadata: { name: objectName },
    spec: { ...(kind !== "ApisixGateway" && { gatewayRef: { name } }), ...spec },
  });
  const applyAll = async (...objects: readonly object[]) => {
    await suite.apply(objects.map((each) => JSON.stringify(each)).join("\n---\n"));
  };
  const statusOf = async (kind: string, objectName: string) =>
    (JSON.parse(await suite.kubectl(["get", kind, objectName, "-o", "json"])) as { status?: Status }).status ?? {}; // kubectl prints the object

  beforeAll(async () => {
    // Without a start of its own a suite takes whatever gateway there is.
    gateway = await (
      start ?? (async () => (hasRealApisix ? realApisix() : await startStandIn(adminKey)) as unknown as Kind)
    )();
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "admin" }, stringData: { key: gateway.key } };
    const where = admin?.(gateway) ?? { urls: [gateway.adminUrl] };
    const spec = { admin: { ...where, keyFrom: { namespace: suite.namespace, name: "admin", key: "key" } } };
    await applyAll(secret, object("ApisixGateway", name, spec));
  });
  afterEach(async () => {
    await Promise.all(operators.map(({ program }) => program.end()));
  });
  afterAll(async () => {
    await cleanUp(suite, name, () => startOperator(suite));
    await gateway?.stop();
  });

  return {
    gateway: () => gateway ?? expect.fail("the gateway has not started"),
    operate: async (...args) => {
      const operator = await startOperator(suite, ...args);
      operators.push(operator);
      return operator;
    },
    said: () => operators.map(({ program }) => program.stdout + program.stderr).join("\n"),
    route: (routeName, spec) =>
      object("GatewayRoute", routeName, {
        plugins: { "fault-injection": { abort: { http_status: 200, body: routeName } } },
        ...spec,
      }),
    object,
    applyAll,
    statusOf,
    ready: async (...routes) => {
      await suite.kubectl([
        "wait",
        "--for=condition=Ready",
        "--timeout=20s",
        ...routes.map((route) => `gatewayroute/${route}`),
      ]);
    },
    clear: async () => {
      await suite.kubectl(["delete", attached, "--all", "--wait=true", "--timeout=30s"]);
      await eventually(async () => (await suite.kubectl(["get", attached, "-o", "name"])).trim() === "");
    },
  };
}

const attached = attachedKinds.map((kind) => `${kind.toLowerCase()}s`).join(",");

/**
 * Takes what the suite made off a gateway that stays, and the ApisixGateway away, so that no other suite's operator
 * meets it. Resources whose gateway is gone are let go by any operator.
 */
async function cleanUp(suite: Suite, gatewayName: string, operate: () => Promise<OperatorProcess>): Promise<void> {
  const left = (await suite.kubectl(["get", attached, "-o", "name"])).trim() !== "";
  const { program } = left ? await operate() : { program: undefined };
  const deleteAll = () => suite.kubectl(["delete", attached, "--all", "--wait=false"]);
  const areGone = async () => (await suite.kubectl(["get", attached, "-o", "name"])).trim() === "";
  if (left && hasRealApisix) {
    await deleteAll();
    await eventually(areGone, { withinMs: 60_000, everyMs: 500 });
  }
  await suite.kubectl(["delete", "apisixgateway", gatewayName, "--ignore-not-found"]);
  if (left && !hasRealApisix) {
    await deleteAll();
    await eventually(areGone, { withinMs: 60_000, everyMs: 500 });
  }
  await program?.end();
}
