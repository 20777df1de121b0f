// Types, type-aware lint, formatting. The law of imports is a test (test/architecture.test.ts) and runs here too.
import { spawnSync } from "node:child_process";

run("types", "tsc", ["-p", "tsconfig.json"]);
run("lint", "oxlint", ["--type-aware", "--deny-warnings", "src", "test", "scripts", "bin"]);
run("format", "prettier", ["--check", "--log-level", "warn", "."]);
run("imports", "vitest", ["run", "--project", "unit", "test/architecture.test.ts"]);

/** @param {string} name @param {string} command @param {string[]} args */
function run(name, command, args) {
  if (process.exitCode !== undefined) return;
  const { status } = spawnSync(`node_modules/.bin/${command}`, args, { stdio: "inherit" });
  if (status === 0) return;
  console.error(`check: ${name} failed`);
  process.exitCode = 1;
}
