// `npm test`: both vitest projects, then one line that counts. More arguments go to vitest: `npm test -- test/core`.
// Under CI=true a skipped test is a failure, unless it is one that only a real APISIX, or only a stand-in, can run.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const mayBeSkipped = ["[needs APISIX]", "[stand-in only]"];

const folder = mkdtempSync(join(tmpdir(), "apisix-route-test-"));
const file = join(folder, "report.json");
const status = await runVitest(file, process.argv.slice(2));
const tests = testsIn(file);
rmSync(folder, { recursive: true, force: true });

const count = (outcome) => tests.filter((test) => test.outcome === outcome).length;
const passed = count("passed");
const failed = count("failed");
const skipped = count("skipped");
const reasons = [];
if (status !== 0 && failed === 0) reasons.push(`vitest ended with ${status}, though no test failed: see above`);
if (passed + failed === 0) reasons.push("no test ran");
if (process.env.CI === "true")
  for (const { name, outcome, titles } of tests)
    if (outcome === "skipped" && !titles.some((title) => mayBeSkipped.some((mark) => title.startsWith(mark))))
      reasons.push(`skipped, which CI does not allow: ${name}`);

for (const reason of reasons) console.log(reason);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 || reasons.length > 0 ? 1 : 0;

function runVitest(report, args) {
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const child = spawn("node_modules/.bin/vitest", ["run", ...reporters, ...args], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  return new Promise((done) => {
    child.on("error", () => done("an error of its own"));
    child.on("exit", (code, signal) => done(code ?? signal));
  });
}

/** Every test of the report; a file that could not even be loaded counts as one failed test. */
function testsIn(report) {
  let files;
  try {
    files = JSON.parse(readFileSync(report, "utf8")).testResults;
  } catch {
    return []; // vitest did not get as far as a report; its status says so
  }
  return files.flatMap(({ name, status, assertionResults }) => {
    const tests = assertionResults.map((test) => ({
      name: test.fullName,
      titles: [...test.ancestorTitles, test.title],
      outcome: test.status === "passed" || test.status === "failed" ? test.status : "skipped",
    }));
    const isBroken = status === "failed" && !tests.some(({ outcome }) => outcome === "failed");
    return isBroken ? [...tests, { name, titles: [name], outcome: "failed" }] : tests;
  });
}
