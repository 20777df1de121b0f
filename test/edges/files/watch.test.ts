import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { watchFiles, type Watcher } from "../../../src/edges/files/index.ts";

const quietMs = 30;
let folder = "";
let watcher: Watcher | undefined;
let changes = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "watched-"));
  mkdirSync(at("routes"));
  writeFileSync(at("routes/a.yaml"), "a: 1");
  changes = 0;
});
afterEach(() => {
  watcher?.close();
  rmSync(folder, { recursive: true });
});

describe("a watched folder", () => {
  test.each<[string, () => void]>([
    ["a file is written", () => writeFileSync(at("routes/a.yaml"), "a: 2")],
    ["a file is added", () => writeFileSync(at("routes/b.yaml"), "b: 1")],
    ["a file is removed", () => rmSync(at("routes/a.yaml"))],
    ["a file is renamed", () => renameSync(at("routes/a.yaml"), at("routes/b.yaml"))],
    [
      "a folder with a file comes in",
      () => {
        mkdirSync(at("made/deep"), { recursive: true });
        writeFileSync(at("made/deep/c.yaml"), "c: 1");
        renameSync(at("made"), at("routes/made"));
      },
    ],
    ["the folder goes", () => rmSync(at("routes"), { recursive: true })],
  ])("tells when %s", async (_sentence, change) => {
    await start([at("routes")]);
    change();
    await told(1);
  });

  test("tells of a file in a folder that was made while it watched, each time", async () => {
    await start([at("routes")]);
    mkdirSync(at("routes/new"));
    await sleep(5 * quietMs);
    writeFileSync(at("routes/new/d.yaml"), "d: 1");
    await told(1);
    writeFileSync(at("routes/new/d.yaml"), "d: 12");
    await told(2);
  });

  test("tells again after the folder came back", async () => {
    await start([at("routes")]);
    rmSync(at("routes"), { recursive: true });
    await told(1);
    mkdirSync(at("routes"));
    writeFileSync(at("routes/a.yaml"), "a: 1");
    await told(2);
    writeFileSync(at("routes/a.yaml"), "a: 12");
    await told(3);
  });

  test("tells once of a burst", async () => {
    await start([at("routes")]);
    for (let index = 0; index < 50; index++) writeFileSync(at(`routes/${index}.yaml`), "x: 1");
    await told(1);
    await sleep(5 * quietMs);
    expect(changes).toBe(1);
  });

  test("is silent about files that are no manifests, and after it was closed", async () => {
    await start([at("routes")]);
    writeFileSync(at("routes/.a.yaml.swp"), "x");
    writeFileSync(at("routes/readme.txt"), "x");
    await sleep(5 * quietMs);
    watcher?.close();
    writeFileSync(at("routes/a.yaml"), "a: 2");
    await sleep(5 * quietMs);
    expect(changes).toBe(0);
  });

  test("is told of although something near it never rests", async () => {
    await start([at("routes")]);
    const restless = setInterval(() => utimesSync(at("routes"), new Date(), new Date()), 5);
    try {
      writeFileSync(at("routes/a.yaml"), "a: 2");
      await told(1);
    } finally {
      clearInterval(restless);
    }
  });
});

describe("a watched file", () => {
  test("is told of each time an editor saves by renaming a new file over it", async () => {
    await start([at("routes/a.yaml")]);
    for (const save of [1, 2, 3]) {
      writeFileSync(at("routes/a.yaml~"), `a: ${"x".repeat(save)}`);
      renameSync(at("routes/a.yaml~"), at("routes/a.yaml"));
      await told(save);
    }
  });

  test("is told of when it comes, and its neighbours are not", async () => {
    await start([at("routes/b.yaml")]);
    writeFileSync(at("routes/a.yaml"), "a: 2");
    await sleep(5 * quietMs);
    expect(changes).toBe(0);
    writeFileSync(at("routes/b.yaml"), "b: 1");
    await told(1);
  });
});

async function start(paths: readonly string[]): Promise<void> {
  watcher = await watchFiles(paths, () => changes++, { quietMs });
}

async function told(times: number): Promise<void> {
  await vi.waitFor(() => expect(changes).toBe(times), { timeout: 5_000, interval: 10 });
}

function at(name: string): string {
  return join(folder, name);
}
