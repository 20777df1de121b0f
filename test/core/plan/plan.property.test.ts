import { dequal } from "dequal";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AdminKind, type Desired, type Observed, adminKinds, isOurs } from "../../../src/core/model/index.ts";
import { type PlanOptions, makeLedger, planChanges } from "../../../src/core/plan/index.ts";
import {
  applyInMemory,
  brokenReferences,
  desiredObject,
  desiredRoute,
  emptyDesired,
  emptyObserved,
  observedObject,
  withStep,
} from "./objects.ts";

const numRuns = Number(process.env["FC_RUNS"] ?? 300);

const ids = ["a", "b", "c", "d", "e"] as const;
const id = fc.constantFrom(...ids);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

const upstreams = fc.uniqueArray(fc.record({ id, retries: fc.nat(2) }), { selector: (one) => one.id });
const pluginConfigs = fc.uniqueArray(fc.record({ id, count: fc.nat(2) }), { selector: (one) => one.id });
const services = fc.uniqueArray(fc.record({ id, upstream: maybe(id), name: fc.constantFrom("x", "y") }), {
  selector: (one) => one.id,
});
const routes = fc.uniqueArray(
  fc.record({ id, service: maybe(id), pluginConfig: maybe(id), priority: maybe(fc.integer({ min: -2, max: 2 })) }),
  { selector: (one) => one.id },
);

/** References only to what is desired too: others are held back before a plan is made. */
const desireds: fc.Arbitrary<Desired> = fc.tuple(upstreams, pluginConfigs, services, routes).map(([us, ps, ss, rs]) => {
  const has = (list: readonly { readonly id: string }[], wanted: string | undefined) =>
    list.some((one) => one.id === wanted);
  return {
    ...emptyDesired,
    upstreams: us.map((one) => desiredObject("upstreams", one.id, { retries: one.retries })),
    plugin_configs: ps.map((one) =>
      desiredObject("plugin_configs", one.id, { plugins: { "limit-count": { count: one.count } } }),
    ),
    services: ss.map((one) =>
      desiredObject("services", one.id, {
        name: one.name,
        ...(one.upstream !== undefined && has(us, one.upstream) && { upstream_id: one.upstream }),
      }),
    ),
    routes: rs.map((one) =>
      desiredRoute(one.id, {
        uris: ["/"],
        ...(one.priority !== undefined && { priority: one.priority }),
        ...(one.service !== undefined && has(ss, one.service) && { service_id: one.service }),
        ...(one.pluginConfig !== undefined && has(ps, one.pluginConfig) && { plugin_config_id: one.pluginConfig }),
      }),
    ),
  };
});

/** What an earlier pass left, and strangers beside it (some under ids that we may want). */
const gateways: fc.Arbitrary<Observed> = fc
  .tuple(desireds, fc.subarray(["f1", "f2", "a", "b"]))
  .map(([before, foreign]) => {
    const left = applyInMemory(emptyObserved, planChanges(before, emptyObserved, options).steps);
    const strangers = foreign.map((one) => observedObject("routes", one, { uri: "/foreign" }));
    return {
      ...left,
      routes: [...left.routes.filter((route) => !foreign.some((one) => one === route.id)), ...strangers],
    };
  });

const options: PlanOptions = { instance: "main", routeWaits: () => new Map(), maxDeletes: 1000 };
const waits = fc
  .array(fc.tuple(id, fc.array(id)))
  .map((entries): ReadonlyMap<string, readonly string[]> => new Map(entries));

/** The later one, with all that did not change being the very objects of the earlier. */
function sharing<Objects extends Pick<Desired, AdminKind> | Pick<Observed, AdminKind>>(
  before: Objects,
  after: Objects,
): Objects {
  const shared = adminKinds.map((kind) => [
    kind,
    after[kind].map((object) => before[kind].find((old) => dequal(old, object)) ?? object),
  ]);
  return { ...after, ...Object.fromEntries(shared) };
}

function heldRoute(name: string): Desired["held"][number] {
  const { kind, id, origin } = desiredRoute(name, {});
  return { kind, id, origin };
}

describe("the laws of a plan", () => {
  test("applying it leaves nothing to plan", () => {
    fc.assert(
      fc.property(desireds, gateways, waits, (desired, gateway, routeWaits) => {
        const settings = { ...options, routeWaits: () => routeWaits };
        const after = applyInMemory(gateway, planChanges(desired, gateway, settings).steps);
        expect(planChanges(desired, after, settings).steps).toEqual([]);
      }),
      { numRuns },
    );
  });

  test("the order of the input never matters", () => {
    fc.assert(
      fc.property(desireds, gateways, waits, (desired, gateway, routeWaits) => {
        const reversed: Observed = {
          ...gateway,
          routes: gateway.routes.toReversed(),
          services: gateway.services.toReversed(),
        };
        const shuffled: Desired = {
          ...desired,
          routes: desired.routes.toReversed(),
          upstreams: desired.upstreams.toReversed(),
        };
        const settings = { ...options, routeWaits: () => routeWaits };
        expect(planChanges(shuffled, reversed, settings)).toEqual(planChanges(desired, gateway, settings));
      }),
      { numRuns },
    );
  });

  test("with the ledger of what came before it is the same", () => {
    const moments = fc.array(fc.tuple(desireds, gateways, fc.subarray([...ids])), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(moments, (history) => {
        const ledger = makeLedger();
        let [known, standing]: [Desired, Observed] = [emptyDesired, emptyObserved];
        for (const [desired, gateway, held] of history) {
          known = {
            ...sharing(known, desired),
            held: held.filter((one) => !desired.routes.some((route) => route.id === one)).map(heldRoute),
          };
          standing = sharing(standing, gateway);
          expect(planChanges(known, standing, options, ledger)).toEqual(planChanges(known, standing, options));
        }
      }),
      { numRuns },
    );
  });

  test("nothing foreign is touched", () => {
    fc.assert(
      fc.property(desireds, gateways, (desired, gateway) => {
        const { steps } = planChanges(desired, gateway, options);
        const foreign = gateway.routes.filter((route) => !isOurs(route, { instance: "main" }));
        expect(steps.filter((step) => step.kind === "routes" && foreign.some((route) => route.id === step.id))).toEqual(
          [],
        );
        expect(applyInMemory(gateway, steps).routes).toEqual(expect.arrayContaining(foreign));
      }),
      { numRuns },
    );
  });

  test("after every prefix of it no reference is broken", () => {
    fc.assert(
      fc.property(desireds, gateways, waits, (desired, gateway, routeWaits) => {
        fc.pre(brokenReferences(gateway).length === 0);
        let state = gateway;
        for (const step of planChanges(desired, gateway, { ...options, routeWaits: () => routeWaits }).steps) {
          state = withStep(state, step);
          expect(brokenReferences(state)).toEqual([]);
        }
      }),
      { numRuns },
    );
  });

  test("nor after any order that waits for what it must", () => {
    fc.assert(
      fc.property(desireds, gateways, waits, fc.infiniteStream(fc.nat()), (desired, gateway, routeWaits, picks) => {
        fc.pre(brokenReferences(gateway).length === 0);
        let open = planChanges(desired, gateway, { ...options, routeWaits: () => routeWaits }).steps;
        const done = new Set<number>();
        let state = gateway;
        while (open.length > 0) {
          const ready = open.filter(({ waitsFor }) => waitsFor.every((before) => done.has(before)));
          const step = ready[Number(picks.next().value) % ready.length];
          if (step === undefined) throw new Error("no step is ready");
          state = withStep(state, step);
          done.add(step.index);
          open = open.filter((other) => other !== step);
          expect(brokenReferences(state)).toEqual([]);
        }
      }),
      { numRuns },
    );
  });

  test("one changed object is one step", () => {
    fc.assert(
      fc.property(desireds, fc.nat(), (desired, pick) => {
        const gateway = applyInMemory(emptyObserved, planChanges(desired, emptyObserved, options).steps);
        expect(planChanges(desired, gateway, options).steps).toEqual([]);
        const filled = adminKinds.filter((kind) => desired[kind].length > 0);
        const kind = filled[pick % Math.max(filled.length, 1)];
        fc.pre(kind !== undefined);
        const [first, ...others] = desired[kind];
        const edited = { ...desired, [kind]: [{ ...first, body: { ...first?.body, desc: "edited" } }, ...others] };
        expect(planChanges(edited, gateway, options).steps).toMatchObject([
          { verb: "update", kind, id: first?.id, changed: ["desc"] },
        ]);
      }),
      { numRuns },
    );
  });
});
