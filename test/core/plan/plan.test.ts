import { describe, expect, test } from "vitest";
import { type Desired, type Observed, type Step, isOurs } from "../../../src/core/model/index.ts";
import { type PlanOptions, planChanges } from "../../../src/core/plan/index.ts";
import {
  desiredObject,
  desiredRoute,
  emptyDesired,
  emptyObserved,
  observedObject,
  ourObject,
  stepsOf,
} from "./objects.ts";

const options: PlanOptions = { instance: "main", routeWaits: () => new Map() };
const service = (id: string, upstream?: string) =>
  desiredObject("services", id, upstream === undefined ? {} : { upstream_id: upstream });
const route = (id: string, serviceId?: string) =>
  desiredRoute(id, { uris: [`/${id}`], ...(serviceId !== undefined && { service_id: serviceId }) });
const ourRoute = (id: string, serviceId?: string) =>
  ourObject("routes", id, { uris: [`/${id}`], ...(serviceId !== undefined && { service_id: serviceId }) });

function plan(desired: Partial<Desired>, observed: Partial<Observed>, more: Partial<PlanOptions> = {}) {
  return planChanges({ ...emptyDesired, ...desired }, { ...emptyObserved, ...observed }, { ...options, ...more });
}

describe("planChanges", () => {
  test("what is missing is created, with its body and where it comes from", () => {
    const a = route("a");
    expect(plan({ routes: [a] }, {}).steps).toEqual([
      { index: 0, verb: "create", kind: "routes", id: "a", body: a.body, origin: a.origin, changed: [], waitsFor: [] },
    ]);
  });

  test("what is as it should be needs nothing", () => {
    expect(plan({ routes: [route("a")] }, { routes: [ourRoute("a")] }).steps).toEqual([]);
  });

  test("what differs is updated, and the step says in what", () => {
    const moved = desiredRoute("a", { uris: ["/new"], priority: 100 });
    const [step] = plan({ routes: [moved] }, { routes: [ourRoute("a")] }).steps;
    expect(step).toMatchObject({ verb: "update", id: "a", changed: ["priority", "uris"] });
  });

  test("what nobody wants any more is deleted", () => {
    expect(stepsOf(plan({}, { routes: [ourRoute("a")] }))).toEqual(["delete routes/a"]);
  });

  test("a held object stays as it is", () => {
    const held = [{ kind: "routes" as const, id: route("a").id, origin: route("a").origin }];
    expect(plan({ held }, { routes: [ourRoute("a")] })).toEqual({ steps: [], refusals: [] });
  });

  describe("foreign objects", () => {
    const foreign = [
      observedObject("routes", "x", { uri: "/x" }),
      observedObject("routes", "y", {
        uri: "/y",
        labels: { "managed-by": "apisix-route-operator", instance: "other" },
      }),
    ];

    test("are not touched", () => {
      expect(plan({}, { routes: foreign })).toEqual({ steps: [], refusals: [] });
    });

    test("under an id that we need are refused, never overwritten", () => {
      const { steps, refusals } = plan({ routes: [route("x"), route("y"), route("z")] }, { routes: foreign });
      expect(stepsOf({ steps, refusals: [] })).toEqual(["create routes/z"]);
      expect(refusals).toMatchObject([
        { code: "AdminIdTaken", kind: "routes", id: "x", origin: { name: "x" } },
        { code: "AdminIdTaken", kind: "routes", id: "y", origin: { name: "y" } },
      ]);
    });

    test("under the id of a service keep its routes from using a stranger's", () => {
      const taken = { services: [observedObject("services", "s", {})] };
      const { steps, refusals } = plan({ services: [service("s")], routes: [route("a", "s"), route("b")] }, taken);
      expect(stepsOf({ steps, refusals: [] })).toEqual(["create routes/b"]);
      expect(refusals.map(({ kind, id }) => `${kind}/${id}`)).toEqual(["services/s", "routes/a"]);
    });
  });

  describe("the order of work", () => {
    test("what is referred to comes first, and what refers to it waits", () => {
      const desired = {
        routes: [desiredRoute("r", { uris: ["/"], service_id: "s", plugin_config_id: "p" })],
        services: [service("s", "u")],
        upstreams: [desiredObject("upstreams", "u", {})],
        plugin_configs: [desiredObject("plugin_configs", "p", { plugins: {} })],
      };
      const { steps } = plan(desired, {});
      expect(waits(steps)).toEqual({
        "create upstreams/u": [],
        "create plugin_configs/p": [],
        "create services/s": ["create upstreams/u"],
        "create routes/r": ["create plugin_configs/p", "create services/s"],
      });
    });

    test("deletions go the other way", () => {
      const observed = {
        routes: [ourRoute("r", "s")],
        services: [ourObject("services", "s", { upstream_id: "u" })],
        upstreams: [ourObject("upstreams", "u", {})],
      };
      expect(waits(plan({}, observed).steps)).toEqual({
        "delete routes/r": [],
        "delete services/s": ["delete routes/r"],
        "delete upstreams/u": ["delete services/s"],
      });
    });

    test("a service that is no longer referred to leaves after the route has let go of it", () => {
      const observed = { routes: [ourRoute("r", "old")], services: [ourObject("services", "old", {})] };
      expect(waits(plan({ services: [service("new")], routes: [route("r", "new")] }, observed).steps)).toEqual({
        "create services/new": [],
        "update routes/r": ["create services/new"],
        "delete services/old": ["update routes/r"],
      });
    });

    test("a traffic split refers to its upstreams too", () => {
      const split = (id: string) => ({
        "traffic-split": { rules: [{ weighted_upstreams: [{ upstream_id: id }, { weight: 1 }] }] },
      });
      const observed = {
        routes: [ourObject("routes", "r", { uris: ["/"], plugins: split("old") })],
        upstreams: [ourObject("upstreams", "old", {})],
      };
      const desired = {
        routes: [desiredRoute("r", { uris: ["/"], plugins: split("new") })],
        upstreams: [desiredObject("upstreams", "new", {})],
      };
      expect(waits(plan(desired, observed).steps)).toEqual({
        "create upstreams/new": [],
        "update routes/r": ["create upstreams/new"],
        "delete upstreams/old": ["update routes/r"],
      });
    });

    test("among routes it is as asked for, deletions included", () => {
      const routeWaits = new Map([
        ["a", ["c"]],
        ["b", ["a", "unknown", "b"]],
      ]);
      const { steps } = plan(
        { routes: [route("a"), route("c")] },
        { routes: [ourRoute("b")] },
        { routeWaits: () => routeWaits },
      );
      expect(waits(steps)).toEqual({
        "create routes/c": [],
        "create routes/a": ["create routes/c"],
        "delete routes/b": ["create routes/a"],
      });
    });

    test("routes that wait for each other in a circle are written all the same", () => {
      const routeWaits = new Map([
        ["a", ["b"]],
        ["b", ["a"]],
        ["c", ["a"]],
      ]);
      const { steps } = plan(
        { routes: [route("a"), route("b"), route("c"), route("d")] },
        {},
        { routeWaits: () => routeWaits },
      );
      expect(stepsOf({ steps, refusals: [] })[0]).toBe("create routes/d");
      expect(steps).toHaveLength(4);
      for (const { index, waitsFor } of steps) expect(waitsFor.every((before) => before < index)).toBe(true);
    });
  });

  describe("leftovers that are still in use", () => {
    test("a service stays while a held route on the gateway uses it, and so does its upstream", () => {
      const held = [{ kind: "routes" as const, id: route("r").id, origin: route("r").origin }];
      const observed = {
        routes: [ourRoute("r", "s")],
        services: [ourObject("services", "s", { upstream_id: "u" })],
        upstreams: [ourObject("upstreams", "u", {})],
      };
      const { steps, refusals } = plan({ held }, observed);
      expect(steps).toEqual([]);
      expect(refusals).toMatchObject([
        { code: "StillInUse", kind: "services", id: "s" },
        { code: "StillInUse", kind: "upstreams", id: "u" },
      ]);
    });

    test("a foreign route keeps it too", () => {
      const observed = {
        routes: [observedObject("routes", "f", { uri: "/", service_id: "s" })],
        services: [ourObject("services", "s", {})],
      };
      expect(plan({}, observed)).toMatchObject({ steps: [], refusals: [{ code: "StillInUse", id: "s" }] });
    });
  });

  describe("the deletion guard", () => {
    const routes = (count: number) => Array.from({ length: count }, (_, index) => ourRoute(`r${index}`));
    const kept = (count: number) => Array.from({ length: count }, (_, index) => route(`r${index}`));
    test.each<[string, number, number, Partial<PlanOptions>, number]>([
      ["ten deletions pass, even if that is all", 10, 0, {}, 10],
      ["eleven of eleven do not", 11, 0, {}, 0],
      ["a fifth of many passes", 100, 80, {}, 20],
      ["more than a fifth does not", 100, 79, {}, 0],
      ["unless a person has approved as many", 100, 0, { approvedDeletions: 100 }, 100],
      ["an approval goes on where a pass died midway", 60, 0, { approvedDeletions: 100 }, 60],
      ["an approval of fewer is none", 100, 0, { approvedDeletions: 40 }, 0],
      ["a limit of one's own counts instead", 100, 97, { maxDeletes: 2 }, 0],
      ["whatever it is", 11, 0, { maxDeletes: 11 }, 11],
    ])("%s", (_sentence, before, after, more, deletions) => {
      const { steps, refusals } = plan({ routes: kept(after) }, { routes: routes(before) }, more);
      expect(steps).toHaveLength(deletions);
      expect(refusals.map(({ code }) => code)).toEqual(deletions > 0 ? [] : ["DeletionGuard"]);
    });

    test("creating and updating goes on", () => {
      const changed = desiredRoute("r0", { uris: ["/changed"] });
      const { steps, refusals } = plan({ routes: [changed, route("new")] }, { routes: routes(50) });
      expect(stepsOf({ steps, refusals })).toEqual(["create routes/new", "update routes/r0"]);
      expect(refusals[0]?.message).toContain("49 of the 50");
    });

    test("foreign objects are none of the fifth", () => {
      const foreign = Array.from({ length: 1000 }, (_, index) => observedObject("routes", `f${index}`, { uri: "/" }));
      const observed = [...foreign, ...routes(11)];
      expect(observed.filter((object) => isOurs(object, { instance: "main" }))).toHaveLength(11);
      expect(plan({}, { routes: observed }).steps).toEqual([]);
    });
  });
});

/** Step → the steps it waits for, in words. */
function waits(steps: readonly Step[]): Record<string, readonly string[]> {
  const words = steps.map(({ verb, kind, id }) => `${verb} ${kind}/${id}`);
  return Object.fromEntries(
    steps.map(({ index, waitsFor }) => [words[index] ?? "", waitsFor.map((before) => words[before] ?? "")]),
  );
}
