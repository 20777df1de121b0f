import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changesBetween } from "../../../src/core/changes/index.ts";

describe("changesBetween", () => {
  test.each<[string, string, string, string, string]>([
    ["nothing", "abc", "abc", "", ""],
    ["one added in front", "abc", "xabc", "", "x"],
    ["one added in the middle", "abc", "abxc", "", "x"],
    ["one added at the end", "abc", "abcx", "", "x"],
    ["one removed", "abc", "ac", "b", ""],
    ["the last removed", "abc", "ab", "c", ""],
    ["one replaced", "abc", "axc", "b", "x"],
    ["the last replaced", "abc", "abx", "c", "x"],
    ["here and there", "abcdefgh", "axcdfghy", "be", "xy"],
    ["all", "abc", "xyz", "abc", "xyz"],
    ["all new", "", "abc", "", "abc"],
    ["all gone", "abc", "", "abc", ""],
  ])("%s", (_sentence, before, after, gone, come) => {
    const changes = changesBetween(before.split(""), after.split(""));
    expect([changes.gone.join(""), changes.come.join("")]).toEqual([gone, come]);
  });

  test("taking away what is gone and adding what came makes the one list of the other", () => {
    const lists = fc.uniqueArray(fc.nat(30), { maxLength: 20 });
    fc.assert(
      fc.property(lists, lists, (before, after) => {
        const { gone, come } = changesBetween(before, after);
        const result = new Set(before);
        for (const item of gone) expect(result.delete(item)).toBe(true);
        for (const item of come) result.add(item);
        expect(result).toEqual(new Set(after));
      }),
      { numRuns: 2000 },
    );
  });
});
