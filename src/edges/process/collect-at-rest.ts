export interface RestLimits {
  /** How often the process is looked at. */
  readonly everyMs: number;
  /** Processor time since the last collection; what less of it leaves behind is not worth one. */
  readonly workedMs: number;
  /** A larger heap is left to V8: collecting it takes long enough to be felt. */
  readonly mostBytes: number;
}

export const restLimits: RestLimits = { everyMs: 5000, workedMs: 300, mostBytes: 256e6 };

/** Of a whole interval; whoever used more is at work. */
const restingShare = 0.05;

/**
 * Gives back what a burst of work left behind. An operator works in bursts and rests for hours, and V8 collects when it
 * needs room, which at rest it never does. So a process that worked and now rests collects once. Works under Node's
 * --expose-gc, as the image starts it; without, nothing happens. Never keeps the process alive.
 */
export function collectAtRest(limits: RestLimits = restLimits): void {
  const { gc } = globalThis;
  if (gc === undefined) return;
  let [lookedMs, collectedMs] = [0, 0];
  const look = () => {
    const nowMs = processorMs();
    const [lastMs, workedMs] = [nowMs - lookedMs, nowMs - collectedMs];
    lookedMs = nowMs;
    if (!isTime({ lastMs, workedMs, heapBytes: process.memoryUsage().heapTotal }, limits)) return;
    // "last-resort", else V8 keeps the emptied pages for itself.
    gc({ type: "major", execution: "sync", flavor: "last-resort" });
    [lookedMs, collectedMs] = [processorMs(), processorMs()];
  };
  setInterval(look, limits.everyMs).unref();
}

interface Moment {
  /** Processor time since the last look. */
  readonly lastMs: number;
  /** And since the last collection. */
  readonly workedMs: number;
  readonly heapBytes: number;
}

export function isTime({ lastMs, workedMs, heapBytes }: Moment, limits: RestLimits): boolean {
  return lastMs < restingShare * limits.everyMs && workedMs >= limits.workedMs && heapBytes <= limits.mostBytes;
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
