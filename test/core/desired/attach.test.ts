import { describe, expect, test } from "vitest";
import { attach, resolve, translate } from "../../../src/core/desired/index.ts";
import { gateway, invalid, route } from "../../support/manifests.ts";

describe("attach", () => {
  test("an object that names no gateway belongs to the default one", () => {
    const { snapshots, unattached } = attach(
      [gateway("edge", { default: true }), gateway("inner", { default: false }), route("cart")],
      [],
    );
    expect(snapshots.get("edge")?.attached.GatewayRoute.map(({ meta }) => meta.name)).toEqual(["cart"]);
    expect(snapshots.get("inner")?.attached.GatewayRoute).toEqual([]);
    expect(unattached).toEqual([]);
  });

  test("an object goes to the gateway it names", () => {
    const { snapshots } = attach(
      [gateway("edge"), gateway("inner", { default: false }), route("cart", { gatewayRef: { name: "inner" } })],
      [],
    );
    expect(snapshots.get("inner")?.attached.GatewayRoute.map(({ meta }) => meta.name)).toEqual(["cart"]);
  });

  test.each([
    ["no default gateway", [gateway("edge", { default: false }), route("cart")], "there is no default gateway"],
    [
      "two default gateways",
      [gateway("b"), gateway("a"), route("cart")],
      "2 gateways call themselves the default: a, b",
    ],
    [
      "a gateway that is not there",
      [gateway("edge"), route("cart", { gatewayRef: { name: "gone" } })],
      "There is no ApisixGateway named gone",
    ],
  ])("%s: the object is unattached and says so", (_sentence, manifests, message) => {
    const { unattached } = attach(manifests, []);
    expect(unattached.map(({ diagnostic }) => diagnostic.code)).toEqual(["GatewayNotFound"]);
    expect(unattached[0]?.diagnostic.message).toContain(message);
  });

  test("an invalid object is attached too, so that it is held and not deleted", () => {
    const { snapshots } = attach([gateway("edge")], [invalid("GatewayRoute", "typo")]);
    expect(snapshots.get("edge")?.invalid.map(({ meta }) => meta.name)).toEqual(["typo"]);
  });

  test("a gateway that is being deleted takes nothing", () => {
    const leaving = { ...gateway("edge"), meta: { ...gateway("edge").meta, isDeleting: true } };
    const { snapshots, unattached } = attach([leaving, route("cart")], []);
    expect([...snapshots.keys()]).toEqual([]);
    expect(unattached).toHaveLength(1);
  });

  test("what belongs to no gateway any more is held wherever it may stand, so that nothing is deleted for it", () => {
    const { snapshots } = attach(
      [gateway("a"), gateway("b"), route("cart"), route("gone", {}, { isDeleting: true })],
      [],
    );
    for (const snapshot of snapshots.values())
      expect(translate(resolve(snapshot)).held.map(({ id }) => id)).toEqual(["shop.cart_route"]);
  });

  test("the order of the input never matters", () => {
    const objects = [gateway("edge"), route("b"), route("a"), route("other/a")];
    expect(attach(objects, [])).toEqual(attach(objects.toReversed(), []));
  });
});
