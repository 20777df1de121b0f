import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { runProgram } from "./program.ts";

describe("the program", () => {
  test.each([
    ["no command is a usage error, with the help", [], 2, /Usage: apisix-route/],
    ["an unknown command is a usage error", ["demon"], 2, /unknown command 'demon'.*Did you mean demo/s],
    ["an unknown option is a usage error", ["demo", "--twice"], 2, /unknown option '--twice'/],
    [
      "a value that is none of the choices is a usage error",
      ["demo", "-o", "xml"],
      2,
      /Allowed choices are text, json/,
    ],
    ["a port that is none is a usage error", ["demo", "--port", "x"], 2, /A port is a number/],
    ["a word too many is a usage error", ["demo", "examples"], 2, /too many arguments/],
    [
      "a job that can't be done is one sentence",
      ["demo", "--examples", "/nowhere"],
      2,
      /^apisix-route: \/nowhere: .*\.\n$/,
    ],
  ])("%s", async (_sentence, args, code, words) => {
    const ended = await runProgram(...args);
    expect(ended).toMatchObject({ code, stdout: "" });
    expect(ended.stderr).toMatch(words);
  });

  test.each(["--help", "help demo", "demo --help", "--version"])("%s is no failure", async (args) => {
    const ended = await runProgram(...args.split(" "));
    expect(ended).toMatchObject({ code: 0, stderr: "" });
  });

  test.each([
    ["one that shows and ends", "demo --once"],
    ["one that would stay up", "demo"],
  ])("a reader that goes away ends a command without noise: %s", async (_sentence, command) => {
    const script = `"$0" bin/apisix-route.js ${command} --examples test/cli/demo-cases/no-requests | head -1`;
    const shell = spawn("bash", ["-c", script, process.execPath], { stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    shell.stdout.on("data", (bytes: Buffer) => (text += bytes.toString()));
    shell.stderr.on("data", (bytes: Buffer) => (text += bytes.toString()));
    await once(shell, "close");
    expect(text).toBe("The problem\n");
  });
});
