// Breaks one place of a room at a time and asks that room's tests whether they notice: `node scripts/mutants.mjs --help`.
import { globSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { mutantsOf } from "./mutants/operators.mjs";

const help = `node scripts/mutants.mjs [options]

  --room core/precedence  the folder under src whose files are broken; its tests are those of the same folder under test
  --only FILE             this file of it alone; may be repeated
  --sample N              so many of the mutants, by chance
  --again FILE            those alone that a former output, kept in this file, says were not noticed
  --seed N                of the sample and of the tests' own dice (1)
  --runs N                how often each property is tried (10)
  --within MS             only the fastest tests that as things are take so long together: a quick look, never too good a score
  --patience MS           a test that works so long, and far longer than it should, noticed an endless loop (3000)
  --least PERCENT         exit code 1 below this score
  --why                   for each mutant the test that noticed it

One process, one core, some tenths of a second each. The same seed gives the same answer. What can't be noticed, because no
output can differ, is listed with its reason in mutants.equivalent.json and does not count. Exit code 2: the tests fail as they are.`;

const { values: options } = parseArgs({
  options: {
    room: { type: "string", default: "core/precedence" },
    only: { type: "string", multiple: true },
    sample: { type: "string" },
    again: { type: "string" },
    seed: { type: "string", default: "1" },
    runs: { type: "string", default: "10" },
    within: { type: "string", default: "Infinity" },
    patience: { type: "string", default: "3000" },
    least: { type: "string", default: "0" },
    why: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const root = resolve(import.meta.dirname, "..");
const [source, tests] = ["src", "test"].map((top) => join(root, top, options.room));
process.env["FC_RUNS"] = options.runs;

/** Of a worker that never answered. */
const overtime = "its time or its memory";

if (options.help) console.log(help);
else process.exitCode = await main();

async function main() {
  const begun = Date.now();
  const stage = makeStage();
  // Twice: what the first time takes says more about loading than about the tests.
  const asTheyAre = (await stage.play({})) ?? (await stage.play({}));
  if (asTheyAre !== undefined) {
    console.error(`mutants: as things are, this fails: ${asTheyAre}`);
    stage.end();
    return 2;
  }
  const equivalents = readEquivalents();
  const all = allMutants();
  const counted = all.filter((mutant) => !equivalents.has(mutant));
  const mutants = sampleOf(options.again === undefined ? counted : formerlyMissed(counted, options.again));
  let [noticed, overdue] = [0, 0];
  for (const { file, line, name, text } of mutants) {
    const by = await stage.play({ file, text });
    if (by === overtime) overdue++;
    if (by !== undefined) noticed++;
    else console.log(`${relative(root, file)}:${line}  ${name}`);
    if (by !== undefined && options.why) console.log(`  ${name}\n    noticed by ${by}`);
  }
  stage.end();
  for (const entry of equivalents.unused()) console.log(`listed as equivalent, but not there: ${entry}`);
  const score = (100 * noticed) / mutants.length;
  const seconds = Math.round((Date.now() - begun) / 1000);
  console.log(
    `mutants: ${noticed} of ${mutants.length} noticed (${score.toFixed(1)} %), ${overdue} of them by their time, ` +
      `in ${seconds} s, seed ${options.seed}; ` +
      `${all.length} there are, of which ${all.length - counted.length} can't be noticed`,
  );
  return score < Number(options.least) ? 1 : 0;
}

function allMutants() {
  const files = globSync("*.ts", { cwd: source }).sort();
  return files
    .filter((name) => name !== "index.ts" && (options.only?.includes(name) ?? true))
    .map((name) => join(source, name))
    .flatMap((file) => mutantsOf(file, readFileSync(file, "utf8")));
}

/** A worker, and a new one where it hangs or dies. What it learned about the tests it hands on. */
function makeStage() {
  const clock = new SharedArrayBuffer(16);
  const watch = new Float64Array(clock);
  const testFiles = globSync("*.test.ts", { cwd: tests }).sort();
  const workerData = {
    roomFolders: [source, tests],
    testFiles: testFiles.map((name) => join(tests, name)),
    seed: Number(options.seed),
    clock,
  };
  let worker;
  let finish = (_answer) => {};
  let learned = {};
  return { play, end: () => worker?.terminate() };

  async function play({ file, text }) {
    worker ??= newWorker();
    const leastMs = file === undefined ? 60_000 : Number(options.patience);
    // A new worker has to load what the room rests on first.
    watch[0] = workMs() + 10 * leastMs;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage({ file, text, leastMs, withinMs: Number(options.within), ...learned });
    const answer = await answered();
    if (answer === undefined) {
      await worker.terminate();
      worker = undefined;
      return overtime;
    }
    learned = answer.learned;
    return answer.by;
  }

  function newWorker() {
    const made = new Worker(join(import.meta.dirname, "mutants/stage.mjs"), {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: 1024 },
    });
    return made.on("message", (answer) => finish(answer)).on("error", () => finish(undefined));
  }

  /** `undefined` where no answer comes. */
  function answered() {
    return new Promise((done) => {
      const timer = setInterval(() => workMs() > watch[0] && finish(undefined), 100);
      finish = (answer) => {
        clearInterval(timer);
        done(answer);
      };
    });
  }
}

/** The work of this process so far, all its threads together. */
function workMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Mutants that no test can notice: by their names, or, for all that changes one `a ?? b`'s `b`, by that text. */
function readEquivalents() {
  const entries = JSON.parse(readFileSync(join(import.meta.dirname, "mutants.equivalent.json"), "utf8"));
  const names = new Set(entries.flatMap(({ mutants = [] }) => mutants));
  const fallbacks = new Set(entries.flatMap(({ fallbacks = [] }) => fallbacks));
  const used = new Set();
  const has = ({ file, name, fallback }) => {
    const entry = names.has(name) ? name : `${file.split("/").at(-1)}: ${fallback?.replaceAll(/\s+/g, " ")}`;
    const isListed = names.has(entry) || fallbacks.has(entry);
    if (isListed) used.add(entry);
    return isListed;
  };
  const isWhole = options.only === undefined && options.room === "core/precedence";
  return { has, unused: () => (isWhole ? [...names, ...fallbacks].filter((entry) => !used.has(entry)) : []) };
}

function formerlyMissed(mutants, file) {
  const names = new Set(
    readFileSync(file, "utf8")
      .split("\n")
      .map((line) => line.replace(/^\S+ {2}/, "")),
  );
  return mutants.filter(({ name }) => names.has(name));
}

/** All, or some by chance, in the order of the files. Source of the generator: mulberry32, T. Ettinger, public domain. */
function sampleOf(mutants) {
  const size = Number(options.sample ?? mutants.length);
  if (size >= mutants.length) return mutants;
  let state = Number(options.seed);
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const keyed = mutants.map((mutant) => ({ mutant, key: random() })).sort((a, b) => a.key - b.key);
  const chosen = new Set(keyed.slice(0, size).map(({ mutant }) => mutant));
  return mutants.filter((mutant) => chosen.has(mutant));
}
