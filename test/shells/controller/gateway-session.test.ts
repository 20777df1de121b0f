import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Lessons, Secret } from "../../../src/core/model/index.ts";
import { planChanges } from "../../../src/core/plan/index.ts";
import { ApisixClient } from "../../../src/edges/apisix/index.ts";
import { GatewaySession } from "../../../src/shells/controller/gateway-session.ts";
import { type Sandbox, defaultAdminKey, startSandbox } from "../../../src/shells/sandbox/index.ts";
import { desiredRoute, emptyDesired } from "../../core/plan/objects.ts";

// What a session asks a gateway about itself, and when again.
const { signal } = new AbortController();
const planOptions = { instance: "main", routeWaits: () => new Map<string, readonly string[]>() };
const options = { signal, mayWrite: () => true };
const plugins = { cors: {}, "limit-count": { count: 5, time_window: 60, key: "remote_addr" } };
const desired = { ...emptyDesired, routes: [desiredRoute("r", { uris: ["/"], plugins })] };

function using(...names: readonly string[]): Lessons {
  return { kinds: new Set(["routes"]), plugins: { http: new Set(names), stream: new Set() } };
}
const lessons = using(...Object.keys(plugins));

let folder: string;
let sandbox: Sandbox;
let session: GatewaySession;
let client: ApisixClient;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "session-"));
});
afterEach(async () => {
  client.close();
  await sandbox.stop();
  rmSync(folder, { recursive: true });
});

async function start(version: string, more: { hidesVersion?: boolean } = {}): Promise<void> {
  sandbox = await startSandbox({ version, dataDir: folder, ...more });
  client = new ApisixClient({ urls: [sandbox.adminUrl], key: new Secret(defaultAdminKey) });
  session = new GatewaySession({ client });
}

/** The same data under another version, at the same address. */
async function become(version: string, more: { hidesVersion?: boolean } = {}): Promise<void> {
  const adminPort = Number(new URL(sandbox.adminUrl).port);
  await sandbox.stop();
  sandbox = await startSandbox({ version, dataDir: folder, adminPort, ...more });
}

async function pass(what: Lessons = lessons): Promise<readonly string[]> {
  const plan = planChanges(desired, await session.observe(signal, what), planOptions);
  await session.apply(plan, options);
  return plan.steps.map(({ verb, changed }) => [verb, ...changed].join(" "));
}

describe("a session and what the gateway tells about itself", () => {
  test("asks once; a pass in which nothing changed reads nothing", async () => {
    await start("3.12.0");
    expect(await pass()).toEqual(["create"]);
    sandbox.resetCounters();
    expect(await pass()).toEqual([]);
    expect(sandbox.counters()).toMatchObject({ reads: 0, writes: 0 });
  });

  test("a regular re-read asks nothing again, and finds nothing to do", async () => {
    await start("3.12.0");
    await pass();
    session.invalidate();
    sandbox.resetCounters();
    expect(await pass()).toEqual([]);
    expect(sandbox.calls().filter(({ path }) => /schema|plugins$|plugins\/list/.test(path))).toEqual([]);
  });

  test("a gateway of another version is learned anew and compared in full", async () => {
    await start("3.12.0");
    await pass();
    // Defaults that the old one stored are edits for the new one, which adds none: written once, and then never again.
    await become("3.14.0");
    session.invalidate();
    const [step = ""] = await pass();
    expect(step).toMatch(/^update plugins\.cors\..*plugins\.limit-count\..*priority status$/);
    session.invalidate();
    expect(await pass()).toEqual([]);
    // And back: what the new one stored lacks nothing for the old one, which stores all of them at the next write.
    await become("3.12.0");
    session.invalidate();
    expect(await pass()).toEqual([]);
    expect((await session.observe(signal, lessons)).learned).toMatchObject({ version: "3.12.0" });
  });

  test("a write that is answered by another version puts the picture in doubt", async () => {
    await start("3.18.0");
    await pass();
    await become("3.12.0");
    const more = { ...desired, routes: [...desired.routes, desiredRoute("s", { uris: ["/s"], plugins })] };
    client.close(); // a kept connection would break, which is a reason to look again by itself
    const outcome = await session.apply(
      planChanges(more, await session.observe(signal, lessons), planOptions),
      options,
    );
    expect(outcome.steps).toEqual([{ state: "done" }]);
    expect(session.isInDoubt).toBe(true);
    expect((await session.observe(signal, lessons)).learned).toMatchObject({ version: "3.12.0" });
    expect(planChanges(more, await session.observe(signal, lessons), planOptions).steps).toEqual([]);
    expect(session.isInDoubt).toBe(false);
  });

  test("a version that is hidden is found out again at each re-read", async () => {
    await start("3.12.0", { hidesVersion: true });
    await pass();
    await become("3.14.0", { hidesVersion: true });
    session.invalidate();
    expect((await session.observe(signal, lessons)).learned).toMatchObject({ version: "3.14.0" });
    expect(await pass()).toHaveLength(1);
    expect(await pass()).toEqual([]);
  });

  test("a plugin that the gateway did not name is asked for once, and once more at a re-read", async () => {
    await start("3.18.0");
    const askedFor = async (what: Lessons) => {
      sandbox.resetCounters();
      await session.observe(signal, what);
      return sandbox.calls().filter(({ path }) => path.endsWith("/plugins/list")).length;
    };
    expect(await askedFor(lessons)).toBe(1);
    expect(await askedFor(using("cors", "cosr"))).toBe(1);
    expect(await askedFor(using("cors", "cosr"))).toBe(0);
    expect(await askedFor(lessons)).toBe(0);
    session.invalidate();
    expect(await askedFor(lessons)).toBe(0);
    expect(await askedFor(using("cosr"))).toBe(1);
    expect(await askedFor(using("cosr"))).toBe(0);
  });
});
