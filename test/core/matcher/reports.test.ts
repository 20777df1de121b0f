import { describe, expect, test } from "vitest";
import type { AdminRoute } from "../../../src/core/model/index.ts";
import { routesIn, trace, winner } from "./support.ts";

// What people reported, by number in apache/apisix; the model's answers stand in docs/precedence.md.
const byId = (routes: readonly AdminRoute[]) => routes.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1));

describe("the uri router, default before 3.3: paths first, hosts only filter", () => {
  const flavor = "radixtree_uri";

  test("#3865: a route that also asks for a header loses to the plain one if that stands first", () => {
    const plain: AdminRoute = { id: "1", uri: "/*", host: "a.com" };
    const header: AdminRoute = { id: "2", uri: "/*", host: "a.com", vars: [["http_x_app", "==", "b"]] };
    const asked = { host: "a.com", headers: [["X-App", "b"] as const] };
    expect(trace(routesIn([plain, header], { flavor }), asked)).toMatchObject({
      steps: [{ routeId: "1" }],
      tiedWith: ["2"],
    });
    expect(winner(routesIn([header, plain], { flavor }), asked)).toBe("2");
  });

  test("#4268: with numbers 2, 1, 0 for host, header and neither, the order is theirs and no longer that of loading", () => {
    const routes: AdminRoute[] = [
      { id: "A", uri: "/*", priority: 0 },
      { id: "B", uri: "/*", hosts: ["dev.a.com"], priority: 2 },
      { id: "C", uri: "/*", vars: [["http_app-name", "==", "x"]], priority: 1 },
    ];
    const header = [["App-Name", "x"] as const];
    const table = routesIn(routes, { flavor });
    expect([
      winner(table, { host: "dev.a.com", headers: header }),
      winner(table, { headers: header }),
      winner(table, "/"),
    ]).toEqual(["B", "C", "A"]);
    expect(trace(table, { host: "dev.a.com", headers: header })).toMatchObject({
      tiedWith: [],
      runnerUp: { routeId: "C", decidedBy: "priority" },
    });
    const unnumbered = routesIn(
      routes.map(({ priority: _priority, ...route }) => route),
      { flavor },
    );
    expect(trace(unnumbered, { host: "dev.a.com", headers: header })).toMatchObject({
      steps: [{ routeId: "A" }],
      tiedWith: ["B", "C"],
    });
  });

  test("#6171: the longer prefix of a wildcard host beats the exact host's catch-all, whatever the numbers", () => {
    const routes: AdminRoute[] = [
      { id: "1", uri: "/v1/*", hosts: ["*.test1.com"], priority: 1 },
      { id: "2", uri: "/*", hosts: ["a.test1.com"], priority: 10 },
    ];
    const asked = { method: "HEAD", host: "a.test1.com", target: "/v1/a" };
    expect(trace(routesIn(routes, { flavor }), asked)).toMatchObject({
      runnerUp: { routeId: "2", decidedBy: "longer prefix" },
    });
    expect(trace(routesIn(routes), asked)).toMatchObject({ runnerUp: { routeId: "1", decidedBy: "host level" } });
  });

  test("#7163: the exact host wins over the wildcard only if its id is the smaller, until it gets a number", () => {
    const routes: AdminRoute[] = [
      { id: "1314", uri: "/*", host: "x.a.com" },
      { id: "1047", uri: "/*", host: "*.a.com" },
    ];
    const asked = { host: "x.a.com" };
    expect(winner(routesIn(routes, { flavor }), asked)).toBe("1314");
    expect(winner(routesIn(byId(routes), { flavor }), asked)).toBe("1047");
    const numbered = byId(routes).map((route) => (route.id === "1314" ? { ...route, priority: 10 } : route));
    expect(trace(routesIn(numbered, { flavor }), asked)).toMatchObject({
      tiedWith: [],
      runnerUp: { decidedBy: "priority" },
    });
  });

  test("#7562: a priority of 9999 on the host's catch-all does not reach a longer prefix without host", () => {
    const routes: AdminRoute[] = [
      { id: "1", uri: "/*", host: "a.com", priority: 9999 },
      { id: "2", uri: "/v2/*" },
    ];
    const asked = { host: "a.com", target: "/v2/x.html" };
    expect(trace(routesIn(routes, { flavor }), asked)).toMatchObject({
      runnerUp: { routeId: "1", decidedBy: "longer prefix" },
    });
    const repeated = routes.map((route) =>
      route.id === "1" ? { id: "1", uris: ["/*", "/v2/*"], host: "a.com", priority: 9999 } : route,
    );
    expect(winner(routesIn(repeated, { flavor }), asked)).toBe("1");
  });
});

describe("the host router, default since 3.3: hosts first", () => {
  test("#11421: the catch-all of a host hides a longer prefix without host, whatever that one's number", () => {
    const routes: AdminRoute[] = [
      { id: "host", uri: "/*", host: "a.com" },
      { id: "deep", uri: "/v2/*", priority: 9999 },
    ];
    expect(trace(routesIn(routes), { host: "a.com", target: "/v2/x" })).toMatchObject({
      steps: [{ routeId: "host", outcome: "won" }],
      runnerUp: { routeId: "deep", decidedBy: "host level" },
    });
  });

  test("#11437: a prefix on a wildcard host answered before 3.3 and no longer does where an exact host has a catch-all", () => {
    const routes: AdminRoute[] = [
      { id: "wide", uri: "/xxxxx/*", host: "*.test.com" },
      { id: "exact", uri: "/*", host: "foo.test.com" },
    ];
    const asked = { host: "foo.test.com", target: "/xxxxx/1" };
    expect(winner(routesIn(routes, { flavor: "radixtree_uri" }), asked)).toBe("wide");
    expect(winner(routesIn(routes), asked)).toBe("exact");
    expect(winner(routesIn(routes), { host: "bar.test.com", target: "/xxxxx/1" })).toBe("wide");
  });

  test("#9296: regular expressions over one catch-all are tried in the order of loading, however precise they are", () => {
    const wide: AdminRoute = { id: "ingress-a", uri: "/*", vars: [["uri", "~~", "/api/.*"]] };
    const narrow: AdminRoute = { id: "ingress-b", uri: "/*", vars: [["uri", "~~", "/api/bbb/.*"]] };
    const asked = "/api/bbb/1";
    expect(trace(routesIn([wide, narrow]), asked)).toMatchObject({
      steps: [{ routeId: "ingress-a", outcome: "won" }],
      tiedWith: ["ingress-b"],
    });
    expect(winner(routesIn([narrow, wide]), asked)).toBe("ingress-b");
    expect(winner(routesIn([narrow, wide]), "/api/1")).toBe("ingress-a");
    const numbered = [wide, { ...narrow, priority: 1 }];
    expect(trace(routesIn(numbered), asked)).toMatchObject({
      tiedWith: [],
      runnerUp: { routeId: "ingress-a", decidedBy: "priority" },
    });
    const prefixes: AdminRoute[] = [
      { id: "ingress-a", uri: "/api/*" },
      { id: "ingress-b", uri: "/api/bbb/*" },
    ];
    expect(trace(routesIn(prefixes), asked)).toMatchObject({
      runnerUp: { routeId: "ingress-a", decidedBy: "longer prefix" },
    });
  });
});

describe("the router with parameters", () => {
  const flavor = "radixtree_uri_with_parameter";

  test("#9366: among equals the longer text stands first since 3.9; before, the one that was there first (read from source)", () => {
    const short: AdminRoute = { id: "short", uri: "/api/prod/:version/test/*" };
    const long: AdminRoute = {
      id: "long",
      uri: "/api/prod/:version/test/api/projects/:project/clusters/:cluster/nodes/?",
    };
    const asked = "/api/prod/v4/test/api/projects/saas/clusters/123/nodes/";
    const of = (version: string, ...routes: readonly AdminRoute[]) =>
      winner(routesIn(routes, { flavor, version }), asked);
    expect([of("3.18.0", short, long), of("3.18.0", long, short)]).toEqual(["long", "long"]);
    expect([of("3.2.0", short, long), of("3.2.0", long, short)]).toEqual(["short", "long"]);
    expect(trace(routesIn([short, long], { flavor }), asked)).toMatchObject({
      runnerUp: { routeId: "short", decidedBy: "text length" },
    });
  });
});
