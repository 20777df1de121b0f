import { type ChildProcess, execFile, spawn } from "node:child_process";
import { closeSync, existsSync, globSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Binaries } from "./kubeapi.build.ts";

/** How to reach a running control plane. */
export interface Cluster {
  readonly server: string;
  /** Path of a kubeconfig whose user may do everything. */
  readonly kubeconfig: string;
  readonly kubectl: string;
  readonly helm: string;
}

export interface KubeapiOptions {
  /** State folder; given again it is the same server: address, keys, data. By default a new one, removed by `stop`. */
  readonly dir?: string;
  /** More flags of the kubeapi program, as `["--compaction", "10s"]`. */
  readonly flags?: readonly string[];
}

export interface Kubeapi extends Cluster {
  readonly dir: string;
  readonly process: ChildProcess;
  /** Ends the process at once (etcd keeps what was written) and removes a folder that was not given. */
  readonly stop: () => Promise<void>;
}

const startTimeoutMs = 90_000;
const crds = resolve(import.meta.dirname, "../../crds");

/** Starts a control plane of its own, tied to this process: when we end, however we end, so does it. Takes about 3 s. */
export async function startKubeapi(binaries: Binaries, { dir, flags = [] }: KubeapiOptions = {}): Promise<Kubeapi> {
  const folder = dir ?? mkdtempSync(join(tmpdir(), "kubeapi-"));
  const log = openSync(join(folder, "log"), "a");
  const child = spawn(binaries.kubeapi, ["--dir", folder, "--tied", ...flags], { stdio: ["pipe", "pipe", log] });
  closeSync(log);
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL"); // throw-away data, and a graceful stop takes 3 s
    await ended;
    // The controllers notice a moment later that their parent is gone, and may still touch the folder.
    if (dir === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    const { server, kubeconfig } = await announcementOf(child);
    return { server, kubeconfig, kubectl: binaries.kubectl, helm: binaries.helm, dir: folder, process: child, stop };
  } catch (cause) {
    const tail = readFileSync(join(folder, "log"), "utf8").slice(-4000);
    await stop();
    throw new Error(`the control plane did not start; the end of its log:\n${tail}`, { cause });
  }
}

async function announcementOf(child: ChildProcess): Promise<{ server: string; kubeconfig: string }> {
  if (child.stdout === null) throw new Error("spawned without a pipe");
  const lines = createInterface({ input: child.stdout });
  const line = await new Promise<string>((done, failed) => {
    const timer = setTimeout(() => failed(new Error(`not ready after ${startTimeoutMs / 1000} s`)), startTimeoutMs);
    lines.once("line", (text) => {
      clearTimeout(timer);
      done(text);
    });
    child.once("error", failed);
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      failed(new Error(`ended with ${code ?? signal}`));
    });
  });
  child.stdout.resume();
  const announcement: { server: string; kubeconfig: string } = JSON.parse(line); // as state.announce() in test/kubeapi prints it
  return announcement;
}

/**
 * Runs kubectl and resolves to what it printed. Throws an Error whose message is kubectl's own words and whose
 * `stderr` and `code` are as execFile gives them.
 */
export function runKubectl(cluster: Cluster, args: readonly string[], input = ""): Promise<string> {
  return new Promise((done, failed) => {
    const options = { env: { ...process.env, KUBECONFIG: cluster.kubeconfig }, maxBuffer: 256 * 1024 * 1024 };
    const child = execFile(cluster.kubectl, [...args], options, (error, stdout, stderr) => {
      if (error === null) done(stdout);
      else
        failed(Object.assign(new Error(`kubectl ${args.join(" ")}: ${stderr.trim()}`), { code: error.code, stderr }));
    });
    child.stdin?.on("error", () => {}); // it may end before it has read all
    child.stdin?.end(input);
  });
}

/** Applies `crds/*.yaml` and waits until the server serves them; does nothing when there are none. */
export async function applyCrds(cluster: Cluster): Promise<void> {
  if (!existsSync(crds) || globSync("*.yaml", { cwd: crds }).length === 0) return;
  await runKubectl(cluster, ["apply", "--server-side", "--force-conflicts", "-f", crds]);
  await runKubectl(cluster, ["wait", "--for=condition=Established", "--timeout=30s", "-f", crds]);
}
