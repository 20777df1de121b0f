import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RouteTable, tableOf, traceMatch } from "../../../src/core/matcher/index.ts";
import { routerFlavors, type AdminRoute, type AdminService } from "../../../src/core/model/index.ts";
import { anyRequest, anyRoute, anyService, runs } from "./arbitraries.ts";
import { requestOf, routesIn, winner } from "./support.ts";

const ids = ["r1", "r2", "r3", "r4", "r5"];
const serviceIds = ["s1", "s2"];

type Change =
  | { readonly kind: "putRoute"; readonly id: string; readonly route: AdminRoute }
  | { readonly kind: "removeRoute"; readonly id: string }
  | { readonly kind: "putService"; readonly id: string; readonly service: AdminService }
  | { readonly kind: "removeService"; readonly id: string };

const anyChange: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("putRoute" as const), id: fc.constantFrom(...ids), route: anyRoute }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("removeRoute" as const), id: fc.constantFrom(...ids) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("putService" as const),
      id: fc.constantFrom(...serviceIds),
      service: anyService,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("removeService" as const), id: fc.constantFrom(...serviceIds) }),
  },
);

describe("a table that changes", () => {
  test("equals one built at once from what is left, in load order", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...routerFlavors),
        fc.array(anyChange, { minLength: 1, maxLength: 14 }),
        fc.array(anyRequest, { minLength: 4, maxLength: 8 }),
        (flavor, history, requests) => {
          const grown = new RouteTable({ flavor });
          const model = playOn(grown, history);
          const built = tableOf({ flavor }, model);
          for (const asked of requests) {
            const [fromGrown, fromBuilt] = [grown, built].map((table) => seen(table, asked));
            expect(fromGrown).toEqual(fromBuilt);
          }
        },
      ),
      runs(1000),
    );
  });

  test("an update keeps a route's place among equals, delete and create sends it to the end", () => {
    const table = routesIn([
      { id: "b", uri: "/t" },
      { id: "a", uri: "/t" },
    ]);
    table.putRoute("b", { id: "b", uri: "/t", desc: "changed" });
    expect(winner(table, "/t")).toBe("b");
    table.removeRoute("b");
    table.putRoute("b", { id: "b", uri: "/t" });
    expect(winner(table, "/t")).toBe("a");
  });

  test("a service's routes move with its hosts, and stand on every host once it is gone", () => {
    const table = routesIn([{ id: "r", uri: "/p", service_id: "s" }], { services: [{ id: "s", hosts: ["a.com"] }] });
    expect(winner(table, { host: "b.com", target: "/p" })).toBe("notFound");
    table.putService("s", { id: "s", hosts: ["b.com"] });
    expect(winner(table, { host: "b.com", target: "/p" })).toBe("r");
    table.removeService("s");
    expect(traceMatch(table, requestOf({ host: "c.com", target: "/p" })).result).toMatchObject({
      kind: "matched",
      missing: "service",
    });
  });

  test("the gateway recovers when the route that broke it is gone", () => {
    const table = routesIn([
      { id: "ok", uri: "/p" },
      { id: "bad", uri: "/q", remote_addr: "1:2:3/64" },
    ]);
    expect(table.breakage).toEqual({ id: "bad", problem: "invalid IP address: 1:2:3/64" });
    table.removeRoute("bad");
    expect(winner(table, "/p")).toBe("ok");
  });

  test("a route with conditions that APISIX refuses takes no part, and says why", () => {
    const table = routesIn([{ id: "r", uri: "/p", vars: [["arg_x", "===", "1"]] }]);
    expect(table.compiled("r")).toEqual({ kind: "dropped", problem: "invalid vars: invalid operator '==='" });
    expect(winner(table, "/p")).toBe("notFound");
  });
});

/** What is left after a history, by the plainest of means: an update keeps its place in a Map, delete and create does not. */
function playOn(table: RouteTable, history: readonly Change[]): { routes: AdminRoute[]; services: AdminService[] } {
  const routes = new Map<string, AdminRoute>();
  const services = new Map<string, AdminService>();
  for (const change of history) {
    switch (change.kind) {
      case "putRoute":
        table.putRoute(change.id, change.route);
        routes.set(change.id, { ...change.route, id: change.id });
        break;
      case "removeRoute":
        table.removeRoute(change.id);
        routes.delete(change.id);
        break;
      case "putService":
        table.putService(change.id, change.service);
        services.set(change.id, { ...change.service, id: change.id });
        break;
      case "removeService":
        table.removeService(change.id);
        services.delete(change.id);
        break;
    }
  }
  return { routes: [...routes.values()], services: [...services.values()] };
}

function seen(table: RouteTable, asked: Parameters<typeof requestOf>[0]): unknown {
  const { result, ...rest } = traceMatch(table, requestOf(asked));
  return { kind: result.kind, ...rest };
}
