import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { AdminKind, ApisixFailure, Refusal, Step, StepOutcome } from "../../core/model/index.ts";

/** `refused`: only its author can help. `pending`: waits for something, or for the gateway. */
export type RouteState = "ready" | "pending" | "refused";

/** One request to an Admin API; without `failure` the gateway did what was asked. */
export interface AdminCallReport {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  readonly kind: AdminKind | "schema" | "plugins" | "configs";
  readonly failure?: ApisixFailure | "aborted";
  readonly durationMs: number;
}

/** The gateways, all of them together. */
export interface GatewayMetrics {
  adminCall(report: AdminCallReport): void;
  planStep(step: Pick<Step, "verb" | "kind">, outcome: StepOutcome): void;
  planRefused(code: Refusal["code"]): void;
  /** An object that somebody else changed: put right, or told and left. */
  drifted(kind: AdminKind, outcome: "corrected" | "reported"): void;
  /** Routes of all gateways, by state. */
  routes(counts: Readonly<Record<RouteState, number>>): void;
}

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

export function gatewayMetrics(registry: Registry): GatewayMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: "apisix_operator_admin_requests_total",
    help: "Requests to the Admin API by what they came to: done, or the class of failure.",
    labelNames: ["method", "kind", "outcome"],
    registers,
  });
  const requestTime = new Histogram({
    name: "apisix_operator_admin_request_duration_seconds",
    help: "How long the Admin API takes to answer.",
    labelNames: ["method"],
    buckets: seconds,
    registers,
  });
  const steps = new Counter({
    name: "apisix_operator_plan_steps_total",
    help: "Steps of plans by what they came to: done, skipped, or the class of failure.",
    labelNames: ["verb", "kind", "outcome"],
    registers,
  });
  const refusals = new Counter({
    name: "apisix_operator_plan_refusals_total",
    help: "What a guard or rule kept from being written.",
    labelNames: ["code"],
    registers,
  });
  const drift = new Counter({
    name: "apisix_operator_drift_total",
    help: "Objects that somebody else changed on a gateway: corrected, or reported and left.",
    labelNames: ["kind", "outcome"],
    registers,
  });
  const routes = new Gauge({
    name: "apisix_operator_routes",
    help: "Routes by state: ready, pending (waits), refused (its author must act).",
    labelNames: ["state"],
    registers,
  });

  return {
    adminCall: ({ method, kind, failure, durationMs }) => {
      requests.inc({ method, kind, outcome: failure ?? "done" });
      requestTime.observe({ method }, durationMs / 1000);
    },
    planStep: ({ verb, kind }, outcome) =>
      steps.inc({ verb, kind, outcome: outcome.state === "failed" ? outcome.failure : outcome.state }),
    planRefused: (code) => refusals.inc({ code }),
    drifted: (kind, outcome) => drift.inc({ kind, outcome }),
    routes: (counts) => {
      for (const [state, count] of Object.entries(counts)) routes.set({ state }, count);
    },
  };
}
