import { describe, expect, test } from "vitest";
import { createMetrics } from "../../../src/edges/telemetry/index.ts";

describe("createMetrics", () => {
  test("what was told is what the scrape says", async () => {
    const metrics = createMetrics({ version: "1.2.3" });
    metrics.reconcileStarted();
    metrics.reconcileEnded("error", 250);
    metrics.reconcileStarted();
    metrics.queueAdded();
    metrics.queueWaited(20);
    metrics.watchQueue(() => ({ depth: 2, runningMs: [1500, 500] }));
    metrics.kubeRequest({ method: "PATCH", code: 409, durationMs: 8 });
    metrics.leading(true);
    metrics.adminCall({ method: "PUT", kind: "routes", durationMs: 3 });
    metrics.adminCall({ method: "PUT", kind: "routes", failure: "rejected", durationMs: 3 });
    metrics.planStep({ verb: "create", kind: "routes" }, { state: "done" });
    metrics.planStep({ verb: "delete", kind: "services" }, { state: "failed", failure: "conflict", message: "x" });
    metrics.planStep({ verb: "update", kind: "routes" }, { state: "skipped", because: "x" });
    metrics.planRefused("DeletionGuard");
    metrics.routes({ ready: 7, pending: 2, refused: 1 });

    const samples = samplesOf(await metrics.exposition());
    expect(samples).toMatchObject({
      'controller_runtime_reconcile_total{controller="gateway",result="error"}': 1,
      'controller_runtime_reconcile_total{controller="gateway",result="success"}': 0,
      'controller_runtime_reconcile_errors_total{controller="gateway"}': 1,
      'controller_runtime_active_workers{controller="gateway"}': 1,
      'controller_runtime_reconcile_time_seconds_sum{controller="gateway"}': 0.25,
      'workqueue_adds_total{name="gateway"}': 1,
      'workqueue_depth{name="gateway"}': 2,
      'workqueue_unfinished_work_seconds{name="gateway"}': 2,
      'workqueue_longest_running_processor_seconds{name="gateway"}': 1.5,
      'workqueue_queue_duration_seconds_sum{name="gateway"}': 0.02,
      'rest_client_requests_total{method="PATCH",code="409"}': 1,
      'leader_election_master_status{name="apisix-route-operator"}': 1,
      'apisix_operator_admin_requests_total{method="PUT",kind="routes",outcome="done"}': 1,
      'apisix_operator_admin_requests_total{method="PUT",kind="routes",outcome="rejected"}': 1,
      'apisix_operator_plan_steps_total{verb="create",kind="routes",outcome="done"}': 1,
      'apisix_operator_plan_steps_total{verb="delete",kind="services",outcome="conflict"}': 1,
      'apisix_operator_plan_steps_total{verb="update",kind="routes",outcome="skipped"}': 1,
      'apisix_operator_plan_refusals_total{code="DeletionGuard"}': 1,
      'apisix_operator_routes{state="ready"}': 7,
      'apisix_operator_routes{state="refused"}': 1,
      [`apisix_operator_build_info{version="1.2.3",node="${process.versions.node}"}`]: 1,
    });
  });

  test("two of them do not share their numbers", async () => {
    const one = createMetrics({ version: "1" });
    createMetrics({ version: "1" }).queueAdded();
    expect(samplesOf(await one.exposition())['workqueue_adds_total{name="gateway"}']).toBe(0);
  });

  test("the process itself is measured where that is asked for", async () => {
    const text = await createMetrics({ version: "1", withProcess: true }).exposition();
    expect(text).toContain("nodejs_eventloop_lag_seconds");
    expect(await createMetrics({ version: "1" }).exposition()).not.toContain("nodejs_");
  });
});

function samplesOf(exposition: string): Record<string, number> {
  const lines = exposition.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
  );
}
