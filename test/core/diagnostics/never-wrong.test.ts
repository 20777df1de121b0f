import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DiagnosticCode } from "../../../src/core/model/index.ts";
import { tables } from "./tables.ts";
import { verdictOn } from "./truth.ts";

const numRuns = Number(process.env["FC_RUNS"] ?? 600);
/** Always the same tables, so that a rule that finds less than before is noticed. */
const recallRuns = { numRuns: 150, seed: 20_261_123 };
/** Of what brute force finds to be so, at least this share is told. */
const floors: Readonly<Partial<Record<DiagnosticCode, number>>> = {
  Shadowed: 0.7,
  NeverMatches: 0.8,
  DuplicateRoute: 0.7,
  PriorityHasNoEffect: 0.9,
  ForeignContest: 0.9,
  PriorityTie: 0.9,
};

describe("against brute force over a small alphabet", () => {
  test("no finding is wrong", { timeout: 3_600_000 }, () => {
    fc.assert(
      fc.property(tables, (table) => {
        expect(verdictOn(table, false).lies).toEqual([]);
      }),
      { numRuns },
    );
  });

  test("most of what is so is found", { timeout: 120_000 }, () => {
    const sums = new Map<DiagnosticCode, { told: number; true: number }>();
    fc.assert(
      fc.property(tables, (table) => {
        for (const [code, { told, true: all }] of verdictOn(table, true).recall) {
          const sum = sums.get(code) ?? { told: 0, true: 0 };
          sums.set(code, { told: sum.told + told, true: sum.true + all });
        }
      }),
      recallRuns,
    );
    for (const [code, { told, true: all }] of sums) {
      console.log(`recall ${code}: ${told} of ${all}`);
      expect(told / all, `share of ${code} that is found`).toBeGreaterThanOrEqual(floors[code] ?? 0);
    }
    expect(new Set(sums.keys())).toEqual(new Set(Object.keys(floors)));
  });
});
