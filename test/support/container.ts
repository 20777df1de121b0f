import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { type Image, nodePath } from "./image.ts";

/** A file or folder of this machine that the container sees at `to`, for reading. */
export interface Mount {
  readonly from: string;
  readonly to: string;
}

export interface ContainerOptions {
  readonly image: Image;
  /** In place of the image's entrypoint and command. */
  readonly command?: readonly string[] | undefined;
  readonly args?: readonly string[] | undefined;
  /** Beside the image's own; nothing of ours is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly mounts?: readonly Mount[];
  readonly hostname?: string;
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** Why no container can be run here, in one sentence; undefined where it can. */
export function whyNoContainer(): string | undefined {
  if (process.platform !== "linux") return "containers need the mount namespaces of Linux";
  if (spawnSync("unshare", ["--mount", "true"]).status !== 0)
    return "a mount namespace needs unshare (util-linux) and the rights of root";
  return undefined;
}

/**
 * A process as a container runtime starts it: its own root that nobody can write to, an unprivileged user without
 * capabilities and without a way to new ones, and no environment but the image's and what is given. It shares this machine's
 * network and process ids.
 */
export class Container {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  /** Exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
  #output = "";
  #hasEnded = false;

  constructor({ image, command, args, env, mounts = [], hostname = "container", user = image.user }: ContainerOptions) {
    const line = [...(command ?? image.entrypoint), ...(args ?? (command === undefined ? image.command : []))];
    const all = [...baseMounts, ...mounts];
    for (const mount of all) makePlaceFor(mount, image.rootfs);
    const pairs = all.flatMap(({ from, to }) => [from, join(image.rootfs, to)]);
    const names = [image.rootfs, `${user.uid}:${user.gid}`, hostname, String(all.length), ...pairs];
    this.#child = spawn(
      "unshare",
      ["--mount", "--uts", "--propagation", "private", "sh", "-c", setUp, "sh", ...names, ...line],
      {
        env: { ...image.env, ...env, PATH: process.env["PATH"] ?? "" }, // for the set-up; `env` takes it off again
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
    this.ended = new Promise((done) => this.#child.once("close", (code, signal) => done(code ?? signal ?? "?")));
    void this.ended.then(() => (this.#hasEnded = true));
  }

  /** Both streams, as `kubectl logs` has them. */
  get output(): string {
    return this.#output;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Of the program itself: each step of the set-up becomes the next. */
  get pid(): number {
    return this.#child.pid ?? -1;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** As the kubelet does: SIGTERM, and SIGKILL for what is still there after the grace. */
  async stop(graceSeconds: number): Promise<number | string> {
    this.signal("SIGTERM");
    const abort = new AbortController();
    const kill = sleep(graceSeconds * 1000, undefined, { signal: abort.signal }).then(() => this.signal("SIGKILL"));
    kill.catch(() => {}); // it ended in time
    const code = await this.ended;
    abort.abort();
    return code;
  }
}

/** $1 the root, $2 user:group, $3 the host name, $4 how many mounts, then from and to of each, then the command line. */
const setUp = `
set -e
root=$1 user=$2 count=$4; echo "$3" > /proc/sys/kernel/hostname; shift 4
mount --bind "$root" "$root"
while [ "$count" -gt 0 ]; do
  mount --bind "$1" "$2"; mount -o remount,bind,ro "$2"
  count=$((count - 1)); shift 2
done
mount -o remount,bind,ro "$root"
exec env -u PATH -u PWD -u OLDPWD -u SHLVL -u _ "$(command -v setpriv)" --no-new-privs "$(command -v chroot)" --userspec="$user" --groups= "$root" "$@"
`;

const baseMounts: readonly Mount[] = [
  { from: process.execPath, to: nodePath },
  { from: "/proc", to: "/proc" },
  ...["/dev/null", "/etc/hosts", "/etc/resolv.conf"]
    .filter((path) => existsSync(path))
    .map((path) => ({ from: path, to: path })),
];

function makePlaceFor({ from, to }: Mount, rootfs: string): void {
  const place = join(rootfs, to);
  if (statSync(from).isDirectory()) return void mkdirSync(place, { recursive: true });
  mkdirSync(dirname(place), { recursive: true });
  if (!existsSync(place)) writeFileSync(place, "");
}
