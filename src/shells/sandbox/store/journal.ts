import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
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

/**
 * The objects of a sandbox on disk: a log that only grows, written before a change is acknowledged, and rewritten
 * (into a second file that then takes its name) when it is opened. A line that a kill cut short was never
 * acknowledged and is dropped.
 */
export class Journal {
  readonly #fd: number;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** Gives the journal and the last entry of each key that still stands. Creates the folder. Throws what the file system throws. */
  static open(folder: string): {
    readonly journal: Journal;
    readonly entries: readonly JournalEntry[];
    readonly revision: number;
  } {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, fileName);
    const { entries, revision } = replay(existsSync(path) ? readFileSync(path, "utf8") : "");
    const next = openSync(`${path}.next`, "w");
    writeSync(next, [{ key: "", revision }, ...entries].map(lineOf).join(""));
    fsyncSync(next);
    closeSync(next);
    renameSync(`${path}.next`, path);
    return { journal: new Journal(openSync(path, "a")), entries, revision };
  }

  append(entry: JournalEntry): void {
    writeSync(this.#fd, lineOf(entry));
  }

  close(): void {
    fsyncSync(this.#fd);
    closeSync(this.#fd);
  }
}

function lineOf(entry: JournalEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

function replay(text: string): { entries: JournalEntry[]; revision: number } {
  const standing = new Map<string, JournalEntry>();
  let revision = 0;
  // What follows the last line feed is a line that was cut short, or nothing.
  for (const line of text.split("\n").slice(0, -1)) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- we wrote it
    const entry = JSON.parse(line) as JournalEntry;
    revision = Math.max(revision, entry.revision);
    if (entry.value === undefined) standing.delete(entry.key);
    else standing.set(entry.key, entry);
  }
  return { entries: [...standing.values()], revision };
}
