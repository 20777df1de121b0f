import { Gauge, Registry, collectDefaultMetrics } from "prom-client";
import { type ControllerMetrics, controllerMetrics } from "./controller-metrics.ts";
import { type GatewayMetrics, gatewayMetrics } from "./gateway-metrics.ts";
import { type QueueMetrics, queueMetrics } from "./queue-metrics.ts";

export interface MetricsOptions {
  /** Of this program, for `build_info`. */
  readonly version: string;
  /** Memory, CPU and event loop of the process too; default false. */
  readonly withProcess?: boolean;
}

/** What the program counts. Durations come in milliseconds and leave in seconds. */
export interface Metrics extends ControllerMetrics, QueueMetrics, GatewayMetrics {
  /** Everything, in Prometheus' text format. */
  exposition(): Promise<string>;
}

/**
 * Names are controller-runtime's and client-go's where they have one, so that their dashboards fit; labels are from
 * closed sets, so that a large cluster makes no large scrape.
 */
export function createMetrics({ version, withProcess = false }: MetricsOptions): Metrics {
  const registry = new Registry();
  if (withProcess) collectDefaultMetrics({ register: registry });
  new Gauge({
    name: "apisix_operator_build_info",
    help: "The running version; always 1.",
    labelNames: ["version", "node"],
    registers: [registry],
  }).set({ version, node: process.versions.node }, 1);
  return {
    ...controllerMetrics(registry),
    ...queueMetrics(registry),
    ...gatewayMetrics(registry),
    exposition: () => registry.metrics(),
  };
}
