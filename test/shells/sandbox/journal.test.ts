import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { ObjectStore } from "../../../src/shells/sandbox/store/objects.ts";

const numRuns = Number(process.env["FC_RUNS"] ?? 50);

async function folderFor(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "journal-test-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

test("after any history the folder gives back what stands, with its indexes, and goes on counting", async () => {
  const steps = fc.array(
    fc.record({ key: fc.constantFrom("/routes/a", "/routes/b", "/services/a"), value: fc.option(fc.jsonValue()) }),
    { maxLength: 30 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const folder = await mkdtemp(join(tmpdir(), "journal-test-"));
      const store = new ObjectStore({ folder });
      for (const { key, value } of history) {
        if (value === null) store.delete(key);
        else store.put(key, JSON.parse(JSON.stringify(value)));
      }
      store.close();
      const again = new ObjectStore({ folder });
      expect(again.list("/")).toEqual(store.list("/"));
      expect(again.nextRevision()).toBe(store.nextRevision());
      again.close();
      await rm(folder, { recursive: true });
    }),
    { numRuns },
  );
});

test("a log of history alone is written anew while it runs, and nothing is lost", async () => {
  const folder = await folderFor();
  const store = new ObjectStore({ folder });
  for (let round = 1; round <= 25_000; round++) store.put(`/routes/${round % 7}`, { round });
  const lines = (await readFile(join(folder, "objects.jsonl"), "utf8")).split("\n").length;
  expect(lines).toBeLessThan(10_100);
  const before = store.list("/");
  store.close();
  const again = new ObjectStore({ folder });
  expect(again.list("/")).toEqual(before);
  again.close();
});

test("a second sandbox on the folder: the first acknowledges nothing that would be lost", async () => {
  const folder = await folderFor();
  const first = new ObjectStore({ folder });
  first.put("/routes/a", { from: "first" });
  const second = new ObjectStore({ folder });
  second.put("/routes/b", { from: "second" });
  expect(() => first.put("/routes/c", { from: "first" })).toThrow(/another sandbox/);
  expect(first.get("/routes/c")).toBeUndefined();
  second.close();
  first.close();
});
