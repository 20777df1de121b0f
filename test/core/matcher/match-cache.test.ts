import { describe, expect, test } from "vitest";
import { MatchCache } from "../../../src/core/matcher/index.ts";
import type { AdminRoute } from "../../../src/core/model/index.ts";
import { requestOf, routesIn, winnerOf } from "./support.ts";

const port: AdminRoute = { id: "port", uri: "/p", host: "a.com:8080" };
const ask = (cache: MatchCache, host: string, hasGlobalRules = false) =>
  winnerOf(cache.match(requestOf({ host, target: "/p" }), { hasGlobalRules }));

describe("the match cache", () => {
  test("lets the first request decide for every port", () => {
    const cache = new MatchCache(routesIn([port], { flavor: "radixtree_uri" }));
    expect([ask(cache, "a.com:8080"), ask(cache, "a.com:80"), ask(cache, "A.com")]).toEqual(["port", "port", "port"]);
    const other = new MatchCache(routesIn([port], { flavor: "radixtree_uri" }));
    expect([ask(other, "a.com:80"), ask(other, "a.com:8080")]).toEqual(["notFound", "notFound"]);
  });

  test.each<[string, Partial<AdminRoute>]>([
    ["conditions", { vars: [] }],
    ["a client address, disabled or not", { remote_addr: "10.0.0.1", status: 0 }],
    ["a filter function", { filter_func: "function() return true end" }],
    ["a service", { service_id: "s" }],
    ["a plugin config", { plugin_config_id: "c" }],
  ])("is off as soon as any route has %s", (_, part) => {
    const cache = new MatchCache(routesIn([port, { id: "other", uri: "/o", ...part }], { flavor: "radixtree_uri" }));
    expect([ask(cache, "a.com:80"), ask(cache, "a.com:8080")]).toEqual(["notFound", "port"]);
  });

  test("is off with a global rule", () => {
    const cache = new MatchCache(routesIn([port], { flavor: "radixtree_uri" }));
    expect([ask(cache, "a.com:80", true), ask(cache, "a.com:8080", true)]).toEqual(["notFound", "port"]);
  });

  test("is emptied by every change of the table", () => {
    const table = routesIn([port], { flavor: "radixtree_uri" });
    const cache = new MatchCache(table);
    expect(ask(cache, "a.com:80")).toBe("notFound");
    table.putRoute("new", { uri: "/p", host: "a.com" });
    expect(ask(cache, "a.com:80")).toBe("new");
  });
});
