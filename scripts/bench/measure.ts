/** One line of the benchmark. Targets are upper limits. */
export interface Measure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the same work costs at the very least, in the same unit; `null` where there is no such thing. */
  readonly floor: number | null;
  /** value / floor. */
  readonly ratio: number | null;
  /** For the ratio where there is a floor, else for the value; `null`: only looked at. */
  readonly target: number | null;
  readonly ok: boolean;
}

/** Makes a measure whole: its ratio, and whether it meets its target. */
export function measureOf(measured: {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly floor?: number;
  readonly target?: number;
}): Measure {
  const { name, value, unit, floor, target } = measured;
  const ratio = floor === undefined ? undefined : value / floor;
  const ok = target === undefined || (ratio ?? value) <= target;
  return { name, value, unit, floor: floor ?? null, ratio: ratio ?? null, target: target ?? null, ok };
}

/** Median milliseconds of `rounds` runs, after one that warms up. */
export async function medianMs(rounds: number, run: () => unknown): Promise<number> {
  await run();
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return quantile(times, 0.5);
}

/** The value below which this share of the values lies; 0.5 is the median. NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
