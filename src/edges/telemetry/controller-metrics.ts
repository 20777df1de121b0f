import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { leaseName } from "../../core/model/index.ts";

export type ReconcileResult = "success" | "error" | "requeue" | "requeue_after";

/** Passes, the API server and leadership. */
export interface ControllerMetrics {
  reconcileStarted(): void;
  reconcileEnded(result: ReconcileResult, durationMs: number): void;
  /** An error that trying again can't cure; beside `reconcileEnded("error")`. */
  reconcileGaveUp(): void;
  /** A bug threw; beside `reconcileEnded("error")`. */
  reconcilePanicked(): void;
  /** `code` is 0 where no answer came. */
  kubeRequest(report: { readonly method: string; readonly code: number; readonly durationMs: number }): void;
  leading(isLeader: boolean): void;
}

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const results: readonly ReconcileResult[] = ["success", "error", "requeue", "requeue_after"];
const own = { controller: "gateway" };

// Source of the names: kubernetes-sigs/controller-runtime, pkg/internal/controller/metrics and pkg/metrics.
export function controllerMetrics(registry: Registry): ControllerMetrics {
  const registers = [registry];
  const counterOf = (name: string, help: string) => {
    const counter = new Counter({ name, help, labelNames: ["controller"], registers });
    counter.inc(own, 0);
    return counter;
  };
  const total = new Counter({
    name: "controller_runtime_reconcile_total",
    help: "Passes by what they came to.",
    labelNames: ["controller", "result"],
    registers,
  });
  for (const result of results) total.inc({ ...own, result }, 0);
  const errors = counterOf("controller_runtime_reconcile_errors_total", "Passes that ended in an error.");
  const terminal = counterOf(
    "controller_runtime_terminal_reconcile_errors_total",
    "Passes that ended in an error which trying again can't cure.",
  );
  const panics = counterOf("controller_runtime_reconcile_panics_total", "Passes that a bug ended.");
  const active = new Gauge({
    name: "controller_runtime_active_workers",
    help: "Passes under way.",
    labelNames: ["controller"],
    registers,
  });
  active.set(own, 0);
  const time = new Histogram({
    name: "controller_runtime_reconcile_time_seconds",
    help: "How long a pass takes.",
    labelNames: ["controller"],
    buckets: seconds,
    registers,
  });
  const requests = new Counter({
    name: "rest_client_requests_total",
    help: "Requests to the Kubernetes API by method and status; 0 where no answer came.",
    labelNames: ["method", "code"],
    registers,
  });
  const requestTime = new Histogram({
    name: "rest_client_request_duration_seconds",
    help: "How long the Kubernetes API takes to answer.",
    labelNames: ["method"],
    buckets: seconds,
    registers,
  });
  const leader = new Gauge({
    name: "leader_election_master_status",
    help: "1 while this instance may write.",
    labelNames: ["name"],
    registers,
  });
  leader.set({ name: leaseName }, 0);

  return {
    reconcileStarted: () => active.inc(own),
    reconcileEnded: (result, durationMs) => {
      active.dec(own);
      total.inc({ ...own, result });
      time.observe(own, durationMs / 1000);
      if (result === "error") errors.inc(own);
    },
    reconcileGaveUp: () => terminal.inc(own),
    reconcilePanicked: () => panics.inc(own),
    kubeRequest: ({ method, code, durationMs }) => {
      requests.inc({ method, code: String(code) });
      requestTime.observe({ method }, durationMs / 1000);
    },
    leading: (isLeader) => leader.set({ name: leaseName }, isLeader ? 1 : 0),
  };
}
