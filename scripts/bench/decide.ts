import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { diagnose } from "../../src/core/diagnostics/index.ts";
import { Memory, type Settings, arrange, decide, defaultFlavor } from "../../src/core/pipeline.ts";
import { emptyObserved } from "../../src/core/model/index.ts";
import { type Measure, measureOf, medianMs } from "./measure.ts";
import { gatewayHolding, realisticSnapshot, tableNames } from "./tables.ts";

const settings: Settings = {};
const sizes = [1_000, 10_000, 100_000] as const;
const rehearsals = 5;

/**
 * The whole of `decide`: five tables for an empty gateway, each in a process of its own, so that one table's memory is not
 * another's, after rehearsals; the usual one as the first that a process decides, too; and for a gateway that already holds
 * everything.
 */
export async function decideMeasures(): Promise<readonly Measure[]> {
  const measures: Measure[] = [];
  for (const table of tableNames) {
    const costs: Cost[] = [];
    for (const size of sizes) {
      const cost = await costOf(table, size, rehearsals);
      const isAim = table === "realistic" && size === 100_000;
      costs.push(cost);
      measures.push(
        measureOf({
          name: `decide, empty gateway: ${table}, ${size}`,
          value: cost.milliseconds,
          unit: "ms",
          ...(isAim && { target: 2_000 }),
        }),
        measureOf({
          name: `decide, empty gateway: ${table}, ${size}, most memory of the process`,
          value: cost.residentBytes / 2 ** 20,
          unit: "MiB",
          ...(isAim && { target: 1_024 }),
        }),
      );
    }
    measures.push(growthOf(table, costs));
  }
  for (const size of sizes) {
    const { milliseconds: value } = await costOf("realistic", size, 0);
    measures.push(
      measureOf({ name: `decide, empty gateway: realistic, ${size}, the first of a process`, value, unit: "ms" }),
    );
  }
  for (const size of sizes) measures.push(...(await steadyMeasures(size)));
  return [...measures, ...(await analysisMeasures(10_000))];
}

interface Cost {
  readonly milliseconds: number;
  readonly residentBytes: number;
}

async function costOf(table: string, size: number, rounds: number): Promise<Cost> {
  const script = fileURLToPath(new URL("./decide-process.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, table, String(size), String(rounds)]);
  return JSON.parse(stdout) as Cost;
}

/** How much more the largest table costs than the one before, over what n log n would. */
function growthOf(table: string, costs: readonly Cost[]): Measure {
  const [few = Number.NaN, many = Number.NaN] = costs.slice(-2).map(({ milliseconds }) => milliseconds);
  const [small, large] = [sizes[1], sizes[2]];
  const expected = (large * Math.log(large)) / (small * Math.log(small));
  return measureOf({
    name: `decide, empty gateway, growth over n log n: ${table}`,
    value: many / few / expected,
    unit: "x",
    target: 1.5, // a larger heap is collected at a higher price
  });
}

async function steadyMeasures(size: number): Promise<readonly Measure[]> {
  const snapshot = realisticSnapshot(size);
  const loaded = gatewayHolding(decide(snapshot, emptyObserved, settings).desired);
  const value = await medianMs(size > 10_000 ? 1 : 5, () => decide(snapshot, loaded, settings));
  const { steps } = decide(snapshot, loaded, settings).plan;
  return [
    measureOf({ name: `decide, nothing changed, no memory: realistic, ${size}`, value, unit: "ms" }),
    measureOf({
      name: `decide, nothing changed: realistic, ${size}, steps`,
      value: steps.length,
      unit: "steps",
      target: 0,
    }),
  ];
}

/** What the diagnostics alone cost. */
async function analysisMeasures(count: number): Promise<readonly Measure[]> {
  const { contestants, desired, matchOf, priorities, problems, resolved } = arrange(
    realisticSnapshot(count),
    emptyObserved,
    settings,
    new Memory(),
  );
  const facts = {
    contestants,
    matchOf,
    desired,
    priorities,
    problems,
    resolved,
    flavor: defaultFlavor,
    gatewayVersion: "3.18.0",
  };
  const value = await medianMs(5, () => diagnose(facts));
  return [measureOf({ name: `diagnose ${count} routes`, value, unit: "ms", target: 1_000 })];
}
