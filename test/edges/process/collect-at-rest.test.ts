import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { isTime, restLimits } from "../../../src/edges/process/collect-at-rest.ts";

describe("a process collects", () => {
  const rested = { lastMs: 10, workedMs: 2000, heapBytes: 60e6 };
  test.each([
    ["when it worked and now rests", rested, true],
    ["not while it works", { ...rested, lastMs: 1000 }, false],
    ["not again after a rest without work", { ...rested, workedMs: 100 }, false],
    ["not what takes long enough to be felt", { ...rested, heapBytes: 1e9 }, false],
  ])("%s", (_sentence, moment, expected) => {
    expect(isTime(moment, restLimits)).toBe(expected);
  });
});

describe("a real process that dropped 50 MB and rests", () => {
  const module = resolve(import.meta.dirname, "../../../src/edges/process/index.ts");
  // Kept long enough to be old, so that no collection of what is young takes it.
  const script = `
    import { collectAtRest } from ${JSON.stringify(module)};
    globalThis.kept = Array.from({ length: 800_000 }, (_, at) => ({ at, text: "x" + at }));
    for (let round = 0; round < 50; round += 1) JSON.parse(JSON.stringify(globalThis.kept.slice(0, 10_000)));
    globalThis.kept = undefined;
    const before = process.memoryUsage().heapTotal;
    collectAtRest({ everyMs: 200, workedMs: 100, mostBytes: 1e9 });
    const until = Date.now() + Number(process.argv[1]);
    const looking = setInterval(() => {
      const given = before - process.memoryUsage().heapTotal;
      if (given < 30e6 && Date.now() < until) return;
      console.log(given > 30e6);
      clearInterval(looking);
    }, 100);`;
  const run = (code: string, flags: readonly string[], ...args: readonly string[]) =>
    execFileSync(process.execPath, [...flags, "--input-type=module", "-e", code, ...args], {
      encoding: "utf8",
      timeout: 60_000,
    }).trim();

  test("gives it back", () => {
    expect(run(script, ["--expose-gc"], "30000")).toBe("true");
  }, 70_000);

  test.each([[["--expose-gc"]], [[]]])(
    "ends when there is nothing left to do, with the flags %j",
    (flags) => {
      const code = `
      import { collectAtRest } from ${JSON.stringify(module)};
      collectAtRest({ everyMs: 20, workedMs: 0, mostBytes: 1e9 });
      setTimeout(() => console.log("done"), 200);`;
      expect(run(code, flags)).toBe("done");
    },
    70_000,
  );
});
