import { describe, expect, test } from "vitest";
import { resolve, translate } from "../../../src/core/desired/index.ts";
import type { JsonObject, MissingObject, Plan, Snapshot, StepOutcome } from "../../../src/core/model/index.ts";
import { gatewayStatusOf, statusOf, verdictsOf } from "../../../src/core/status/index.ts";
import { gateway, route, snapshotOf } from "../../support/manifests.ts";

// What a gateway without etcd took before and refuses by now.

const id = "shop.cart_route";
const snapshot = snapshotOf(route("cart", { uris: ["/cart"], plugins: { cors: {} } }));
const nothingToDo: Plan = { steps: [], refusals: [] };
const unknownPlugin: StepOutcome = {
  state: "failed",
  failure: "rejected",
  message: "unknown plugin [cors]",
  fault: { about: "unknownPlugin", path: ["plugins", "cors"] },
};
const waits: StepOutcome = { state: "skipped", because: "something that must change first could not be written" };

function statusWith(
  missing: readonly MissingObject[],
  plan = nothingToDo,
  steps: readonly StepOutcome[] = [],
): JsonObject {
  return statusIn(snapshot, missing, plan, steps);
}

function statusIn(
  snapshot: Snapshot,
  missing: readonly MissingObject[],
  plan = nothingToDo,
  steps: readonly StepOutcome[] = [],
  kept: ReadonlyMap<string, boolean> = new Map(),
): JsonObject {
  const desired = translate(resolve(snapshot));
  const told = {
    snapshot,
    desired,
    priorities: { byId: new Map(), findings: [] },
    diagnostics: [],
    plan,
    kept,
  };
  const [verdict] = verdictsOf(told, { kind: "applied", outcome: { steps, missing } });
  if (verdict === undefined) throw new Error("no verdict");
  return statusOf(verdict, () => undefined, "2026-01-01T00:00:00Z");
}

function conditionIn(status: JsonObject, type: string): JsonObject | undefined {
  return (status["conditions"] as readonly JsonObject[]).find((item) => item["type"] === type);
}

/** A step for the route. */
function planned(): Plan {
  const step = { index: 0, verb: "update", kind: "routes", id, changed: [], waitsFor: [] } as const;
  return { steps: [{ ...step, origin: { kind: "GatewayRoute", namespace: "shop", name: "cart" } }], refusals: [] };
}

/** A gateway without etcd has no list of its plugins to ask for. */
describe("a plugin that the gateway does not know", () => {
  const unknown = (name: string) => {
    const outcome: StepOutcome = {
      state: "failed",
      failure: "rejected",
      message: `unknown plugin [${name}]`,
      fault: { about: "unknownPlugin", path: ["plugins", name] },
    };
    const object = snapshotOf(route("cart", { uris: ["/cart"], plugins: { [name]: {} } }));
    const status = statusIn(object, [], planned(), [outcome]);
    return {
      message: conditionIn(status, "Ready")?.["message"],
      told: JSON.stringify(status["diagnostics"]),
    };
  };

  test("is told with the one of APISIX that was most likely meant", () => {
    const { message, told } = unknown("fault-injecton");
    expect(message).toBe(
      "spec.plugins.fault-injecton: The gateway refuses routes/shop.cart_route: unknown plugin [fault-injecton]: did you mean fault-injection?",
    );
    expect(told).toContain("Write fault-injection, or enable the plugin on the gateway.");
  });

  test.each(["cors", "our-own-thing"])(
    "is told as the gateway tells it, where it is one or none is near: %s",
    (name) => {
      expect(unknown(name).message).toMatch(/: unknown plugin \[[\w-]+\]$/);
      expect(unknown(name).told).toContain("Correct the name, or enable the plugin on the gateway.");
    },
  );
});

describe("an object that needs no step", () => {
  test("and is refused is said with the field and the gateway's words, and only its author can help", () => {
    const status = statusWith([{ kind: "routes", id, outcome: unknownPlugin }]);
    expect(conditionIn(status, "Programmed")).toMatchObject({
      status: "False",
      reason: "UnknownPlugin",
      message: `spec.plugins.cors: The gateway refuses routes/${id}: unknown plugin [cors]`,
    });
    expect(conditionIn(status, "Stalled")).toMatchObject({ status: "True", reason: "UnknownPlugin" });
    const [diagnostic] = status["diagnostics"] as readonly JsonObject[];
    expect(diagnostic?.["message"]).toContain("It had taken that before;");
  });

  test("and waits for another is pending", () => {
    const status = statusWith([{ kind: "routes", id, outcome: waits }]);
    expect(conditionIn(status, "Ready")).toMatchObject({ status: "False", reason: "Pending" });
    expect(conditionIn(status, "Stalled")).toBeUndefined();
  });

  test("of another resource, or of none, is no concern of this one", () => {
    const status = statusWith([
      { kind: "routes", id: "shop.other_route", outcome: unknownPlugin },
      { kind: "services", id, outcome: unknownPlugin },
    ]);
    expect(conditionIn(status, "Ready")).toMatchObject({ status: "True" });
  });
});

test("a held resource does not claim that its last good version is there where that is refused", () => {
  const held = snapshotOf(route("cart", { uris: ["/cart"], serviceRef: { name: "none" } }));
  const kept = new Map([["GatewayRoute/shop/cart", true]]);
  const programmed = (missing: readonly MissingObject[]) =>
    conditionIn(statusIn(held, missing, nothingToDo, [], kept), "Programmed")?.["message"];
  expect(programmed([])).toContain("The gateway still has its last good version.");
  expect(programmed([{ kind: "routes", id, outcome: unknownPlugin }])).not.toContain("still has its last good version");
});

describe("beside a step for the same object", () => {
  const missing: readonly MissingObject[] = [{ kind: "routes", id, outcome: unknownPlugin }];

  test("that one instance took, the refusal of another counts", () => {
    const status = statusWith(missing, planned(), [{ state: "done" }]);
    expect(conditionIn(status, "Programmed")).toMatchObject({ status: "False", reason: "UnknownPlugin" });
  });

  test("that was refused itself, that alone is said", () => {
    const failed: StepOutcome = { state: "failed", failure: "rejected", message: "the new one is bad" };
    const status = statusWith(missing, planned(), [failed]);
    expect(status["diagnostics"]).toHaveLength(1);
    expect(conditionIn(status, "Programmed")?.["message"]).toContain("the new one is bad");
  });
});

test("what is not ours and refused is told where the gateway is, which stays ready", () => {
  const words = "routes/theirs, which is not ours but of somebody: unknown plugin [cors]";
  const instance = { url: "http://one:9180", isReady: true, problem: undefined, stranded: [words] };
  const snapshotGateway: Snapshot["gateway"] = gateway();
  const status = gatewayStatusOf(
    snapshotGateway,
    {
      came: { kind: "applied", outcome: { steps: [] } },
      version: "3.18.0",
      instance: "main",
      counts: {},
      standing: { mode: "standalone", instances: [instance] },
      warning: undefined,
    },
    "2026-01-01T00:00:00Z",
  );
  expect(conditionIn(status, "Programmed")).toMatchObject({ status: "True", reason: "ForeignRefused" });
  expect(conditionIn(status, "Ready")?.["message"]).toContain(`http://one:9180 does not take ${words}`);
});
