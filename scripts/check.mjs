// Types, type-aware lint, formatting. The law of imports is a test (test/architecture.test.ts) and runs here too.
import { spawnSync } from "node:child_process";

const steps = [
  ["types", "tsc", ["-p", "tsconfig.json"]],
  ["lint", "oxlint", ["--type-aware", "--deny-warnings", "src", "test", "scripts", "bin"]],
  ["format", "prettier", ["--check", "--log-level", "warn", "."]],
  ["imports", "vitest", ["run", "--project", "unit", "test/architecture.test.ts"]],
];
for (const [name, command, args] of steps) {
  const { status } = spawnSync(`node_modules/.bin/${command}`, args, { stdio: "inherit" });
  if (status !== 0) {
    console.error(`check: ${name} failed`);
    process.exit(1);
  }
}
