import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { explain } from "../../../src/cli/explain/explain.ts";
import type { TableOrigin } from "../../../src/cli/explain/named-table.ts";
import { tableOfOperator, tableOnGateway } from "../../../src/cli/explain/table.ts";
import { explanationJson, type ExplanationJson } from "../../../src/cli/render/explain-json.ts";
import type { AdminRoute, Observed, RouteManifest, Snapshot } from "../../../src/core/model/index.ts";
import { emptyObserved } from "../../../src/core/model/index.ts";
import { invalid, route, service, snapshotOf } from "../../support/manifests.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/explain.md"), "utf8");
const origin: TableOrigin = {
  from: "files",
  gateway: "main",
  isObserved: false,
  router: "radixtree_host_uri",
  apisixVersion: "3.18.0",
};

describe("the JSON", () => {
  test("has the documented fields in the documented order, and so has a step", () => {
    const json = explained(snapshotOf(route("a", { priority: 1 }), route("b")), "/x");
    expect(Object.keys(json)).toEqual(documented("## `-o json`"));
    expect(Object.keys(json.steps[0] ?? {}).toSorted()).toEqual(documented("A step:").toSorted());
    expect(Object.keys(json.runnerUp ?? {}).toSorted()).toEqual(
      ["decidedBy", "host", "id", "priority", "route", "uri"].toSorted(),
    );
  });

  test("every field is there whatever came of the request", () => {
    const unknown = { filterFunc: "function(vars) return os.time() > 1 end" };
    const answers: ExplanationJson[] = [
      explained(snapshotOf(route("a")), "/x"),
      explained(snapshotOf(route("a", { uris: ["/y"] })), "/x"),
      explained(snapshotOf(route("a")), "/%zz"),
      explained(snapshotOf(route("a", unknown), route("b", { priority: -1 })), "/x"),
      explained(snapshotOf(route("a", { vars: [[["x"], "==", 1]] })), "/x"),
    ];
    expect(answers.map(({ outcome }) => outcome)).toEqual(["matched", "noRoute", "refused", "unknown", "noRoute"]);
    expect(answers[4]?.notes).toEqual([expect.stringContaining("The gateway drops route shop.a_route")]);
    for (const json of answers) expect(Object.keys(json)).toEqual(documented("## `-o json`"));
    expect(answers[3]).toMatchObject({
      maybe: ["shop/a"],
      otherwise: "shop/b",
      dependsOnUnknown: true,
      settled: false,
    });
  });
});

describe("routes as the operator writes them", () => {
  const story = snapshotOf(
    service("svc", { hosts: ["test1.com", "test2.com"] }),
    route("route-1", { uris: ["/test*"], serviceRef: { name: "svc" } }),
    route("route-2", { uris: ["/test*"], hosts: ["test2.com"], serviceRef: { name: "svc" } }),
  );

  test("the story: the route that names the host answers, and says why its number is what it is", () => {
    expect(explained(story, "/test", "test2.com")).toMatchObject({
      winner: "shop/route-2",
      winnerId: "shop.route-2_route",
      settled: true,
      steps: [{ priority: { value: 100, source: "Specificity", reason: /stands above 1 route/ } }].map((step) => ({
        priority: { ...step.priority, reason: expect.stringMatching(step.priority.reason) },
      })),
      runnerUp: { route: "shop/route-1", decidedBy: "priority", host: "test2.com" },
    });
  });

  test("an explicit tie is told, with the others", () => {
    const tie = snapshotOf(route("a", { priority: 5 }), route("b", { priority: 5 }), route("c", { priority: 5 }));
    expect(explained(tie, "/x")).toMatchObject({
      outcome: "matched",
      winner: "shop/a",
      settled: false,
      dependsOnLoadOrder: true,
      tiedWith: ["shop/b", "shop/c"],
      steps: [{ priority: { source: "Explicit" } }],
    });
  });

  test("what takes no part is noted: invalid objects, and routes whose service is missing", () => {
    const { notes, table } = explained(
      snapshotOf(invalid("GatewayRoute", "broken"), route("lost", { serviceRef: { name: "none" } }), route("a")),
      "/x",
    );
    expect(table.routes).toBe(1);
    expect(notes.join("\n")).toMatch(/GatewayRoute shop\/lost is held back: .*none/);
  });

  test("the router of the origin counts, in filling numbers too", () => {
    const hosts = snapshotOf(route("any", { uris: ["/x/*"] }), route("host", { hosts: ["a.com"], uris: ["/*"] }));
    const asked = (router: TableOrigin["router"]) =>
      explained(hosts, "/x/1", "a.com", undefined, { ...origin, router }).winner;
    expect([asked("radixtree_host_uri"), asked("radixtree_uri")]).toEqual(["shop/host", "shop/any"]);
  });

  test("a foreign route on the gateway competes under its id, with its own number; ours without a resource goes", () => {
    const observed = observedWith([
      ["theirs", { uris: ["/*"], priority: 7 }],
      ["shop.gone_route", { uris: ["/*"], priority: 9, labels: oursLabels("gone") }],
    ]);
    expect(explained(snapshotOf(route("a")), "/x", "a.com", observed)).toMatchObject({
      winner: "theirs",
      steps: [{ priority: { value: 7, source: "Foreign" } }],
      runnerUp: { route: "shop/a" },
      table: { observed: false, routes: 2 },
    });
  });

  test("a route that is held stays as the gateway has it, under its own name", () => {
    const observed = observedWith([["shop.a_route", { uris: ["/old"], labels: oursLabels("a") }]]);
    const held = snapshotOf(invalid("GatewayRoute", "a"));
    expect(explained(held, "/old", "a.com", observed)).toMatchObject({ winner: "shop/a", settled: true });
  });
});

describe("routes as they stand on a gateway", () => {
  test("are loaded as they were created, named by their labels, and foreign ones by their ids", () => {
    const observed = observedWith([
      ["z", { uri: "/*" }],
      ["shop.a_route", { uri: "/*", labels: { ...oursLabels("a"), "priority-source": "Explicit" } }],
      ["b", { uri: "/*", priority: 0 }],
    ]);
    const table = tableOnGateway(observed, { ...origin, from: "gateway", gateway: undefined, isObserved: true });
    expect(explanationJson(explain(table, requestOn("/x")), table)).toMatchObject({
      winner: "z",
      tiedWith: ["shop/a", "b"],
      table: { from: "gateway", gateway: null, observed: true },
    });
    expect([...table.routes.values()].map(({ priority }) => [priority.source, priority.reason])).toEqual([
      ["Foreign", "none is set, which counts as 0"],
      ["Explicit", "written by its author"],
      ["Foreign", "as it stands on the gateway"],
    ]);
  });

  test("a winner whose service is gone answers 404, and that is no settled answer", () => {
    const table = tableOnGateway(observedWith([["r", { uri: "/*", service_id: "gone" }]]), origin);
    expect(explanationJson(explain(table, requestOn("/x")), table)).toMatchObject({
      winner: "r",
      missing: "service",
      status: 404,
      settled: false,
    });
  });

  test("a route that breaks the router breaks every request, and is named", () => {
    const table = tableOnGateway(
      observedWith([
        ["bad", { uri: "/y", remote_addr: "nowhere" }],
        ["r", { uri: "/*" }],
      ]),
      origin,
    );
    expect(explanationJson(explain(table, requestOn("/x")), table)).toMatchObject({
      outcome: "error",
      status: 500,
      winner: null,
      error: { route: "bad", reason: "invalid IP address: nowhere" },
    });
  });
});

function documented(heading: string): string[] {
  const section = page.slice(page.indexOf(heading)).split("\n|---|---|---|\n")[1]?.split("\n\n")[0] ?? "";
  return section
    .split("\n")
    .flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, name = ""]) => name));
}

function explained(
  snapshot: Snapshot,
  target: string,
  host = "a.com",
  observed?: Observed,
  at: TableOrigin = origin,
): ExplanationJson {
  const table = tableOfOperator(snapshot, observed, at);
  return explanationJson(explain(table, requestOn(target, host)), table);
}

function requestOn(target: string, host = "a.com"): Parameters<typeof explain>[1] {
  return { method: "GET", target, headers: [["Host", host]] };
}

function oursLabels(name: RouteManifest["meta"]["name"]): Readonly<Record<string, string>> {
  return { "managed-by": "apisix-route-operator", instance: "main", origin: `GatewayRoute/shop/${name}` };
}

function observedWith(routes: readonly (readonly [id: string, value: AdminRoute])[]): Observed {
  return {
    ...emptyObserved,
    routes: routes.map(([id, value], index) => ({
      kind: "routes",
      id,
      value,
      createdIndex: index + 1,
      modifiedIndex: index + 1,
    })),
  };
}
