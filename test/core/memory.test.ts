import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Decision, Memory, arrange, decide } from "../../src/core/pipeline.ts";
import {
  type AttachedManifest,
  type DriftPolicy,
  type InvalidManifest,
  type Observed,
  type ObservedObject,
  type RouterFlavor,
  type Snapshot,
  annotations,
  driftPolicies,
  emptyObserved,
  routerFlavors,
} from "../../src/core/model/index.ts";
import { gateway, invalid, route, service, snapshotOf, upstream } from "../support/manifests.ts";
import { applyInMemory } from "./plan/objects.ts";

const numRuns = Number(process.env["FC_RUNS"] ?? 200);

/** One thing that happens to a cluster or its gateway. */
type Event =
  | { readonly kind: "put"; readonly object: AttachedManifest | InvalidManifest }
  | { readonly kind: "remove"; readonly at: number }
  | { readonly kind: "foreign"; readonly routes: readonly ObservedObject<"routes">[] }
  | { readonly kind: "drift"; readonly policy: DriftPolicy }
  | { readonly kind: "apply" | "lose gateway" | "read gateway anew" | "shuffle" };

const host = fc.constantFrom("a.com", "b.com", "*.a.com", "x.a.com", "*", "a.com:8080");
const hosts = fc.option(fc.uniqueArray(host, { minLength: 1, maxLength: 2 }), { nil: undefined });
const uris = fc.uniqueArray(fc.constantFrom("/x", "/x/*", "/*", "*", "/x/:id"), { minLength: 1, maxLength: 2 });
const routeSpec = fc
  .record({
    uris,
    hosts,
    methods: fc.option(fc.constantFrom(["GET"], ["POST"], ["GET", "POST"]), { nil: undefined }),
    priority: fc.option(fc.constantFrom(0, 1, 100, -5), { nil: undefined, freq: 4 }),
    vars: fc.option(fc.constantFrom([["arg_v", "==", "1"]], [["arg_v", "in", ["1", "2"]]], [["http_x", "~=", "1"]]), {
      nil: undefined,
      freq: 2,
    }),
    filterFunc: fc.constantFrom(undefined, undefined, undefined, "function(vars) return vars.arg_v == '1' end"),
    service: fc.option(fc.constantFrom("s1", "s2"), { nil: undefined }),
    desc: fc.option(fc.constantFrom("one", "two"), { nil: undefined }),
  })
  .map(({ uris, hosts, methods, priority, vars, filterFunc, service, desc }) => ({
    uris,
    ...(hosts !== undefined && { hosts }),
    ...(methods !== undefined && { methods }),
    ...(priority !== undefined && { priority }),
    ...(vars !== undefined && { vars }),
    ...(filterFunc !== undefined && { filterFunc }),
    ...(service !== undefined && { serviceRef: { name: service } }),
    ...(desc !== undefined && { desc }),
  }));
const serviceSpec = fc.record({ hosts, hasUpstream: fc.boolean() }).map(({ hosts, hasUpstream }) => ({
  ...(hosts !== undefined && { hosts }),
  ...(hasUpstream && { upstreamRef: { name: "u" } }),
}));
const leaving = fc.integer({ min: 0, max: 9 }).map((dice) => ({
  ...(dice < 2 && { isDeleting: true }),
  ...(dice > 0 && dice < 4 && { annotations: { [annotations.pause]: "true" } }),
}));
const objects: fc.Arbitrary<AttachedManifest | InvalidManifest> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.nat(5), routeSpec, leaving).map(([at, spec, meta]) => route(`r${at}`, spec, meta)),
  },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom("s1", "s2"), serviceSpec, leaving).map((args) => service(...args)) },
  { weight: 1, arbitrary: leaving.map((meta) => upstream("u", {}, meta)) },
  { weight: 1, arbitrary: fc.nat(5).map((at) => invalid("GatewayRoute", `r${at}`)) },
);
const foreignRoutes = fc.uniqueArray(
  fc.record({ id: fc.constantFrom("f1", "f2", "shop.r1_route"), spec: routeSpec }).map(({ id, spec }) => {
    const { serviceRef, ...value } = spec;
    const service_id = serviceRef === undefined ? {} : { service_id: `shop.${serviceRef.name}_service` };
    return { kind: "routes", id, value: { ...value, ...service_id }, createdIndex: 1, modifiedIndex: 1 } as const;
  }),
  { selector: ({ id }) => id, maxLength: 2 },
);
const events: fc.Arbitrary<Event> = fc.oneof(
  { weight: 10, arbitrary: objects.map((object): Event => ({ kind: "put", object })) },
  { weight: 2, arbitrary: fc.nat(20).map((at): Event => ({ kind: "remove", at })) },
  { weight: 1, arbitrary: foreignRoutes.map((routes): Event => ({ kind: "foreign", routes })) },
  { weight: 1, arbitrary: fc.constantFrom(...driftPolicies).map((policy): Event => ({ kind: "drift", policy })) },
  {
    weight: 5,
    arbitrary: fc
      .constantFrom("apply", "apply", "lose gateway", "read gateway anew", "shuffle")
      .map((kind): Event => ({ kind })),
  },
);

/** A pass whose writes come to nothing is arranged and never diagnosed. */
const wentWell = fc.integer({ min: 0, max: 5 }).map((dice) => dice > 0);

describe.each(routerFlavors)("decide with the memory of what came before, under %s", (flavor) => {
  test("decides the same as without", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(events, wentWell), { minLength: 5, maxLength: 25 }), (history) => {
        const memory = new Memory();
        let world: World = { objects: [], observed: emptyObserved, drift: "correct", last: undefined };
        for (const [event, isDiagnosed] of history) {
          world = worldAfter(world, event);
          if (!isDiagnosed) {
            arrange(snapshotIn(world, flavor), world.observed, {}, memory);
            continue;
          }
          const known = plain(decisionIn(world, flavor, memory));
          expect(known).toEqual(plain(decisionIn(world, flavor, new Memory())));
          world = { ...world, last: known };
        }
      }),
      { numRuns },
    );
  });
});

describe("a memory", () => {
  const world: World = {
    objects: [route("a"), route("b", { uris: ["/b"] })],
    observed: emptyObserved,
    drift: "correct",
    last: undefined,
  };

  test("keeps what did not change as the very object it was", () => {
    const memory = new Memory();
    const before = decisionIn(world, "radixtree_uri", memory);
    const edited = { ...world, objects: [world.objects[0] ?? route("a"), route("b", { uris: ["/c"] })] };
    const after = decisionIn(edited, "radixtree_uri", memory);
    expect(after.desired.routes[0]).toBe(before.desired.routes[0]);
    expect(after.desired.routes[1]).not.toBe(before.desired.routes[1]);
  });

  test("leaves earlier decisions what they were", () => {
    const memory = new Memory();
    const before = decisionIn(world, "radixtree_uri", memory);
    const copy = structuredClone(plain(before));
    decisionIn({ ...world, objects: [route("a", { hosts: ["a.com"] })] }, "radixtree_uri", memory);
    expect(plain(before)).toEqual(copy);
  });

  test("of another flavor or instance is of no use and does no harm", () => {
    const memory = new Memory();
    for (const flavor of [...routerFlavors, ...routerFlavors]) {
      expect(plain(decisionIn(world, flavor, memory))).toEqual(plain(decisionIn(world, flavor, new Memory())));
    }
  });
});

interface World {
  readonly objects: readonly (AttachedManifest | InvalidManifest)[];
  readonly observed: Observed;
  readonly drift: DriftPolicy;
  readonly last: Decision | undefined;
}

function worldAfter(world: World, event: Event): World {
  const { objects, observed, last } = world;
  switch (event.kind) {
    case "put": {
      const { kind, meta } = event.object;
      const isOther = (object: (typeof objects)[number]) => object.kind !== kind || object.meta.name !== meta.name;
      const place = objects.findIndex((object) => !isOther(object));
      const rest = objects.filter(isOther);
      return { ...world, objects: rest.toSpliced(place < 0 ? rest.length : place, 0, event.object) };
    }
    case "remove":
      return { ...world, objects: objects.toSpliced(event.at, 1) };
    case "foreign": {
      const isKept = ({ id }: { readonly id: string }) =>
        !id.startsWith("f") && event.routes.every((foreign) => foreign.id !== id);
      const routes = [...observed.routes.filter(isKept), ...event.routes].sort((a, b) => (a.id < b.id ? -1 : 1));
      return { ...world, observed: { ...observed, routes } };
    }
    case "drift":
      return { ...world, drift: event.policy };
    case "apply":
      return last === undefined ? world : { ...world, observed: applyInMemory(observed, last.plan.steps) };
    case "lose gateway":
      return { ...world, observed: emptyObserved };
    case "read gateway anew":
      return { ...world, observed: structuredClone(observed) };
    case "shuffle":
      return { ...world, objects: objects.toReversed() };
  }
}

function snapshotIn({ objects, drift }: World, flavor: RouterFlavor): Snapshot {
  return { ...snapshotOf(...objects), gateway: gateway("main", { router: flavor, drift }) };
}

function decisionIn(world: World, flavor: RouterFlavor, memory: Memory): Decision {
  return decide(snapshotIn(world, flavor), world.observed, {}, memory);
}

/** Whatever kind of map the numbers stand in. */
function plain(decision: Decision): Decision {
  return { ...decision, priorities: { ...decision.priorities, byId: new Map(decision.priorities.byId) } };
}
