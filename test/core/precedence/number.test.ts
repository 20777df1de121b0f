import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { numberBetween } from "../../../src/core/precedence/number.ts";

describe("a number between two", () => {
  test.each([
    ["0 where it fits", -1, 1, 0],
    ["0 however wide the gap", -1000, 300, 0],
    ["the next hundred above what it must beat", 0, 1000, 100],
    ["not a hundred that is taken", 100, 1000, 200],
    ["from any number on", 250, 1000, 300],
    ["from just below a hundred on", 99, 1000, 100],
    ["the next hundred below what must beat it", -1000, 0, -100],
    ["not one that is taken there", -1000, -100, -200],
    ["from any number down", -1000, -250, -300],
    ["the hundred just inside", 100, 201, 200],
    ["where the next hundred is the bound, a fifty in the middle", 100, 200, 150],
    ["where it is beyond, a fifty in the middle", 110, 190, 150],
    ["a fifty rather than a ten that is nearer", 120, 190, 150],
    ["a five rather than the middle", 101, 112, 105],
    ["a ten rather than a fifty outside the middle half", 134, 200, 170],
    ["a ten, where the fifty is too far from the middle", 100, 140, 120],
    ["rounded to the nearest", 100, 154, 130],
    ["a five, where no ten is in the middle half", 101, 109, 105],
    ["a ten at the upper edge of the middle half", 105, 125, 120],
    ["a ten at the lower edge of the middle half", 106, 122, 110],
    ["the middle, where nothing round is near", 101, 104, 102],
    ["the only one there is", 100, 102, 101],
    ["below zero, too", -200, -100, -150],
    ["the only one there is below zero", -102, -100, -101],
    ["between 0 and 100", 0, 100, 50],
    ["between -100 and 0", -100, 0, -50],
  ])("%s", (_sentence, low, high, expected) => {
    expect(numberBetween(low, high)).toBe(expected);
  });

  test("is between them, always", () => {
    fc.assert(
      fc.property(fc.integer({ min: -500, max: 500 }), fc.integer({ min: 2, max: 300 }), (low, room) => {
        const number = numberBetween(low, low + room);
        expect(Number.isInteger(number) && low < number && number < low + room).toBe(true);
      }),
    );
  });
});
