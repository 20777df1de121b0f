import { describe, expect, test } from "vitest";
import { ordersOf } from "../../../src/cli/demo/orders.ts";

describe("ordersOf", () => {
  test.each([
    ["nothing has one order", "", [""]],
    ["one route has one order", "a", ["a"]],
    ["two routes have two", "ab", ["ab", "ba"]],
    ["three routes have six, as a dictionary sorts them", "abc", ["abc", "acb", "bac", "bca", "cab", "cba"]],
  ])("%s", (_sentence, items, orders) => {
    expect(ordersOf(Array.from(items)).map((order) => order.join(""))).toEqual(orders);
  });

  test.each([4, 5, 8, 30])("%i routes: 24 different orders, first the given one, last its reverse", (count) => {
    const items = Array.from({ length: count }, (_, index) => `r${String(index).padStart(2, "0")}`);
    const orders = ordersOf(items);
    expect(new Set(orders.map((order) => order.join())).size).toBe(24);
    expect(orders.map((order) => order.toSorted())).toEqual(Array.from({ length: 24 }, () => items));
    expect(orders[0]).toEqual(items);
    expect(orders.at(-1)).toEqual(items.toReversed());
  });
});
