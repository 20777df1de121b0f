import { afterEach, describe, expect, test } from "vitest";
import { type GatewayPace, type Plan, Secret, type StepOutcome } from "../../../src/core/model/index.ts";
import { verdictOn } from "../../../src/shells/controller/controller.ts";
import { runPass } from "../../../src/shells/controller/index.ts";
import { Sessions } from "../../../src/shells/controller/sessions.ts";
import { type Sandbox, defaultAdminKey, startSandbox } from "../../../src/shells/sandbox/index.ts";
import { gateway, route, snapshotOf } from "../../support/manifests.ts";
import { passOptions } from "./support/pass-options.ts";

describe("spec.pace", () => {
  let sandbox: Sandbox;
  let sessions: Sessions;
  afterEach(async () => {
    sessions.closeAll();
    await sandbox.stop();
  });

  test("limits the writes of a pass, and a gateway that is edited is written to at its new pace", async () => {
    sandbox = await startSandbox({ adminPort: 0, proxyPort: 0 });
    sessions = new Sessions({ onCall: () => {}, onChange: () => {}, onStep: () => {}, onRefused: () => {} });
    let generation = 0;
    const msOfPass = async (pace: GatewayPace | undefined, desc: string) => {
      const spec = pace === undefined ? {} : { pace };
      const main = gateway("main", { admin: { ...gateway().spec.admin, urls: [sandbox.adminUrl] }, ...spec });
      const edited = { ...main, meta: { ...main.meta, generation: (generation += 1) } };
      const routes = Array.from({ length: 20 }, (_, at) => route(`r${at}`, { uris: [`/${at}`], plugins: {}, desc }));
      const session = sessions.open(
        edited,
        { key: new Secret(defaultAdminKey), ca: undefined },
        { urls: [sandbox.adminUrl], serverName: undefined },
      );
      const startedAt = performance.now();
      const { came } = await runPass(session, { ...snapshotOf(...routes), gateway: edited }, passOptions());
      expect(came).toMatchObject({ kind: "applied" });
      return performance.now() - startedAt;
    };
    await msOfPass(undefined, "first");
    // The first of twenty turns is at once.
    expect(await msOfPass({ writesPerSecond: 10 }, "second")).toBeGreaterThanOrEqual(19 * 100 - 2);
    expect(await msOfPass({ writesPerSecond: 10_000 }, "third")).toBeLessThan(19 * 100);
    expect(sandbox.counters().writes).toBe(3 * 20 + 3);
  });
});

describe("a pass that was cut", () => {
  const next: StepOutcome = { state: "skipped", because: "it is written in its turn", isNext: true };
  const done: StepOutcome = { state: "done" };
  const refused: StepOutcome = { state: "failed", failure: "rejected", message: "no" };
  const lost: StepOutcome = { state: "failed", failure: "unreachable", message: "nobody there" };
  const held: StepOutcome = { state: "skipped", because: "what it waits for could not be written" };

  test.each<[string, readonly StepOutcome[], string]>([
    ["goes on at once", [done, next], "unfinished"],
    ["also behind what was refused for good", [refused, next], "unfinished"],
    ["but backs off where the gateway is in trouble", [lost, next], "retry"],
    ["or something waits for another reason", [done, held, next], "retry"],
    ["and is over where all is done", [done, done], "settled"],
  ])("%s", async (_sentence, steps, verdict) => {
    const sandbox = await startSandbox({ adminPort: 0, proxyPort: 0 });
    const sessions = new Sessions({ onCall: () => {}, onChange: () => {}, onStep: () => {}, onRefused: () => {} });
    const main = gateway("main", { admin: { ...gateway().spec.admin, urls: [sandbox.adminUrl] } });
    const session = sessions.open(
      main,
      { key: new Secret(defaultAdminKey), ca: undefined },
      { urls: [sandbox.adminUrl], serverName: undefined },
    );
    const result = await runPass(session, { ...snapshotOf(), gateway: main }, passOptions());
    const plan: Plan = {
      steps: steps.map((_, index) => ({
        index,
        verb: "create",
        kind: "routes",
        id: `r${index}`,
        changed: [],
        waitsFor: [],
      })),
      refusals: [],
    };
    const cut = {
      ...result,
      decision: { ...result.decision, plan },
      came: { kind: "applied", outcome: { steps } },
    } as const;
    expect(verdictOn(cut, 0).kind).toBe(verdict);
    sessions.closeAll();
    await sandbox.stop();
  });
});
