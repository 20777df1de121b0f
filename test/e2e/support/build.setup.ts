import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

/** The end-to-end suites drive the built program, so it is built first. */
export default function setup(): void {
  const root = resolve(import.meta.dirname, "../../..");
  execFileSync(process.execPath, ["scripts/build.mjs"], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATH: `${root}/node_modules/.bin:${process.env["PATH"] ?? ""}` },
  });
}
