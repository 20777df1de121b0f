import { describe, expect, test } from "vitest";
import { bidIdOf, claimBody, claimIdOf, isClaim, isOurs } from "../../../src/core/model/index.ts";
import { claimPlan, claimStanding, firstBidder, planChanges } from "../../../src/core/plan/index.ts";
import { desiredObject, emptyDesired, emptyObserved, observedObject, ourObject, stepsOf } from "./objects.ts";

const here = { instance: "main", holder: "here" };
const there = { instance: "main", holder: "there" };
const claimOf = (claim: typeof here) => observedObject("upstreams", claimIdOf(claim.instance), claimBody(claim));
const bidOf = (claim: typeof here, createdIndex: number) => ({
  ...observedObject("upstreams", bidIdOf(claim), claimBody(claim)),
  createdIndex,
});

describe("claimStanding", () => {
  test.each([
    ["nobody's where none stands", [], { kind: "free" }],
    ["free while others only bid", [bidOf(there, 1)], { kind: "free" }],
    ["held where it names us", [claimOf(here)], { kind: "held" }],
    ["taken where it names another", [claimOf(there)], { kind: "taken", holder: "there" }],
    ["another instance's is none of ours", [claimOf({ ...there, instance: "other" })], { kind: "free" }],
    [
      "taken by who knows whom where no operator wrote it",
      [observedObject("upstreams", claimIdOf("main"), { nodes: [], labels: { holder: "here" } })],
      { kind: "taken", holder: undefined },
    ],
  ])("%s", (_sentence, upstreams, standing) => {
    expect(claimStanding(upstreams, here)).toEqual(standing);
  });
});

describe("firstBidder", () => {
  test("is whose bid the gateway saw first, whatever the order of the ids", () => {
    expect(firstBidder([bidOf(here, 8), bidOf(there, 7)], here)).toBe("there");
    expect(firstBidder([bidOf(here, 8), bidOf(there, 9)], here)).toBe("here");
  });

  test("does not count bids for another instance, and what only looks like a bid", () => {
    const other = bidOf({ ...there, instance: "other" }, 1);
    const forged = { ...bidOf(here, 2), id: "apisix-route-operator_bid_0000000000000000" };
    expect(firstBidder([other, forged, bidOf(here, 9)], here)).toBe("here");
  });
});

test("claiming takes the bid away that led there, after the claim stands", () => {
  expect(stepsOf(claimPlan(here, [bidOf(here, 1)]))).toEqual([
    `update upstreams/${claimIdOf("main")}`,
    `delete upstreams/${bidIdOf(here)}`,
  ]);
  expect(stepsOf(claimPlan(here, []))).toEqual([`update upstreams/${claimIdOf("main")}`]);
});

test.each([
  [
    "where the claim stands that it led to, it goes",
    [claimOf(here), bidOf(here, 1)],
    [`delete upstreams/${bidIdOf(here)}`],
  ],
  ["another's stays, who takes it away", [claimOf(here), bidOf(there, 1)], []],
  ["one for another instance stays", [claimOf(here), bidOf({ ...here, instance: "other" }, 1)], []],
  ["where no claim stands, it stays", [bidOf(here, 1)], []],
  ["where another's claim stands, it is not for a plan to say", [claimOf(there), bidOf(here, 1)], []],
])("a bid that was left behind: %s", (_sentence, upstreams, steps) => {
  const mostCautious = { instance: "main", routeWaits: () => new Map(), approvedDeletions: 0 };
  expect(stepsOf(planChanges(emptyDesired, { ...emptyObserved, upstreams }, mostCautious))).toEqual(steps);
});

test("the id of a claim fits the gateway for the longest instance, and so does a bid's", () => {
  const instance = "x".repeat(40);
  expect([claimIdOf(instance).length, bidIdOf({ instance, holder: "h" }).length]).toEqual([62, 42]);
});

describe("isOurs", () => {
  const labelled = (origin: string) => ourObject("routes", "shop.a_route", { uri: "/a", labels: { origin } });

  test.each([
    ["a claim is no object of ours, so it never is a leftover", claimOf(here), undefined, false],
    ["all namespaces are seen", labelled("GatewayRoute/shop/a"), undefined, true],
    ["one that is seen", labelled("GatewayRoute/shop/a"), ["shop"], true],
    ["one that is not", labelled("GatewayRoute/shop/a"), ["other"], false],
    ["without an origin, the id says the namespace", ourObject("routes", "shop.a_route", {}), ["shop"], true],
    ["and says it is another", ourObject("routes", "shop.a_route", {}), ["sho"], false],
  ])("%s", (_sentence, object, seen, expected) => {
    const namespaces = seen === undefined ? undefined : new Set(seen);
    expect(isOurs(object, { instance: "main", namespaces })).toBe(expected);
  });

  test("a resource in a namespace that is named like the operator has no claim's id", () => {
    expect(isClaim({ kind: "upstreams", id: "apisix-route-operator.a_upstream" })).toBe(false);
  });
});

test("metadata wait for the claim that lists them", () => {
  const wanted = { ...emptyDesired, plugin_metadata: [desiredObject("plugin_metadata", "http-logger", { a: 1 })] };
  const plan = planChanges(
    wanted,
    { ...emptyObserved, upstreams: [claimOf(here)] },
    { instance: "main", routeWaits: () => new Map() },
  );
  expect(stepsOf(plan)).toEqual([`update upstreams/${claimIdOf("main")}`, "create plugin_metadata/http-logger"]);
  expect(plan.steps.map(({ waitsFor }) => waitsFor)).toEqual([[], [0]]);
});
