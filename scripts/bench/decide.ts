import { diagnose } from "../../src/core/diagnostics/index.ts";
import { Memory, type Settings, arrange, decide, defaultFlavor } from "../../src/core/pipeline.ts";
import { emptyObserved } from "../../src/core/model/index.ts";
import { type Measure, measureOf, medianMs } from "./measure.ts";
import { gatewayHolding, realisticSnapshot } from "./tables.ts";

const settings: Settings = {};
const sizes = [
  { name: "1k", count: 1_000, targetMs: 150, rounds: 5 },
  { name: "10k", count: 10_000, targetMs: 1_000, rounds: 5 },
  { name: "100k", count: 100_000, targetMs: 2_000, rounds: 1 },
];

/** The whole of `decide`, for an empty gateway and for one that already holds everything. */
export async function decideMeasures(): Promise<readonly Measure[]> {
  const measures: Measure[] = [];
  for (const { name, count, targetMs, rounds } of sizes) {
    const snapshot = realisticSnapshot(count);
    const loaded = gatewayHolding(decide(snapshot, emptyObserved, settings).desired);
    const cold = await medianMs(rounds, () => decide(snapshot, emptyObserved, settings));
    const steady = await medianMs(rounds, () => decide(snapshot, loaded, settings));
    const { steps } = decide(snapshot, loaded, settings).plan;
    measures.push(
      measureOf({ name: `decide ${name} routes, empty gateway`, value: cold, unit: "ms", target: targetMs }),
      measureOf({ name: `decide ${name} routes, nothing changed`, value: steady, unit: "ms", target: targetMs }),
      measureOf({
        name: `decide ${name} routes, steps when nothing changed`,
        value: steps.length,
        unit: "steps",
        target: 0,
      }),
      measureOf({
        name: `decide ${name} routes, resident memory of the process so far`,
        value: process.memoryUsage().rss / 2 ** 20,
        unit: "MiB",
        ...(count === 100_000 && { target: 1024 }),
      }),
    );
  }
  return [...measures, ...(await analysisMeasures(10_000))];
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
