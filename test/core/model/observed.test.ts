import { describe, expect, test } from "vitest";
import { type ObservedObject, observedOf, withUnmoved } from "../../../src/core/model/index.ts";

const at = (id: string, modifiedIndex: number, more: object = {}): ObservedObject => ({
  kind: "routes",
  id,
  value: { uri: `/${id}`, update_time: 1, ...more },
  createdIndex: 1,
  modifiedIndex,
});

describe("what was read anew", () => {
  test("of what did not move the very object of before is kept, and so is a list without news", () => {
    const before = observedOf([at("a", 3), at("b", 4)]);
    const read = withUnmoved(before, observedOf([at("a", 3), at("b", 4)]));
    expect(read.routes).toBe(before.routes);
    const more = withUnmoved(before, observedOf([at("a", 3), at("b", 4), at("c", 5)]));
    expect(more.routes[0]).toBe(before.routes[0]);
    expect(more.routes).toHaveLength(3);
    expect(withUnmoved(before, observedOf([at("b", 4)])).routes).toEqual([before.routes[1]]);
  });

  test.each<[string, ObservedObject, ObservedObject]>([
    ["a higher revision", at("a", 3), at("a", 4, { desc: "new" })],
    ["a lower one, as after a restore", at("a", 3), at("a", 2, { desc: "old" })],
    ["another object of the same revision", at("a", 3), at("a", 3, { update_time: 2 })],
    ["what has no time", at("a", 3, { update_time: undefined }), at("a", 3, { update_time: undefined })],
    ["what we wrote ourselves, whose revision nobody told", { ...at("a", 0), createdIndex: 0 }, at("a", 7)],
  ])("%s is news", (_sentence, before, after) => {
    expect(withUnmoved(observedOf([before]), observedOf([after])).routes[0]).toBe(after);
  });
});
