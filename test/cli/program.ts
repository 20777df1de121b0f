import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";

const root = resolve(import.meta.dirname, "../..");

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program as a process, under way. Killed when the test ends, should it still run. */
export interface Running {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<Ended>;
}

export function startProgram(...args: readonly string[]): Running {
  const child = spawn(process.execPath, [join(root, "bin/apisix-route.js"), ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = once(child, "close").then(([code]: unknown[]) => ({
    code: typeof code === "number" ? code : null,
    stdout,
    stderr,
  }));
  onTestFinished(() => void (child.exitCode === null && child.kill("SIGKILL")));
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

export function runProgram(...args: readonly string[]): Promise<Ended> {
  return startProgram(...args).ended;
}

/** A folder of its own with these files, gone when the test ends. `copyOf` fills it first. */
export function folderWith(files: Readonly<Record<string, string>>, copyOf?: string): string {
  const folder = mkdtempSync(join(tmpdir(), "apisix-route-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  if (copyOf !== undefined) cpSync(copyOf, folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}
