import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commandLinesOf, pageOf, pages, root } from "./markdown.ts";

const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
}; // our own package.json has scripts

describe("scripts", () => {
  test.each(Object.entries(scripts))("npm run %s starts something that exists: %s", (_name, line) => {
    const file = /^(?:exec )?node (\S+)/.exec(line)?.[1];
    const called = /^npm run -s (\S+)/.exec(line)?.[1];
    const program = /^(\w+)/.exec(line)?.[1] ?? "";
    const exists =
      file !== undefined
        ? existsSync(join(root, file))
        : called !== undefined
          ? called in scripts
          : existsSync(join(root, "node_modules/.bin", program));
    expect(exists).toBe(true);
  });

  test.each(pages)("every npm script that %s names is there", (page) => {
    const named = commandLinesOf(pageOf(page)).flatMap((line) => {
      const run = /^npm (?:run (?:-s |--silent )?([\w:-]+)|(start|test)\b)/.exec(line);
      return run === null ? [] : [run[1] ?? run[2] ?? ""];
    });
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  test("README or CONTRIBUTING names every script", () => {
    const said = `${pageOf("README.md")}\n${pageOf("CONTRIBUTING.md")}`;
    const missing = Object.keys(scripts).filter((name) => !new RegExp(`npm (run (-s )?)?${name}\\b`).test(said));
    expect(missing).toEqual([]);
  });
});
