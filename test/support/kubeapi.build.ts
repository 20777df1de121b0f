import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  globSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The three programs of `test/kubeapi`, as absolute paths. */
export interface Binaries {
  readonly kubeapi: string;
  readonly kubectl: string;
  readonly helm: string;
}

/** What stands in the way of a control plane on this machine, in one sentence. */
export interface Missing {
  readonly missing: string;
}

const moduleFolder = resolve(import.meta.dirname, "../kubeapi");
const progressEveryMs = 15_000;

/**
 * The binaries of `test/kubeapi`, built on first use and then kept outside the repository under a hash of the
 * module's files and Go's version. Says on stderr what it does while it builds (minutes, once). Two runs at once build
 * once. Throws when the build fails; a machine without Go is not an error but `Missing`.
 */
export async function ensureBinaries(): Promise<Binaries | Missing> {
  const go = spawnSync("go", ["version"], { encoding: "utf8" });
  if (go.status !== 0)
    return { missing: "these tests need a real kube-apiserver, and Go, which builds it, is not installed here" };
  const folder = join(cacheFolder(), `kubeapi-${hashOfInputs(go.stdout.trim())}`);
  if (!existsSync(folder)) await withLock(`${folder}.lock`, async () => existsSync(folder) || (await build(folder)));
  return { kubeapi: join(folder, "kubeapi"), kubectl: join(folder, "kubectl"), helm: join(folder, "helm") };
}

function cacheFolder(): string {
  const folder = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "apisix-route-operator");
  mkdirSync(folder, { recursive: true });
  return folder;
}

function hashOfInputs(goVersion: string): string {
  const hash = createHash("sha256").update(goVersion);
  for (const file of globSync(["go.mod", "go.sum", "*.go"], { cwd: moduleFolder }).sort())
    hash.update(`\0${file}\0`).update(readFileSync(join(moduleFolder, file)));
  return hash.digest("hex").slice(0, 16);
}

/** Builds into a temporary name and renames, so that a folder under the final name is always complete. */
async function build(folder: string): Promise<true> {
  const started = Date.now();
  const temporary = `${folder}.${process.pid}.tmp`;
  const versions = versionsOf(readFileSync(join(moduleFolder, "go.mod"), "utf8"));
  say(`building kube-apiserver ${versions.kubernetes}, kubectl and helm: once, 5 to 10 minutes and 1 GB of Go modules`);
  mkdirSync(temporary, { recursive: true });
  try {
    await runGoBuild(temporary, versions, started);
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  say(`built in ${secondsSince(started)} s, kept in ${folder}`);
  return true;
}

function runGoBuild(output: string, { kubernetes, helm }: Versions, started: number): Promise<void> {
  // Without the stamps /version says v0.0.0-master, and charts that ask for a kubeVersion go wrong.
  const stamps = [
    `k8s.io/component-base/version.gitVersion=v${kubernetes}`,
    `k8s.io/component-base/version.gitMajor=1`,
    `k8s.io/component-base/version.gitMinor=${kubernetes.split(".")[1]}`,
    `k8s.io/client-go/pkg/version.gitVersion=v${kubernetes}`,
    `helm.sh/helm/v4/internal/version.version=v${helm}`,
  ];
  const ldflags = ["-s", "-w", ...stamps.flatMap((stamp) => ["-X", stamp])].join(" ");
  const packages = [".", "helm.sh/helm/v4/cmd/helm", "k8s.io/kubernetes/cmd/kubectl"];
  const child = spawn("go", ["build", "-v", "-trimpath", "-o", `${output}/`, "-ldflags", ldflags, ...packages], {
    cwd: moduleFolder,
    env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly" },
    stdio: ["ignore", "inherit", "pipe"],
  });
  let downloaded = 0;
  let compiled = 0;
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    for (const line of text.split("\n")) {
      if (line.startsWith("go: downloading")) downloaded++;
      else if (/^[\w.-]+(\/\S+)*$/.test(line))
        compiled++; // -v names each package as it is compiled
      else if (line !== "") complaints = `${complaints}${line}\n`.slice(-8000);
    }
  });
  const progress = setInterval(
    () => say(`… ${secondsSince(started)} s: ${downloaded} modules fetched, ${compiled} packages compiled`),
    progressEveryMs,
  );
  return new Promise<void>((done, failed) => {
    child.on("error", failed);
    child.on("exit", (code) =>
      code === 0 ? done() : failed(new Error(`go build in test/kubeapi ended with ${code}:\n${complaints}`)),
    );
  }).finally(() => clearInterval(progress));
}

interface Versions {
  readonly kubernetes: string;
  readonly helm: string;
}

function versionsOf(goMod: string): Versions {
  const versionOf = (module: string): string => {
    const found = new RegExp(`^\\s*(?:require )?${module} v(\\S+)`, "m").exec(goMod)?.[1];
    if (found === undefined) throw new Error(`test/kubeapi/go.mod does not name ${module}`);
    return found;
  };
  return { kubernetes: versionOf("k8s.io/kubernetes"), helm: versionOf("helm.sh/helm/v4") };
}

/** One process at a time; the lock of a process that is gone counts as free. */
async function withLock(file: string, work: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; !tryLock(file); waited++) {
    if (waited % 15 === 0) say("another run is building the control plane: waiting for it");
    await sleep(1000);
  }
  try {
    await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryLock(file: string): boolean {
  try {
    const descriptor = openSync(file, "wx");
    writeSync(descriptor, String(process.pid));
    closeSync(descriptor);
    return true;
  } catch {
    if (isAbandoned(file)) rmSync(file, { force: true });
    return false;
  }
}

function isAbandoned(file: string): boolean {
  try {
    const owner = Number(readFileSync(file, "utf8"));
    if (owner > 0) process.kill(owner, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

function secondsSince(startedMs: number): number {
  return Math.round((Date.now() - startedMs) / 1000);
}

function say(text: string): void {
  process.stderr.write(`kubeapi: ${text}\n`);
}
