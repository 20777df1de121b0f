import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DiagnosticCode } from "../../../src/core/model/index.ts";
import { tables } from "./tables.ts";
import { verdictOn } from "./truth.ts";

const numRuns = Number(process.env["FC_RUNS"] ?? 600);

describe("against brute force over a small alphabet", () => {
  test("no finding is wrong, and what is found of what could be is printed", { timeout: 3_600_000 }, () => {
    let count = 0;
    const sums = new Map<DiagnosticCode, { told: number; true: number }>();
    fc.assert(
      fc.property(tables, (table) => {
        const { lies, recall } = verdictOn(table, count++ % 10 === 0); // what could be found costs more than what was
        for (const [code, { told, true: all }] of recall) {
          const sum = sums.get(code) ?? { told: 0, true: 0 };
          sums.set(code, { told: sum.told + told, true: sum.true + all });
        }
        expect(lies).toEqual([]);
      }),
      { numRuns },
    );
    for (const [code, { told, true: all }] of sums) {
      console.log(`recall ${code}: ${told} of ${all}`);
      expect(all, `the alphabet shows ${code} at all`).toBeGreaterThan(0);
    }
  });
});
