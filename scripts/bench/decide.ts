import { type Settings, decide } from "../../src/core/pipeline.ts";
import { emptyObserved } from "../../src/core/model/index.ts";
import { type Measure, measureOf, medianMs } from "./measure.ts";
import { gatewayHolding, realisticSnapshot } from "./tables.ts";

const settings: Settings = {};
const sizes = [
  { name: "1k", count: 1_000, targetMs: 150 },
  { name: "10k", count: 10_000, targetMs: 1_000 },
];

/** The whole of `decide`, for an empty gateway and for one that already holds everything. */
export async function decideMeasures(): Promise<readonly Measure[]> {
  const measures: Measure[] = [];
  for (const { name, count, targetMs } of sizes) {
    const snapshot = realisticSnapshot(count);
    const loaded = gatewayHolding(decide(snapshot, emptyObserved, settings).desired);
    const cold = await medianMs(5, () => decide(snapshot, emptyObserved, settings));
    const steady = await medianMs(5, () => decide(snapshot, loaded, settings));
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
    );
  }
  return measures;
}
