// What the program says about itself: structured log lines and Prometheus metrics.
// Labels come from closed sets, keys are the standard ones, and secrets get past neither the type that hides them nor
// the redaction behind it. Nothing here decides what is worth saying.
export type { ReconcileResult } from "./controller-metrics.ts";
export type { AdminCallReport, RouteState } from "./gateway-metrics.ts";
export { type LoggerOptions, type Logger, type LogLevel, createLogger, logLevels } from "./logger.ts";
export { type Metrics, type MetricsOptions, createMetrics } from "./metrics.ts";
