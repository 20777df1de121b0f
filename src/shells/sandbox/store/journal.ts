import {
  closeSync,
  existsSync,
  fsyncSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Json } from "../../../core/model/index.ts";

/** One change, one line. `value` absent: deleted. */
export interface JournalEntry {
  readonly key: string;
  readonly revision: number;
  readonly createdIndex?: number;
  readonly version?: number;
  /** Unix milliseconds. */
  readonly expiresAt?: number;
  readonly value?: Json;
}

const fileName = "objects.jsonl";
const fewestLines = 10_000;

/**
 * The objects of a sandbox on disk: a log that only grows, written before a change is acknowledged. It is written anew,
 * into a second file that then takes its name, when it is opened and when most of it is history. A line that a kill cut
 * short was never acknowledged and is dropped.
 */
export class Journal {
  readonly #path: string;
  #fd: number;
  #lines: number;

  private constructor(path: string, lines: number) {
    this.#path = path;
    this.#fd = openSync(path, "a");
    this.#lines = lines;
  }

  /** The journal, and the last entry of each key that still stands. Creates the folder. Throws what the file system throws. */
  static open(folder: string): {
    readonly journal: Journal;
    readonly entries: readonly JournalEntry[];
    readonly revision: number;
  } {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, fileName);
    const { entries, revision } = replay(existsSync(path) ? readFileSync(path, "utf8") : "");
    replaceFile(path, entries, revision);
    return { journal: new Journal(path, entries.length), entries, revision };
  }

  /** Throws where the change could not be kept; then it must not be acknowledged. */
  append(entry: JournalEntry): void {
    this.#mustBeOurs();
    writeFileSync(this.#fd, lineOf(entry));
    this.#lines += 1;
  }

  /** Whether so much of it is history that it is worth writing it anew. */
  isMostlyHistory(standing: number): boolean {
    return this.#lines > Math.max(fewestLines, standing * 4);
  }

  compact(entries: readonly JournalEntry[], revision: number): void {
    this.#mustBeOurs();
    replaceFile(this.#path, entries, revision);
    closeSync(this.#fd);
    this.#fd = openSync(this.#path, "a");
    this.#lines = entries.length;
  }

  close(): void {
    fsyncSync(this.#fd);
    closeSync(this.#fd);
  }

  /** Another sandbox on the same folder wrote a file of its own; what we added to ours would be lost. */
  #mustBeOurs(): void {
    if (fstatSync(this.#fd).ino !== statSync(this.#path).ino)
      throw new Error(`another sandbox took over ${this.#path}`);
  }
}

function replaceFile(path: string, entries: readonly JournalEntry[], revision: number): void {
  const next = openSync(`${path}.next`, "w");
  writeFileSync(next, [{ key: "", revision }, ...entries].map(lineOf).join(""));
  fsyncSync(next);
  closeSync(next);
  renameSync(`${path}.next`, path);
}

function lineOf(entry: JournalEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

function replay(text: string): { entries: JournalEntry[]; revision: number } {
  const standing = new Map<string, JournalEntry>();
  let revision = 0;
  // What follows the last line feed is a line that was cut short, or nothing.
  for (const line of text.split("\n").slice(0, -1)) {
    const entry: JournalEntry = JSON.parse(line);
    revision = Math.max(revision, entry.revision);
    if (entry.value === undefined) standing.delete(entry.key);
    else standing.set(entry.key, entry);
  }
  return { entries: [...standing.values()], revision };
}
