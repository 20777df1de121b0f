import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pinnedStories } from "./pinned-stories.ts";

// What changes here changes what stands on gateways: every number that moves is a write for somebody. `npm run golden`
// writes the file anew; review it like code.
const pinned = readFileSync(join(process.cwd(), "test/core/precedence/pinned.txt"), "utf8").trimEnd().split("\n\n== ");

describe("the numbers of a pinned table, and why, are what they were", () => {
  test.each(pinnedStories.map(({ title, tell }, at) => [title, tell, at] as const))("%s", (_title, tell, at) => {
    expect(tell().split("\n")).toEqual(`${at === 0 ? "" : "== "}${pinned[at]}`.split("\n"));
  });

  test("is told for each", () => expect(pinned).toHaveLength(pinnedStories.length));
});
