import { describe, expect, test } from "vitest";
import { olderTwinOf } from "../../../src/core/desired/index.ts";
import type { GatewayManifest } from "../../../src/core/model/index.ts";

const keyFrom = { namespace: "apisix", name: "admin", key: "key" };

function gatewayOf(
  name: string,
  day: number,
  { urls = ["http://admin:9180"], ...rest }: { urls?: readonly string[] } & Partial<GatewayManifest["spec"]> = {},
): GatewayManifest {
  const meta = {
    namespace: "",
    name,
    uid: name,
    generation: 1,
    creationTimestamp: `2026-01-0${day}T00:00:00Z`,
    annotations: {},
    finalizers: [],
    isDeleting: false,
  };
  return { kind: "ApisixGateway", meta, spec: { admin: { urls, keyFrom }, instance: "main", ...rest } };
}

/** Called like the instance, in place of naming it. */
function withoutInstance({ spec: { instance: _instance, ...spec }, ...rest }: GatewayManifest): GatewayManifest {
  return { ...rest, spec };
}

const addressesOf = ({ spec }: GatewayManifest) => spec.admin.urls ?? [];

describe("an ApisixGateway has an older twin", () => {
  const young = gatewayOf("b", 2);
  test.each<[string, GatewayManifest, GatewayManifest, boolean]>([
    ["where one is older, with its name and address", young, gatewayOf("c", 1), true],
    ["not where it is the older one", gatewayOf("b", 1), gatewayOf("c", 2), false],
    ["where both are equally old and it comes later by name", young, gatewayOf("a", 2), true],
    ["not where both are equally old and it comes first by name", young, gatewayOf("c", 2), false],
    ["not where the other has another instance name", young, gatewayOf("c", 1, { instance: "other" }), false],
    ["where the other is called like its instance", young, withoutInstance(gatewayOf("main", 1)), true],
    ["not where the other stands elsewhere", young, gatewayOf("c", 1, { urls: ["http://admin2:9180"] }), false],
    [
      "where they have one address of several, however written",
      gatewayOf("b", 2, { urls: ["http://x", "http://Admin:9180/"] }),
      gatewayOf("c", 1),
      true,
    ],
    ["not where it only looks", gatewayOf("b", 2, { policy: "observe" }), gatewayOf("c", 1), false],
    ["not where the other only looks", young, gatewayOf("c", 1, { policy: "observe" }), false],
  ])("%s", (_case, gateway, other, hasTwin) => {
    const twin = olderTwinOf(gateway, [gateway, other], addressesOf);
    expect(twin?.meta.name).toBe(hasTwin ? other.meta.name : undefined);
  });

  test("of several the oldest is named", () => {
    const twin = olderTwinOf(gatewayOf("z", 9), [gatewayOf("y", 3), gatewayOf("x", 2), gatewayOf("w", 4)], addressesOf);
    expect(twin?.meta.name).toBe("x");
  });
});
