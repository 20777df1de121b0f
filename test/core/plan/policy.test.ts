import { describe, expect, test } from "vitest";
import { type SyncPolicy, claimBody, claimIdOf, syncPolicies } from "../../../src/core/model/index.ts";
import { planChanges, withPolicy } from "../../../src/core/plan/index.ts";
import {
  desiredObject,
  desiredRoute,
  emptyDesired,
  emptyObserved,
  observedObject,
  ourObject,
  stepsOf,
} from "./objects.ts";

const options = { instance: "main", routeWaits: () => new Map<string, readonly string[]>() };
const desired = {
  ...emptyDesired,
  services: [desiredObject("services", "changed", { desc: "new" })],
  routes: [desiredRoute("added", { uri: "/a", service_id: "changed" })],
};
const observed = {
  ...emptyObserved,
  services: [ourObject("services", "changed", { desc: "old" })],
  routes: [ourObject("routes", "gone", { uri: "/g" })],
};
const planUnder = (policy: SyncPolicy) => withPolicy(planChanges(desired, observed, options), policy);

describe("withPolicy", () => {
  test.each([
    ["sync does everything", "sync", ["update services/changed", "create routes/added", "delete routes/gone"]],
    ["upsertOnly deletes nothing", "upsertOnly", ["update services/changed", "create routes/added"]],
    ["createOnly changes and deletes nothing", "createOnly", ["create routes/added"]],
    ["observe does nothing", "observe", []],
  ] as const)("%s", (_sentence, policy, steps) => {
    expect(stepsOf(planUnder(policy)).toSorted()).toEqual([...steps].toSorted());
  });

  test("what is kept back says what it would have done, and for whom", () => {
    expect(planUnder("createOnly").refusals).toMatchObject([
      { code: "Withheld", kind: "services", id: "changed", origin: { kind: "GatewayService" } },
      { code: "Withheld", kind: "routes", id: "gone" },
    ]);
    expect(planUnder("createOnly").refusals[0]?.message).toBe(
      "spec.policy of the ApisixGateway is createOnly, or services/changed would be updated in desc.",
    );
  });

  test.each(syncPolicies)("%s: steps stand at their index and wait for earlier ones only", (policy) => {
    for (const [at, { index, waitsFor }] of planUnder(policy).steps.entries()) {
      expect(index).toBe(at);
      expect(waitsFor.every((before) => before < at)).toBe(true);
    }
  });

  test("nothing waits for a step that is kept back", () => {
    expect(planUnder("sync").steps.find(({ id }) => id === "added")?.waitsFor).toHaveLength(1);
    expect(planUnder("createOnly").steps[0]?.waitsFor).toEqual([]);
  });

  test("where nothing is deleted, nobody is asked whether so much may be", () => {
    const many = Array.from({ length: 30 }, (_, at) => ourObject("routes", `r${at}`, { uri: `/${at}` }));
    const plan = planChanges(emptyDesired, { ...emptyObserved, routes: many }, options);
    expect(plan.refusals).toMatchObject([{ code: "DeletionGuard" }]);
    expect(withPolicy(plan, "upsertOnly").refusals).toEqual([]);
  });

  test("the list of metadata in our claim is kept true, or what is created now would be nobody's", () => {
    const wanted = { ...emptyDesired, plugin_metadata: [desiredObject("plugin_metadata", "http-logger", { a: 1 })] };
    const claim = observedObject("upstreams", claimIdOf("main"), claimBody({ instance: "main", holder: "cli" }));
    const plan = planChanges(wanted, { ...emptyObserved, upstreams: [claim] }, options);
    expect(stepsOf(withPolicy(plan, "createOnly"))).toHaveLength(2);
    expect(stepsOf(withPolicy(plan, "observe"))).toEqual([]);
  });
});
