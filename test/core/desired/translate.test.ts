import { describe, expect, test } from "vitest";
import { resolve, translate } from "../../../src/core/desired/index.ts";
import type { Snapshot } from "../../../src/core/model/index.ts";
import { invalid, pluginConfig, route, service, snapshotOf, upstream } from "../../support/manifests.ts";

const desiredOf = (snapshot: Snapshot) => translate(resolve(snapshot));

describe("translate", () => {
  test("a route with hosts of its own keeps them, in lower case and each once", () => {
    const desired = desiredOf(
      snapshotOf(route("cart", { hosts: ["Shop.example.com", "shop.example.com"], upstream: { nodes: [] } })),
    );
    expect(desired.routes[0]?.body.hosts).toEqual(["shop.example.com"]);
    expect(desired.routes[0]?.hostsSource).toBe("Route");
  });

  test("a route without hosts is written with its service's", () => {
    const desired = desiredOf(
      snapshotOf(service("web", { hosts: ["a.com", "B.com"] }), route("cart", { serviceRef: { name: "web" } })),
    );
    expect(desired.routes[0]).toMatchObject({
      id: "shop.cart_route",
      hostsSource: "Service",
      body: { hosts: ["a.com", "b.com"], service_id: "shop.web_service" },
      references: [{ kind: "services", id: "shop.web_service" }],
    });
  });

  test("without hosts anywhere it answers on any host", () => {
    const desired = desiredOf(snapshotOf(service("web"), route("cart", { serviceRef: { name: "web" } })));
    expect(desired.routes[0]?.hostsSource).toBe("Any");
    expect(desired.routes[0]?.body).not.toHaveProperty("hosts");
  });

  test("every object says whose it is, over the author's own labels", () => {
    const desired = desiredOf(snapshotOf(upstream("u", { labels: { team: "a", "managed-by": "me" } })));
    expect(desired.upstreams[0]?.body.labels).toEqual({
      team: "a",
      "managed-by": "apisix-route-operator",
      instance: "main",
      origin: "GatewayUpstream/shop/u",
    });
  });

  test("absent fields stay absent, so that no default is ever written", () => {
    const desired = desiredOf(
      snapshotOf(route("cart", { upstream: { nodes: [{ host: "10.0.0.1", port: 80, weight: 1 }] } })),
    );
    expect(Object.keys(desired.routes[0]?.body ?? {}).sort()).toEqual(["labels", "name", "upstream", "uris"]);
  });

  test.each([
    [
      "a service that is not there",
      [route("r", { serviceRef: { name: "web" } })],
      "GatewayService shop/web is not on this gateway.",
    ],
    [
      "a service of another namespace",
      [service("other/web"), route("r", { serviceRef: { name: "web" } })],
      "is not on this gateway",
    ],
    [
      "a service on its way out",
      [service("web", {}, { isDeleting: true }), route("r", { serviceRef: { name: "web" } })],
      "is being deleted",
    ],
    [
      "a service with an invalid spec",
      [invalid("GatewayService", "web"), route("r", { serviceRef: { name: "web" } })],
      "has an invalid spec",
    ],
    [
      "a service whose upstream is not there",
      [service("web", { upstreamRef: { name: "gone" } }), route("r", { serviceRef: { name: "web" } })],
      "itself refers to something that is not there",
    ],
  ])("a route that refers to %s is held, and says why", (_sentence, objects, message) => {
    const resolved = resolve(snapshotOf(...objects));
    const desired = translate(resolved);
    expect(desired.routes).toEqual([]);
    expect(desired.held.map(({ id }) => id)).toContain("shop.r_route");
    expect(resolved.objects.GatewayRoute[0]?.problems[0]?.message).toContain(message);
  });

  test("an object that is being deleted is neither desired nor held", () => {
    const desired = desiredOf(
      snapshotOf(pluginConfig("p", { isDeleting: true }), route("r", {}, { isDeleting: true })),
    );
    expect(desired).toMatchObject({ routes: [], plugin_configs: [], held: [] });
  });

  test("the order of the input never matters", () => {
    const objects = [route("b"), route("a"), upstream("z"), upstream("y"), service("s")];
    expect(desiredOf(snapshotOf(...objects))).toEqual(desiredOf(snapshotOf(...objects.toReversed())));
  });
});
