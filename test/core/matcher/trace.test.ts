import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { match, tableOf, traceMatch, type Step } from "../../../src/core/matcher/index.ts";
import { routerFlavors, type AdminRoute } from "../../../src/core/model/index.ts";
import { anyRequest, anyRoute, runs } from "./arbitraries.ts";
import { requestOf, routesIn, trace, winnerOf } from "./support.ts";

const anyTable = fc.tuple(fc.constantFrom(...routerFlavors), fc.array(anyRoute, { minLength: 1, maxLength: 7 }));
const withIds = (routes: readonly AdminRoute[]) => routes.map((route, index) => ({ ...route, id: `r${index}` }));

describe("a trace", () => {
  test("ends at the winner that match names, and every step before it was passed over", () => {
    fc.assert(
      fc.property(anyTable, anyRequest, ([flavor, routes], asked) => {
        const table = tableOf({ flavor }, { routes: withIds(routes) });
        const { result, steps } = traceMatch(table, requestOf(asked));
        expect(result).toEqual(match(table, requestOf(asked)));
        const won = steps.filter(({ outcome }) => outcome === "won");
        expect(won.length).toBe(
          result.kind === "matched" || (result.kind === "unknown" && result.otherwise.kind === "matched") ? 1 : 0,
        );
        if (result.kind === "matched") {
          expect(steps.at(-1)).toBe(won[0]);
          expect(winnerOf(result)).toBe(won[0]?.routeId);
          expect(steps.slice(0, -1).every(({ outcome }) => outcome === "passedOver")).toBe(true);
        }
        for (const { outcome, reason } of steps) expect(reason === undefined).toBe(outcome === "won");
      }),
      runs(600),
    );
  });

  test("names a runner-up that answers once the winner is gone", () => {
    fc.assert(
      fc.property(anyTable, anyRequest, ([flavor, routes], asked) => {
        const table = tableOf({ flavor }, { routes: withIds(routes) });
        const { result, runnerUp } = traceMatch(table, requestOf(asked));
        if (result.kind !== "matched") return;
        table.removeRoute(result.candidate.owner.id);
        const after = match(table, requestOf(asked));
        if (after.kind === "matched") expect(runnerUp?.routeId).toBe(after.candidate.owner.id);
        if (after.kind === "notFound") expect(runnerUp).toBeUndefined();
      }),
      runs(600),
    );
  });

  test("says that load order decides exactly where another order of loading changes the winner", () => {
    fc.assert(
      fc.property(anyTable, anyRequest, ([flavor, written], asked) => {
        const routes = withIds(written);
        const { result, tiedWith, mayTieWith } = traceMatch(tableOf({ flavor }, { routes }), requestOf(asked));
        if (result.kind !== "matched") return;
        const winnerId = result.candidate.owner.id;
        const others = routes
          .filter(({ id }) => id !== winnerId)
          .filter(
            ({ id }) =>
              winnerIn([...routes.filter((route) => route.id === id), ...routes.filter((route) => route.id !== id)]) ===
              id,
          )
          .map(({ id }) => id);
        expect([...tiedWith].sort()).toEqual(others);
        if (mayTieWith.length > 0) expect(mayTieWith).not.toContain(winnerId);

        function winnerIn(order: readonly AdminRoute[]): string {
          return winnerOf(match(tableOf({ flavor }, { routes: order }), requestOf(asked)));
        }
      }),
      runs(300),
    );
  });

  test("a predicate that is said to have failed is false: take it away and its route is no longer stopped by it", () => {
    fc.assert(
      fc.property(anyTable, anyRequest, ([flavor, written], asked) => {
        const routes = withIds(written);
        const { steps } = traceMatch(tableOf({ flavor }, { routes }), requestOf(asked));
        for (const step of steps.filter(({ outcome }) => outcome === "passedOver")) {
          const freed = routes.map((route) => (route.id === step.routeId ? without(route, step) : route));
          const again = traceMatch(tableOf({ flavor }, { routes: freed }), requestOf(asked));
          const sameStep = again.steps.find(
            ({ routeId, uri, level }) => routeId === step.routeId && uri === step.uri && level === step.level,
          );
          if (sameStep?.outcome === "passedOver") expect(sameStep.reason?.place).not.toBe(step.reason?.place);
        }
      }),
      runs(300),
    );
  });

  test.each<{
    demand: string;
    route: Partial<AdminRoute>;
    before: Parameters<typeof trace>[1];
    saw: string;
    after: Parameters<typeof trace>[1];
  }>([
    {
      demand: "methods",
      route: { methods: ["POST"] },
      before: { target: "/p" },
      saw: "GET",
      after: { target: "/p", method: "POST" },
    },
    {
      demand: "remote_addrs",
      route: { remote_addrs: ["10.0.0.0/8"] },
      before: { target: "/p" },
      saw: "127.0.0.1",
      after: { target: "/p", remoteAddr: "10.1.1.1" },
    },
    {
      demand: "vars[0]",
      route: { vars: [["arg_x", "==", "1"]] },
      before: { target: "/p" },
      saw: "absent",
      after: { target: "/p?x=1" },
    },
    {
      demand: "vars[0]",
      route: { vars: [["arg_x", "~~", "^a"]] },
      before: { target: "/p?x=b" },
      saw: '"b"',
      after: { target: "/p?x=ab" },
    },
    {
      demand: "vars[1]",
      route: {
        vars: [
          ["arg_x", "==", 1],
          ["http_x_v", "in", ["a", "b"]],
        ],
      },
      before: { target: "/p?x=1" },
      saw: "absent",
      after: { target: "/p?x=1", headers: [["X-V", "b"]] },
    },
    {
      demand: "vars",
      route: { vars: ["OR", ["arg_x", "==", "1"], ["arg_y", "==", "2"]] },
      before: { target: "/p?x=3" },
      saw: 'arg_x "3", arg_y absent',
      after: { target: "/p?y=2" },
    },
    {
      demand: "filter_func",
      route: { filter_func: "function(vars) return vars.arg_x == '1' end" },
      before: { target: "/p" },
      saw: "it refused",
      after: { target: "/p?x=1" },
    },
  ])("names $demand and what it saw; with that changed the route wins", ({ demand, route, before, saw, after }) => {
    const table = routesIn([{ id: "r", uri: "/p", ...route }], { flavor: "radixtree_uri" });
    expect(trace(table, before).steps).toMatchObject([{ outcome: "passedOver", reason: { place: demand, saw } }]);
    expect(trace(table, after).steps).toMatchObject([{ outcome: "won" }]);
  });

  test("a host that is a condition is named with what it saw, and a pattern with the path", () => {
    const table = routesIn([{ id: "r", uri: "/p/*/z", host: "a.com:80" }], { flavor: "radixtree_uri" });
    expect(trace(table, { host: "a.com", target: "/p/1/z" }).steps[0]?.reason).toEqual({
      place: "hosts",
      demands: "a.com:80",
      saw: "a.com",
    });
    expect(trace(table, { host: "a.com:80", target: "/p/1/y" }).steps[0]?.reason).toEqual({
      place: "uri",
      demands: "/p/*/z",
      saw: "/p/1/y",
    });
  });

  test("tells which rule put the winner before the next", () => {
    const rules: [string, readonly AdminRoute[]][] = [
      [
        "host level",
        [
          { id: "w", uri: "/*", host: "h.test" },
          { id: "n", uri: "/p" },
        ],
      ],
      [
        "exact path",
        [
          { id: "n", uri: "/p*", priority: 9 },
          { id: "w", uri: "/p" },
        ],
      ],
      [
        "longer prefix",
        [
          { id: "n", uri: "/*", priority: 9 },
          { id: "w", uri: "/p*" },
        ],
      ],
      [
        "priority",
        [
          { id: "n", uri: "/p" },
          { id: "w", uri: "/p", priority: 1 },
        ],
      ],
      [
        "text length",
        [
          { id: "n", uri: "/p*" },
          { id: "w", uri: "/p*x" },
        ],
      ],
      [
        "load order",
        [
          { id: "w", uri: "/p" },
          { id: "n", uri: "/p" },
        ],
      ],
    ];
    for (const [rule, routes] of rules) {
      expect(trace(routesIn(routes), "/p")).toMatchObject({
        runnerUp: { routeId: "n", decidedBy: rule },
        tiedWith: rule === "load order" ? ["n"] : [],
      });
    }
  });
});

/** The route without the part that a step blames. */
function without(route: AdminRoute, { reason }: Step): AdminRoute {
  const place = reason?.place.replace(/\[.*/s, "");
  const { methods, remote_addrs, vars, filter_func, hosts, ...rest } = route;
  return {
    ...rest,
    ...(methods !== undefined && place !== "methods" && { methods }),
    ...(remote_addrs !== undefined && place !== "remote_addrs" && { remote_addrs }),
    ...(vars !== undefined && place !== "vars" && { vars }),
    ...(filter_func !== undefined && place !== "filter_func" && { filter_func }),
    ...(hosts !== undefined && place !== "hosts" && { hosts }),
    ...(place === "uri" && { uris: rest.uris?.map((uri) => `${uri.replace(/[*:].*$/s, "")}*`) ?? [] }),
  };
}
