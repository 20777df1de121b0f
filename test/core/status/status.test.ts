import { describe, expect, test } from "vitest";
import { resolve, translate } from "../../../src/core/desired/index.ts";
import {
  type Diagnostic,
  type JsonObject,
  type Plan,
  type Priorities,
  type RouteManifest,
  type Snapshot,
  keyOf,
  refOf,
} from "../../../src/core/model/index.ts";
import {
  type Came,
  brokenGatewayStatusOf,
  eventsOf,
  gatewayStatusOf,
  isTrue,
  statusOf,
  verdictsOf,
} from "../../../src/core/status/index.ts";
import { statusProblems } from "../../../src/wire/crd/index.ts";
import { gateway, route, snapshotOf } from "../../support/manifests.ts";

const first = "2026-01-01T00:00:00Z";
const later = "2026-01-01T01:00:00Z";
const nothingToDo: Plan = { steps: [], refusals: [] };
const fine: Came = { kind: "applied", outcome: { steps: [] } };
const noPriorities: Priorities = { byId: new Map(), findings: [] };

function statusAfter(
  snapshot: Snapshot,
  came: Came,
  now: string,
  plan: Plan = nothingToDo,
  diagnostics: readonly Diagnostic[] = [],
  kept: ReadonlyMap<string, boolean> = new Map(),
): JsonObject {
  const resolved = resolve(snapshot);
  const desired = translate(resolved);
  const all = [...resolved.objects.GatewayRoute.flatMap(({ problems }) => problems), ...diagnostics];
  const [verdict] = verdictsOf({ snapshot, desired, priorities: noPriorities, diagnostics: all, plan, kept }, came);
  if (verdict === undefined) throw new Error("no verdict");
  return statusOf(verdict, () => undefined, now);
}

function withStatus(manifest: RouteManifest, status: JsonObject): RouteManifest {
  return { ...manifest, status };
}

const condition = (status: JsonObject, type: string) =>
  (status["conditions"] as readonly JsonObject[]).find((item) => item["type"] === type);

const step = (
  result: "failed" | "done" | "skipped",
  failure: "rejected" | "unreachable" = "rejected",
): { plan: Plan; came: Came } => ({
  plan: {
    refusals: [],
    steps: [
      {
        index: 0,
        verb: "create",
        kind: "routes",
        id: "shop.r_route",
        changed: [],
        waitsFor: [],
        origin: { kind: "GatewayRoute", namespace: "shop", name: "r" },
      },
    ],
  },
  came: {
    kind: "applied",
    outcome: {
      steps: [
        result === "failed"
          ? {
              state: "failed",
              failure,
              message: "no such plugin",
              fault: { about: "plugin", path: ["plugins", "cors"] },
            }
          : result === "done"
            ? { state: "done" }
            : { state: "skipped", because: "its service could not be written" },
      ],
    },
  },
});

describe("the status of a route", () => {
  test("nothing to do means the gateway has it already: Ready", () => {
    const status = statusAfter(snapshotOf(route("r")), fine, first);
    expect(["Accepted", "ResolvedRefs", "Programmed", "Ready"].map((type) => isTrue(status, type as "Ready"))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(condition(status, "Stalled")).toBeUndefined();
  });

  test("a condition keeps its time until its status changes", () => {
    const before = statusAfter(snapshotOf(route("r")), fine, first);
    const after = statusAfter(snapshotOf(withStatus(route("r"), before)), fine, later);
    expect(after).toEqual(before);
  });

  test("an id that somebody else has is a diagnostic, too", () => {
    const origin = { kind: "GatewayRoute", namespace: "shop", name: "r" } as const;
    const taken = { code: "AdminIdTaken", message: "Somebody else has it.", kind: "routes", id: "x", origin } as const;
    const status = statusAfter(snapshotOf(route("r")), fine, first, { steps: [], refusals: [taken] });
    expect(condition(status, "Stalled")).toMatchObject({ status: "True", reason: "AdminIdTaken" });
    expect(status).toMatchObject({
      warnings: 1,
      diagnostics: [
        {
          code: "AdminIdTaken",
          severity: "error",
          message: "Somebody else has it. What this operator did not make is never overwritten unasked.",
        },
      ],
    });
  });

  test("what the gateway refuses is Stalled, with the gateway's words", () => {
    const { plan, came } = step("failed");
    const status = statusAfter(snapshotOf(route("r")), came, first, plan);
    expect(condition(status, "Programmed")).toMatchObject({
      status: "False",
      reason: "PluginRejected",
      message: "spec.plugins.cors: The gateway refuses routes/shop.r_route: no such plugin",
    });
    expect(condition(status, "Ready")).toMatchObject({ status: "False", reason: "PluginRejected" });
    expect(condition(status, "Stalled")).toMatchObject({ status: "True" });
  });

  test("what waiting can cure is not Stalled", () => {
    const { plan, came } = step("failed", "unreachable");
    const status = statusAfter(snapshotOf(route("r")), came, first, plan);
    expect(condition(status, "Programmed")).toMatchObject({ status: "False", reason: "GatewayUnavailable" });
    expect(condition(status, "Stalled")).toBeUndefined();
  });

  test("a gateway that can't be read changes nothing for what it has acknowledged", () => {
    const before = statusAfter(snapshotOf(route("r")), fine, first);
    const away: Came = { kind: "unavailable", failure: "unreachable", message: "connection refused" };
    expect(statusAfter(snapshotOf(withStatus(route("r"), before)), away, later)).toEqual(before);
    const edited = route("r", { uris: ["/new"] }, { generation: 2 });
    expect(condition(statusAfter(snapshotOf(withStatus(edited, before)), away, later), "Programmed")).toMatchObject({
      status: "False",
      reason: "GatewayUnavailable",
      observedGeneration: 2,
    });
  });

  test("a missing service is ResolvedRefs=False and waits; it is not Stalled", () => {
    const status = statusAfter(snapshotOf(route("r", { serviceRef: { name: "web" } })), fine, first);
    expect(condition(status, "ResolvedRefs")).toMatchObject({ status: "False", reason: "ReferenceNotFound" });
    expect(condition(status, "Programmed")).toMatchObject({ status: "False", reason: "Held" });
    expect(condition(status, "Stalled")).toBeUndefined();
  });

  test("what is held says what the gateway has of it, and goes on saying so while the gateway can't be asked", () => {
    const held = route("r", { serviceRef: { name: "web" } });
    const key = keyOf(refOf(held));
    const messageOf = (status: JsonObject) => condition(status, "Programmed")?.["message"];
    const after = (came: Came, kept: boolean | undefined, status?: JsonObject) =>
      statusAfter(
        snapshotOf(status === undefined ? held : withStatus(held, status)),
        came,
        first,
        nothingToDo,
        [],
        new Map(kept === undefined ? [] : [[key, kept]]),
      );
    const away: Came = { kind: "unavailable", failure: "unreachable", message: "connection refused" };
    const there = after(fine, true);
    expect(messageOf(there)).toBe("Not written as it stands. The gateway still has its last good version.");
    expect(messageOf(after(fine, false))).toBe("Not written as it stands. The gateway has no earlier version of it.");
    expect(messageOf(after(fine, undefined))).toContain("If an earlier version was good");
    expect(after(away, false, there)).toEqual(there);
    expect(messageOf(after(away, false))).toContain("If an earlier version was good");
  });

  test("a tenant reads no names of other namespaces", () => {
    const finding: Diagnostic = {
      code: "AmbiguousMatch",
      severity: "warning",
      object: { kind: "GatewayRoute", namespace: "shop", name: "r" },
      message: "It is exactly as specific as 1 route elsewhere.",
      why: "",
      fix: "",
      related: [{ ref: { kind: "GatewayRoute", namespace: "secret-team", name: "launch" } }],
    };
    const status = statusAfter(snapshotOf(route("r")), fine, first, nothingToDo, [finding]);
    expect(JSON.stringify(status)).not.toContain("secret-team");
    expect(status["warnings"]).toBe(1);
  });
});

describe("every status", () => {
  const { plan, came } = step("failed");
  test.each<[string, JsonObject]>([
    ["ready", statusAfter(snapshotOf(route("r")), fine, first)],
    ["refused", statusAfter(snapshotOf(route("r")), came, first, plan)],
    ["waiting for a service", statusAfter(snapshotOf(route("r", { serviceRef: { name: "web" } })), fine, first)],
  ])("of a route that is %s is one that the API server takes", (_sentence, status) => {
    expect(statusProblems("GatewayRoute", status)).toEqual([]);
  });

  test.each<[string, JsonObject]>([
    [
      "answers",
      gatewayStatusOf(
        gateway(),
        {
          came: fine,
          version: "3.18.0",
          instance: "main",
          counts: { routes: 1, services: 0, upstreams: 0, pluginConfigs: 0 },
          warning: undefined,
        },
        first,
      ),
    ],
    [
      "has no key",
      brokenGatewayStatusOf(gateway(), { status: "False", reason: "SecretNotFound", message: "m" }, first),
    ],
  ])("of a gateway that %s is one that the API server takes", (_sentence, status) => {
    expect(statusProblems("ApisixGateway", status)).toEqual([]);
  });
});

describe("events", () => {
  test("none at rest, one when a route becomes ready, one when it stops being so", () => {
    const ready = statusAfter(snapshotOf(route("r")), fine, first);
    const { plan, came } = step("failed");
    const rejected = statusAfter(snapshotOf(withStatus(route("r"), ready)), came, later, plan);
    expect(eventsOf(ready, ready)).toEqual([]);
    expect(eventsOf(undefined, ready).map(({ type, reason }) => [type, reason])).toEqual([["Normal", "Programmed"]]);
    expect(eventsOf(ready, rejected).map(({ type, reason }) => [type, reason])).toEqual([
      ["Warning", "PluginRejected"],
    ]);
    expect(eventsOf(rejected, rejected)).toEqual([]);
  });

  test("a gateway that runs on something else is worth an event, one whose mode was not known is not", () => {
    const [etcd, standalone] = [{ mode: "etcd" }, { mode: "standalone" }];
    expect(eventsOf(etcd, standalone)).toMatchObject([{ type: "Warning", reason: "ModeChanged" }]);
    expect(eventsOf({}, etcd)).toEqual([]);
    expect(eventsOf(etcd, {})).toEqual([]);
    expect(eventsOf(etcd, etcd)).toEqual([]);
  });
});
