import { expect, test } from "vitest";
import { type ObservedObject, observedOf, pinnedAdminId } from "../../../src/core/model/index.ts";
import { keptVersions } from "../../../src/core/plan/index.ts";

const observed = observedOf(
  (["upstreams/a", "routes/a", "routes/b"] as const).map((key): ObservedObject => {
    const [kind, id] = key.split("/") as ["routes" | "upstreams", string]; // as above
    return { kind, id, value: {}, createdIndex: 1, modifiedIndex: 1 };
  }),
);
const held = (kind: "routes" | "upstreams", id: string | undefined, name: string) => ({
  kind,
  ...(id !== undefined && { id: pinnedAdminId(id) }),
  origin: { kind: "GatewayRoute", namespace: "shop", name } as const,
});

test.each([
  ["has it", [held("routes", "a", "one")], true],
  ["has it not", [held("routes", "c", "one")], false],
  ["has another kind under that id", [held("upstreams", "b", "one")], false],
  ["has one of two objects of it", [held("routes", "a", "one"), held("routes", "c", "one")], true],
  ["has the other of them", [held("upstreams", "c", "one"), held("routes", "a", "one")], true],
  ["can't be asked without an id", [held("routes", undefined, "one")], undefined],
])("the gateway %s", (_sentence, objects, isKept) => {
  expect(keptVersions([...objects, held("routes", "b", "two")], observed).get("GatewayRoute/shop/one")).toBe(isKept);
});
