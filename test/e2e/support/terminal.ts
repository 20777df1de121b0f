import { type ChildProcess, spawn } from "node:child_process";
import { dirname } from "node:path";
import { root } from "../../docs/markdown.ts";
import { eventually } from "../../support/eventually.ts";
import type { Cluster } from "../../support/kubeapi.ts";

/** A shell in the checkout, a process group of its own, so that what npm starts ends with it. */
export class Terminal {
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
  readonly #child: ChildProcess;
  output = "";

  constructor(text: string, cluster: Cluster) {
    const PATH = `${dirname(cluster.kubectl)}:${process.env["PATH"] ?? ""}`;
    const env = { ...process.env, PATH, KUBECONFIG: cluster.kubeconfig, APISIX_ROUTE_HTTP_PORT: "0" };
    const child = spawn("bash", ["-c", `set -e -o pipefail\n${text}`], {
      cwd: root,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (said: string) => (this.output += said));
    this.#child = child;
    this.ended = new Promise((done) => child.once("close", (code) => done({ code, output: this.output })));
  }

  async says(words: string): Promise<void> {
    await eventually(() => this.output.includes(words), { withinMs: 30_000, describe: () => this.output });
  }

  async end(): Promise<void> {
    // Its own group; "close" comes when the last process of it has let go of the output.
    if (this.#child.pid !== undefined && this.#child.exitCode === null) process.kill(-this.#child.pid, "SIGTERM");
    await this.ended;
  }
}

/** Lines that were promised and not printed, in any order; spaces and ages don't count, and "…" leaves lines out. */
export function missingFrom(output: string, printed: string): readonly string[] {
  const plain = (line: string) =>
    line
      .replace(/\b\d+[smh](\d+s)?$/, "AGE")
      .replaceAll(/\s+/g, " ")
      .trim();
  const lines = new Set(output.split("\n").map(plain));
  return printed.split("\n").filter((line) => line !== "…" && !lines.has(plain(line)) && plain(line) !== "");
}
