// A worker that plays the tests of a room on one mutant after another, without a new process for each: the files of the room
// and its tests are linked anew, everything else stays loaded. It stops at the first test that fails, and begins with
// those that noticed most of what was broken in that file before.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import vm from "node:vm";
import { transformSync } from "esbuild";
import * as fastCheck from "fast-check";
import { expect } from "vitest";

const { roomFolders, testFiles, seed, clock } = workerData;
const require = createRequire(import.meta.url);
/** At how much work of this process the one who waits may give up on the running test: a busy machine is no endless loop. */
const watch = new Float64Array(clock);
// Shrinking would only say better what nobody reads here.
fastCheck.configureGlobal({ seed, endOnFailure: true });

/** Files outside of the room, which no mutant changes. */
const lasting = new Map();
const factories = new Map();

function factoryOf(file, source) {
  const { code } = transformSync(source, { loader: "ts", format: "cjs", sourcefile: file });
  return vm.runInThisContext(`(function (module, exports, require) {${code}\n})`, { filename: file });
}

function knownFactory(file) {
  const known = factories.get(file) ?? factoryOf(file, readFileSync(file, "utf8"));
  factories.set(file, known);
  return known;
}

/** The tests with this text in place of that file. @returns {{ name: string, run: () => unknown }[]} */
function testsWith(changed, text) {
  const fresh = new Map();
  const tests = [];
  const externals = { vitest: stageFor(tests), "fast-check": { ...fastCheck, default: fastCheck } };
  for (const file of testFiles) load(file);
  return tests;

  function load(file) {
    const isFresh = roomFolders.some((folder) => file.startsWith(`${folder}/`));
    const modules = isFresh ? fresh : lasting;
    const known = modules.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(file, module);
    const factory = file === changed ? factoryOf(file, text) : knownFactory(file);
    factory(module, module.exports, (name) => {
      if (name.startsWith(".")) return load(resolve(file, "..", name));
      return externals[name] ?? require(name);
    });
    return module.exports;
  }
}

/** As much of vitest as these tests use: `describe` and `test`, each with `each`. */
function stageFor(tests) {
  const titles = [];
  const describe = (title, body) => {
    titles.push(title);
    body();
    titles.pop();
  };
  const test = (title, run) => tests.push({ name: [...titles, title].join(" > "), run });
  const rowOf = (row) => (Array.isArray(row) ? row : [row]);
  const withEach = (one) =>
    Object.assign(one, {
      each: (rows) => (title, body) => {
        for (const row of rows) one(title.replaceAll("%s", String(rowOf(row)[0])), () => body(...rowOf(row)));
      },
    });
  return { describe: withEach(describe), test: withEach(test), expect };
}

/** Of this thread alone. */
function cpuMs() {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function workMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** What each test took as things are, and how often it noticed something in a file. */
const costs = new Map();
const merits = new Map();

/** The name of the first test that fails; `undefined`: none does. */
async function noticedBy({ file, text, leastMs, withinMs }) {
  let tests;
  watch[0] = workMs() + 5 * leastMs;
  try {
    tests = testsWith(file, text);
  } catch (error) {
    return `loading it: ${error.message}`;
  }
  const meritOf = ({ name }) => merits.get(`${file} ${name}`) ?? 0;
  const costOf = ({ name }) => costs.get(name) ?? 0;
  let spent = 0;
  const affordable = tests.sort((a, b) => costOf(a) - costOf(b)).filter((test) => (spent += costOf(test)) <= withinMs);
  for (const test of affordable.sort((a, b) => meritOf(b) - meritOf(a))) {
    const before = cpuMs();
    watch[0] = workMs() + leastMs + 15 * costOf(test);
    try {
      await test.run();
    } catch {
      merits.set(`${file} ${test.name}`, meritOf(test) + 1);
      return test.name;
    }
    if (file === undefined) costs.set(test.name, cpuMs() - before);
  }
  return undefined;
}

async function answer({ costs: known = [], merits: earned = [], ...job }) {
  for (const [name, cost] of known) costs.set(name, cost);
  for (const [name, merit] of earned) merits.set(name, merit);
  const by = await noticedBy(job);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort.postMessage({ by, learned: { costs: [...costs], merits: [...merits] } });
}

parentPort.on("message", (job) => void answer(job));
