import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** The work queue: one key per gateway. */
export interface QueueMetrics {
  queueAdded(): void;
  queueRetried(): void;
  /** From the add to the start of the work. */
  queueWaited(durationMs: number): void;
  queueWorked(durationMs: number): void;
  /** `look` is asked at each scrape: how many keys wait, and how long each running one has been running. */
  watchQueue(look: () => { readonly depth: number; readonly runningMs: readonly number[] }): void;
}

const seconds = [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000];
const labelNames = ["name"] as const;
const own = { name: "gateway" };

// Source of names and buckets: kubernetes/component-base, metrics/prometheus/workqueue/metrics.go.
export function queueMetrics(registry: Registry): QueueMetrics {
  const registers = [registry];
  let look: Parameters<QueueMetrics["watchQueue"]>[0] = () => ({ depth: 0, runningMs: [] });
  const counterOf = (name: string, help: string) => {
    const counter = new Counter({ name, help, labelNames, registers });
    counter.inc(own, 0);
    return counter;
  };
  const histogramOf = (name: string, help: string) =>
    new Histogram({ name, help, labelNames, buckets: seconds, registers });
  const gaugeOf = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.set(own, value());
      },
    });

  const adds = counterOf("workqueue_adds_total", "Keys added.");
  const retries = counterOf("workqueue_retries_total", "Keys added again after a failure.");
  const waited = histogramOf("workqueue_queue_duration_seconds", "How long a key waits.");
  const worked = histogramOf("workqueue_work_duration_seconds", "How long the work on a key takes.");
  gaugeOf("workqueue_depth", "Keys that wait.", () => look().depth);
  gaugeOf(
    "workqueue_unfinished_work_seconds",
    "Age of all work under way, summed.",
    () => sumOf(look().runningMs) / 1000,
  );
  gaugeOf(
    "workqueue_longest_running_processor_seconds",
    "Age of the oldest work under way.",
    () => Math.max(0, ...look().runningMs) / 1000,
  );

  return {
    queueAdded: () => adds.inc(own),
    queueRetried: () => retries.inc(own),
    queueWaited: (durationMs) => waited.observe(own, durationMs / 1000),
    queueWorked: (durationMs) => worked.observe(own, durationMs / 1000),
    watchQueue: (observer) => {
      look = observer;
    },
  };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
