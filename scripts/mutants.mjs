// `node scripts/mutants.mjs [--seed N] [--minutes N] [--only FILE] [--room core/precedence]`: breaks one place of a room at a
// time, in a copy under the system's temporary folder, and asks that room's tests. What they do not notice is printed
// with the score. Some of it can't be noticed: a shortcut that only saves time, a default that is never reached.
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const root = resolve(import.meta.dirname, "..");
const { values: options } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    minutes: { type: "string", default: "10" },
    only: { type: "string" },
    room: { type: "string", default: "core/precedence" },
    runs: { type: "string", default: "25" },
  },
});
/** Far above what a room's tests take; a mutant that never ends is noticed by this. */
const patienceMs = 180_000;

/** Replaced by one another, wherever they stand. */
const opposites = [
  [" < ", " <= "],
  [" <= ", " < "],
  [" > ", " >= "],
  [" >= ", " > "],
  [" === ", " !== "],
  [" !== ", " === "],
  [" && ", " || "],
  [" || ", " && "],
  [" + ", " - "],
  [" - ", " + "],
  ["Math.min(", "Math.max("],
  ["Math.max(", "Math.min("],
  ["-Infinity", "Infinity"],
  [".some(", ".every("],
  [".every(", ".some("],
  [".toReversed()", ""],
  ["(!", "("],
  [": -", ": "],
];

const copy = mkdtempSync(join(tmpdir(), "mutants-"));
try {
  process.exitCode = await sample();
} finally {
  rmSync(copy, { recursive: true, force: true });
}

async function sample() {
  for (const name of ["src", "test", "package.json", "tsconfig.json", "vitest.config.ts"]) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  if (await areNoticed()) {
    console.error(`mutants: the tests of ${options.room} fail as they are`);
    return 2;
  }
  const until = Date.now() + Number(options.minutes) * 60_000;
  const mutants = shuffled(allMutants(), Number(options.seed));
  let [tried, noticed] = [0, 0];
  for (const { file, line, before, after, text, source } of mutants) {
    if (Date.now() > until) break;
    writeFileSync(join(copy, file), text);
    const isNoticed = await areNoticed();
    writeFileSync(join(copy, file), source);
    tried++;
    if (isNoticed) noticed++;
    else console.log(`${file}:${line}\n  - ${before.trim()}\n  + ${after.trim() || "(nothing)"}`);
  }
  console.log(`mutants: ${noticed} of ${tried} noticed; ${mutants.length} there are; seed ${options.seed}`);
  return 0;
}

function allMutants() {
  const folder = join("src", options.room);
  const files = readdirSync(join(root, folder)).filter((name) => name.endsWith(".ts") && name !== "index.ts");
  return files
    .filter((name) => options.only === undefined || name === options.only)
    .flatMap((name) => mutantsOf(join(folder, name)));
}

/** Each place of a file that an operator changes. What is said in comments, types and imports is no behaviour. */
function mutantsOf(file) {
  const source = readFileSync(join(root, file), "utf8");
  const lines = source.split("\n");
  const isCode = codeLines(lines);
  return lines.flatMap((before, at) =>
    isCode[at]
      ? changesOf(before, lines[at + 1] ?? "").map((after) => {
          const replaced = [...lines];
          const isSwap = after.includes("\n");
          replaced.splice(at, isSwap ? 2 : 1, after);
          return { file, line: at + 1, before, after, source, text: replaced.join("\n") };
        })
      : [],
  );
}

function codeLines(lines) {
  let inside = "";
  return lines.map((line) => {
    if (inside === "" && /^\s*\/\*/.test(line)) inside = "comment";
    else if (inside === "" && /^(?:export )?(?:interface|type|import)\b/.test(line)) inside = "declaration";
    const isCode = inside === "" && !/^\s*(?:\/\/|$)/.test(line) && !/^export (?:type )?\{/.test(line);
    if (inside === "comment" && line.includes("*/")) inside = "";
    else if (inside === "declaration" && /[;}]$/.test(line) && !line.startsWith(" ")) inside = "";
    return isCode;
  });
}

function changesOf(line, next) {
  const changes = [];
  const masked = line.replaceAll(/"[^"]*"|`[^`]*`/g, (text) => "\0".repeat(text.length));
  const put = (at, length, text) => changes.push(line.slice(0, at) + text + line.slice(at + length));
  for (const [from, to] of opposites) {
    for (let at = masked.indexOf(from); at >= 0; at = masked.indexOf(from, at + 1)) put(at, from.length, to);
  }
  for (const { 0: number, index } of masked.matchAll(/(?<![\w.])\d[\d_]*(?![\w.])/g)) {
    const value = Number(number.replaceAll("_", ""));
    put(index, number.length, String(value + 1));
    put(index, number.length, value === 0 ? "(-1)" : String(value - 1));
  }
  const condition = /^(\s*(?:else )?if )(\(.*\))( (?:return|continue|break|throw|\{|\w+).*)$/.exec(line);
  if (condition !== null) changes.push(`${condition[1]}(!${condition[2]})${condition[3]}`);
  // One statement, one criterion, one part of a chain.
  if (/^\s*if .*(?:return|continue|break).*;$/.test(line) || /^\s+[\w.]+\(.*\);$/.test(line)) changes.push("");
  if (/^\s*(?:\{ name: |\.\.\.).*,$/.test(line) || /(?:\|\||&&)$/.test(line)) changes.push("");
  const isCriterion = (text) => text.trimStart().startsWith("{ name: ");
  if (isCriterion(line) && isCriterion(next)) changes.push(`${next}\n${line}`);
  return changes;
}

/** Whether the room's tests fail, or do not end. */
function areNoticed() {
  const child = spawn(
    process.execPath,
    [
      join(root, "node_modules/vitest/vitest.mjs"),
      "run",
      "--project=unit",
      "--bail=1",
      "--no-file-parallelism",
      "--reporter=dot",
      join("test", options.room),
    ],
    { cwd: copy, env: { ...process.env, FC_RUNS: options.runs }, stdio: "ignore", detached: true },
  );
  return new Promise((done, fail) => {
    // The worker that never ends is a child of the child.
    const timer = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, "SIGKILL"), patienceMs);
    child.on("error", fail);
    child.on("exit", (code) => {
      clearTimeout(timer);
      done(code !== 0);
    });
  });
}

/** The same for the same seed. Source of the generator: mulberry32, T. Ettinger, public domain. */
function shuffled(items, seed) {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const keyed = items.map((item) => ({ item, key: random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
