import { type ChildProcessByStdio, spawn } from "node:child_process";
import { resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { eventually } from "../../support/eventually.ts";

const main = resolve(import.meta.dirname, "../../../dist/main.js");

/** The built program as a process of its own, with everything it said. */
export class Program {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ended: Promise<number | string>;
  #stdout = "";
  #stderr = "";
  #hasEnded = false;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [main, ...args], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => (this.#stdout += text));
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    this.#ended = new Promise((done) => this.#child.once("exit", (code, signal) => done(code ?? signal ?? "?")));
    void this.#ended.then(() => (this.#hasEnded = true));
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** The first line of output (both streams) that holds `text`, as JSON. */
  async line(text: string, withinMs = 20_000): Promise<Readonly<Record<string, unknown>>> {
    const find = () =>
      `${this.#stdout}\n${this.#stderr}`.split("\n").find((line) => line.includes(text) && line.startsWith("{"));
    await eventually(() => find() !== undefined || this.#hasEnded, { withinMs, describe: () => this.#stderr });
    const line = find();
    if (line === undefined) throw new Error(`the program ended before it said "${text}": ${this.#stderr}`);
    return JSON.parse(line) as Readonly<Record<string, unknown>>; // a line of ours is an object
  }

  /** Sends a signal and waits for the end: an exit code, or the signal's name. */
  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<number | string> {
    if (!this.#hasEnded) this.#child.kill(signal);
    return this.#ended;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}
