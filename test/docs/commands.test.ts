import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runProgram } from "../cli/program.ts";
import { blocksOf, commandLinesOf, pageOf, pages, root, tableOf } from "./markdown.ts";

const readme = pageOf("README.md");
const rows = tableOf(readme, "Commands");

interface CommandLine {
  readonly command: string;
  readonly args: readonly string[];
}

const lines = pages.flatMap((page) => commandLinesOf(pageOf(page)).flatMap(programLineOf));
describe("commands in the pages", () => {
  test("the README's table is the program's own list, in its order and words", async () => {
    const { stdout } = await runProgram("--help");
    const listed = [...stdout.matchAll(/^ {2}([a-z]+)(?: \[.*?\]| <.*?>)* {2,}(\S.*(?:\n {10,}\S.*)*)/gm)]
      .map(([, name = "", summary = ""]) => ({ name, summary: summary.replaceAll(/\s+/g, " ").trim() }))
      .filter(({ name }) => name !== "help");
    const told = rows.map(([name = "", summary = ""]) => ({
      name: name.replaceAll("`", ""),
      summary: summary.replace(/ \(\[.*/, ""),
    }));
    expect(listed.length).toBeGreaterThan(3);
    expect(told).toEqual(listed);
  });

  test("there are lines to check, one of each command at least", () => {
    expect(new Set(lines.map(({ command }) => command))).toEqual(
      new Set(rows.map(([name = ""]) => name.replaceAll("`", ""))),
    );
  });

  test.each([...new Set(lines.map(({ command }) => command))])(
    "every flag that pages give %s is one it has",
    async (command) => {
      const { code, stdout } = await runProgram(command, "--help");
      expect(code).toBe(0);
      const known: readonly string[] = stdout.match(/(?<=[\s,])--?[a-z][\w-]*/gi) ?? [];
      const given = lines
        .filter((line) => line.command === command)
        .flatMap(({ args }) => args.filter((arg) => /^--?[a-z]/i.test(arg)).map((arg) => arg.replace(/=.*/, "")));
      expect(given.filter((flag) => !known.includes(flag))).toEqual([]);
    },
  );

  test("every flag behind `npm run NAME --` of another script is one it reads", () => {
    const unknown = pages.flatMap((page) =>
      commandLinesOf(pageOf(page)).flatMap((line) => {
        const [, name = "", rest = ""] = /^npm run (?:-s )?(bench|crds|golden|kubeapi) -- (.*)$/.exec(line) ?? [];
        if (name === "") return [];
        const source = readFileSync(join(root, `scripts/${name}.mjs`), "utf8");
        const flags = rest.match(/(?<=--)[a-z][\w-]*/g) ?? [];
        return flags
          .filter((flag) => !new RegExp(`\\b${flag}: \\{ type:`).test(source))
          .map((flag) => `${name} ${flag}`);
      }),
    );
    expect(unknown).toEqual([]);
  });

  test.each([
    ["explain", 0, /^default\/route-2 answers GET/],
    ["lint", 1, /^::warning file=examples\/story\.yaml/m],
  ])("the table's example of %s says what it should", async (command, code, words) => {
    const example = rows.find(([name]) => name === `\`${command}\``)?.[2] ?? "";
    const [line] = programLineOf(example.replaceAll("`", ""));
    expect(line?.command).toBe(command);
    const ended = await runProgram(command, ...(line?.args ?? []));
    expect(ended).toMatchObject({ code, stdout: expect.stringMatching(words) });
  });

  test("the demo prints what the README shows of it", async () => {
    const shown = blocksOf(readme).find(({ section, language }) => language === "text" && section.startsWith("See it"));
    const { code, stdout } = await runProgram("demo", "--once");
    expect(code).toBe(0);
    const printed = new Set(stdout.split("\n"));
    const wanted = (shown?.text ?? "").split("\n").filter((line) => line !== "…");
    expect(wanted.length).toBeGreaterThan(10);
    expect(wanted.filter((line) => !printed.has(line))).toEqual([]);
  });
});

/** `apisix-route COMMAND …`, `npm run -s cli -- COMMAND …`, and the scripts that are a command. */
function programLineOf(line: string): readonly CommandLine[] {
  const [, words] = /^(?:npx )?(?:apisix-route|npm run (?:-s )?cli --) ([a-z].*)$/.exec(line) ?? [];
  const [, script, rest = ""] = /^npm run (?:-s )?(demo|corpus)\b(?: --(?= |$))?(.*)$/.exec(line) ?? [];
  const text = words ?? (script === undefined ? undefined : `${script} ${rest}`);
  if (text === undefined) return [];
  const [command = "", ...args] = (text.split("|")[0] ?? "").match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
  return [{ command, args }];
}
