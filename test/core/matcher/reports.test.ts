import { describe, expect, test } from "vitest";
import type { AdminRoute } from "../../../src/core/model/index.ts";
import { routesIn, trace, winner } from "./support.ts";

// What people reported, by number in apache/apisix; the model's answers stand in docs/precedence.md.
describe("user reports", () => {
  test("#11421: a prefix on a wildcard host loses to the catch-all of the exact host, whatever its priority", () => {
    const routes: AdminRoute[] = [
      { id: "deep", uri: "/xxx/*", host: "*.test.com", priority: 100 },
      { id: "all", uri: "/*", host: "foo.test.com" },
    ];
    const asked = { host: "foo.test.com", target: "/xxx/1" };
    expect(trace(routesIn(routes), asked)).toMatchObject({
      runnerUp: { routeId: "deep", decidedBy: "host level" },
      steps: [{ routeId: "all", outcome: "won" }],
    });
    expect(winner(routesIn(routes, { flavor: "radixtree_uri" }), asked)).toBe("deep");
  });

  test("#11437: the same two answered the other way round under the default router before 3.3", () => {
    const routes: AdminRoute[] = [
      { id: "all", uri: "/*", host: "a.example.com" },
      { id: "api", uri: "/api/*", host: "*.example.com" },
    ];
    const asked = { host: "a.example.com", target: "/api/x" };
    expect(winner(routesIn(routes, { flavor: "radixtree_uri" }), asked)).toBe("api");
    expect(winner(routesIn(routes, { flavor: "radixtree_host_uri" }), asked)).toBe("all");
  });

  test("#3865, #7163: equal routes go by load order, so the winner changes with a restart; a number ends it", () => {
    const created: AdminRoute[] = [
      { id: "9", uri: "/get*" },
      { id: "10", uri: "/get*" },
    ];
    const byId = created.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
    expect(winner(routesIn(created), "/get")).toBe("9");
    expect(winner(routesIn(byId), "/get")).toBe("10");
    expect(trace(routesIn(created), "/get")).toMatchObject({ tiedWith: ["10"], runnerUp: { decidedBy: "load order" } });
    const numbered = byId.map((route) => (route.id === "9" ? { ...route, priority: 1 } : route));
    expect(trace(routesIn(numbered), "/get")).toMatchObject({
      tiedWith: [],
      runnerUp: { routeId: "10", decidedBy: "priority" },
    });
  });

  test("#4268: conditions give no precedence: a plain route that stands first hides one that asks for more", () => {
    const routes: AdminRoute[] = [
      { id: "plain", uri: "/app/*" },
      { id: "canary", uri: "/app/*", vars: [["http_x_canary", "==", "1"]] },
    ];
    const asked = { target: "/app/x", headers: [["X-Canary", "1"] as const] };
    expect(trace(routesIn(routes), asked)).toMatchObject({ steps: [{ routeId: "plain" }], tiedWith: ["canary"] });
  });

  test("#6171, #7562: priority does not reach across prefixes or from a prefix to an exact path", () => {
    const routes: AdminRoute[] = [
      { id: "root", uri: "/*", priority: 9999, vars: [["uri", "~~", "^/myservice/.*/ws_html"]] },
      { id: "service", uri: "/myservice*", priority: 1 },
      { id: "exact", uri: "/myservice/a/ws_html", priority: -5 },
    ];
    expect(trace(routesIn(routes), "/myservice/a/ws_html").runnerUp).toEqual({
      routeId: "service",
      uri: "/myservice*",
      decidedBy: "exact path",
    });
    expect(trace(routesIn(routes), "/myservice/b/ws_html")).toMatchObject({
      steps: [{ routeId: "service" }],
      runnerUp: { routeId: "root", decidedBy: "longer prefix" },
    });
  });

  test("#9296: with parameters, the longer text stands first, not the pattern that was registered first", () => {
    const routes: AdminRoute[] = [
      { id: "short", uri: "/users/:id" },
      { id: "long", uri: "/users/:id/posts/:post" },
      { id: "named", uri: "/users/:anybody/*" },
    ];
    const table = routesIn(routes, { flavor: "radixtree_uri_with_parameter" });
    expect(trace(table, "/users/1/posts/2")).toMatchObject({
      steps: [{ routeId: "long" }],
      runnerUp: { routeId: "named", decidedBy: "text length" },
    });
    expect(winner(table, "/users/1")).toBe("short");
    // Read from source: before 3.9 the order of registration decided among equals.
    const wide: AdminRoute[] = [
      { id: "rest", uri: "/u/:x/*" },
      { id: "posts", uri: "/u/:x/posts/:y" },
    ];
    const of = (version: string) =>
      winner(routesIn(wide, { flavor: "radixtree_uri_with_parameter", version }), "/u/1/posts/2");
    expect([of("3.8.0"), of("3.9.0")]).toEqual(["rest", "posts"]);
  });
});
