import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { goldenFiles, goldenFolder } from "./support/golden.ts";

// The whole of decide(), case by case. `npm run golden` writes the expected files anew; review them like code.
describe("golden cases", () => {
  const cases = readdirSync(goldenFolder).sort((a, b) => (a < b ? -1 : 1));

  test("there are some", () => expect(cases.length).toBeGreaterThan(10));

  test.each(cases)("%s", async (name) => {
    const folder = join(goldenFolder, name);
    for (const [file, text] of Object.entries(await goldenFiles(folder))) {
      expect(text, file).toBe(readFileSync(join(folder, file), "utf8"));
    }
  });
});
