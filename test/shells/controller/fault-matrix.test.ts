import { beforeAll, describe, expect, test } from "vitest";
import type { GatewayMode } from "../../../src/core/model/index.ts";
import type { Timeouts } from "../../../src/edges/apisix/index.ts";
import { runPass } from "../../../src/shells/controller/index.ts";
import type { Sandbox } from "../../../src/shells/sandbox/index.ts";
import { type Act, answer, drips, halfBody, hangs, html, resets, says } from "../../edges/apisix/scripted-gateway.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { type HttpFaultProxy, type ProxiedCall, startHttpFaultProxy } from "../../support/http-fault-proxy.ts";
import { type Loop, mostPasses, mostTries, startLoop } from "./support/loop.ts";
import { type Mode, type Stored, modes, sessionWith, timeless } from "./support/modes.ts";
import { passOptions } from "./support/pass-options.ts";
import { after, before, foreign } from "./support/shop.ts";

// Every call of a change meets every fault, for a while, through the real edge over real sockets; only time is the test's.
// While it lasts nothing foreign is touched and nobody is pestered; when it is over the gateway is what it should be.

/**
 * What the operator makes of a fault. `again`: it tries again, waiting longer each time. `once`: the object is to blame; it
 * is sent again when it changes, or when the gateway is looked at anew. `believed`: a lie that looks like the truth; it comes
 * out when the gateway is looked at anew.
 */
type Answer = "again" | "once" | "believed";

interface Fault {
  readonly act: Act;
  readonly read: Answer;
  readonly put: Answer;
  readonly delete: Answer;
  /** The gateway may have carried the call out all the same. */
  readonly canBeTakenIn: boolean;
  /** It ends with a timeout. */
  readonly isSlow: boolean;
  /** How often a pass may send one call: a kept connection that was reset may just have been closed, so another is tried. */
  readonly sendings: 1 | 2;
}

const always = { read: "again", put: "again", delete: "again" } as const;
const lost = { ...always, canBeTakenIn: true, isSlow: false, sendings: 1 } as const;
const refused = { ...lost, canBeTakenIn: false } as const;
const retryAfterMs = 3_000;

const faults: Readonly<Record<string, Fault>> = {
  "a reset": { ...lost, act: resets, sendings: 2 },
  "no answer": { ...lost, act: hangs, isSlow: true },
  "one byte now and then": { ...refused, act: drips, isSlow: true },
  "half a body": { ...lost, act: halfBody },
  "a page in HTML": { ...refused, act: says(200, html) },
  "JSON of something else": { ...refused, act: says(200, { hello: "world" }) },
  "an empty list": { ...refused, act: says(200, { total: 0, list: [] }), read: "believed" },
  "400": { ...refused, act: says(400, { error_msg: "no such thing" }), put: "once", delete: "once" },
  "400, still in use": { ...refused, act: says(400, { error_msg: "[x] is still using it now" }), put: "once" },
  "401": { ...refused, act: says(401, { error_msg: "failed to check token" }) },
  "403": { ...refused, act: says(403, html) },
  "404 of another server": { ...refused, act: says(404, html) },
  "404, no such object": {
    ...refused,
    act: says(404, { message: "Key not found" }),
    read: "believed",
    delete: "believed",
  },
  "409": { ...refused, act: says(409, { error_msg: "in the way" }) },
  "429 that asks for a pause": {
    ...refused,
    act: (_seen, response) => answer(response, 429, html, { "retry-after": String(retryAfterMs / 1000) }),
  },
  "500 in HTML": { ...refused, act: says(500, html), put: "once", delete: "once" },
  "500 in JSON": { ...refused, act: says(500, { error_msg: "oh" }) },
  "503": { ...lost, act: says(503, { error_msg: "etcd is down" }) },
};

/** Of the change, as the gateway is asked for it. */
const calls: Readonly<Record<GatewayMode, readonly string[]>> = {
  etcd: [
    "GET routes",
    "GET upstreams",
    "GET consumers/shop_jack/credentials",
    "PUT upstreams/shop.new_upstream",
    "PUT upstreams/apisix-route-operator_main",
    "PUT services/shop.web_service",
    "PUT routes/shop.new_route",
    "PUT consumers/shop_jack/credentials/main",
    "DELETE routes/shop.old_route",
    "DELETE services/shop.old_service",
  ],
  standalone: ["GET configs", "HEAD configs", "PUT configs"],
};

/** Long enough for four passes that fail. */
const faultLastsMs = 5_000;
/** For what never comes; a healthy call on a busy machine takes less. */
const hasty = { idleMs: 700, writeMs: 800, readMs: 900 };

describe.each(modes)("on a gateway in mode $name", (mode) => {
  let wanted: Readonly<Record<string, unknown>>;

  beforeAll(async () => {
    const twin = await Stage.open(mode);
    await twin.pass(after);
    wanted = timeless(await mode.held(twin.sandbox));
    await twin.close();
    expect(Object.keys(wanted)).toContain("/apisix/routes/shop.new_route");
    expect(Object.keys(wanted)).not.toContain("/apisix/routes/shop.old_route");
  }, 60_000);

  describe.each(calls[mode.name])("%s", (call) => {
    const rows = Object.entries(faults).flatMap(([name, fault]) => {
      const isWrite = !call.startsWith("GET");
      return isWrite && fault.canBeTakenIn
        ? ([
            [name, fault, false],
            [`${name}, but taken in`, fault, true],
          ] as const)
        : ([[name, fault, false]] as const);
    });

    test.concurrent.each(rows)("meets %s", { timeout: 120_000 }, async (_name, fault, isTakenIn) => {
      const stage = await Stage.open(mode);
      try {
        await suffer(stage, call, fault, isTakenIn);
      } finally {
        await stage.close();
      }
    });
  });

  async function suffer(stage: Stage, call: string, fault: Fault, isTakenIn: boolean): Promise<void> {
    const { sandbox } = stage;
    const theirs = await stage.foreign();
    const isHit = ({ method, path }: Pick<ProxiedCall, "method" | "path">) => call === nameOf(method, path);
    stage.proxy.afflict({ hits: isHit, act: fault.act, isTakenIn });
    const loop = stage.loop(fault.isSlow ? hasty : {});

    await loop.run(faultLastsMs);
    const isMet = () => stage.proxy.calls.some(({ isAfflicted }) => isAfflicted);
    expect(await loop.runUntil(isMet), "the fault was met").toBe(true);
    expect(await stage.foreign(), "what is foreign is as it was").toEqual(theirs);
    expectPatience(stage, loop, { mode, call, fault });

    stage.proxy.afflict(undefined);
    // A pass from now on: what was settled under the fault was settled for good.
    expect(await loop.runUntil(loop.isSettled), "nothing is left to try again").toBe(true);
    if (answerTo(mode, call, fault) === "again") expect(timeless(await mode.held(sandbox))).toEqual(wanted);
    loop.resync();
    await loop.run(1_000);
    expect(timeless(await mode.held(sandbox)), "once looked at anew").toEqual(wanted);
    expect(await stage.foreign(), "what is foreign is as it was").toEqual(theirs);

    const sofar = sandbox.counters().writes;
    loop.resync();
    await loop.run(1_000);
    expect(sandbox.counters().writes, "and then nothing is left to write").toBe(sofar);
  }
});

interface Row {
  readonly mode: Mode;
  readonly call: string;
  readonly fault: Fault;
}

/** Nobody is asked more often than the policy allows. */
function expectPatience(stage: Stage, { passes }: Loop, row: Row): void {
  const { call, fault } = row;
  const sent = stage.proxy.calls;
  expect(passes.length).toBeLessThanOrEqual(mostPasses(stage.elapsedMs()));
  const active = fault === faults["429 that asks for a pause"] ? passes.filter((atMs) => !isPause(sent, atMs)) : passes;
  for (const [name, times] of timesOf(sent)) {
    const most = (active.length * looksOf(name, row) + ownTries(name, stage)) * (name === call ? fault.sendings : 1);
    expect(times, `${name} in ${active.length} passes`).toBeLessThanOrEqual(most);
  }
  if (answerTo(row.mode, call, fault) === "once") expect(timesOf(sent).get(call)).toBe(1);
}

/** How often one pass asks for the same. */
function looksOf(name: string, { mode, call, fault }: Row): number {
  // Where each instance has it all: to see what stands there, before a push, and whether it has arrived.
  if (mode.name === "standalone") return name.startsWith("PUT") ? 1 : 3;
  // Who is told that there is no claim bids for one, looks at the bids, and finds that somebody else is at work.
  return call === "GET upstreams" && fault.read === "believed" && name.startsWith("GET") ? 3 : 1;
}

/** An instance is looked after on a timer of its own, too. */
function ownTries(name: string, stage: Stage): number {
  return /^(GET|HEAD) configs$/.test(name) ? mostTries(stage.elapsedMs(), { firstMs: 500, longestMs: 8_000 }) : 0;
}

/** Whether the gateway had asked to be left alone until later. What was under way when it asked may still arrive. */
function isPause(sent: readonly ProxiedCall[], atMs: number): boolean {
  return sent.some((asked) => asked.isAfflicted && asked.atMs < atMs && atMs < asked.atMs + retryAfterMs);
}

function answerTo({ name }: Mode, call: string, fault: Fault): Answer {
  // A refusal that no validation explains is nobody's fault.
  if (name === "standalone") return "again";
  if (call.startsWith("GET")) return fault.read;
  return call.startsWith("PUT") ? fault.put : fault.delete;
}

function timesOf(sent: readonly ProxiedCall[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { method, path } of sent) times.set(nameOf(method, path), (times.get(nameOf(method, path)) ?? 0) + 1);
  return times;
}

function nameOf(method: string, path: string): string {
  return `${method} ${path.replace("/apisix/admin/", "").replace(/\?.*$/, "")}`;
}

/** A gateway that holds the shop before the change, others' objects, and a proxy before it. */
class Stage {
  readonly sandbox: Sandbox;
  readonly proxy: HttpFaultProxy;
  readonly #mode: Mode;
  readonly #clock: FakeClock;
  readonly #ends: (() => unknown)[] = [];

  private constructor(mode: Mode, sandbox: Sandbox, proxy: HttpFaultProxy, clock: FakeClock) {
    this.#mode = mode;
    this.sandbox = sandbox;
    this.proxy = proxy;
    this.#clock = clock;
  }

  static async open(mode: Mode): Promise<Stage> {
    const sandbox = await mode.start();
    const clock = new FakeClock();
    const stage = new Stage(mode, sandbox, await startHttpFaultProxy(sandbox.adminUrl, clock.elapsed), clock);
    for (const [path, body] of Object.entries(foreign)) {
      // oxlint-disable-next-line no-await-in-loop -- the gateway checks references
      expect(await mode.touch(sandbox, "PUT", path, body)).toMatchObject({ status: 201 });
    }
    await stage.pass(before);
    return stage;
  }

  /** A pass that nothing disturbs. */
  async pass(snapshot: typeof before): Promise<void> {
    const session = sessionWith({ urls: [this.sandbox.adminUrl] });
    const { came } = await runPass(session, snapshot, passOptions());
    session.client.close();
    const states = came.kind === "applied" ? came.outcome.steps.map(({ state }) => state) : [came.kind];
    expect(new Set(states)).toEqual(new Set(["done"]));
  }

  /** The operator, which learns of the change and sees the gateway through the proxy only. */
  loop(timeouts: Partial<Timeouts>): Loop {
    const session = sessionWith({ urls: [this.proxy.url], timeouts, clock: this.#clock.now, after: this.#clock.after });
    this.#ends.push(() => session.client.close());
    return startLoop(session, after, this.#clock);
  }

  elapsedMs(): number {
    return this.#clock.elapsed();
  }

  async foreign(): Promise<readonly (readonly [string, Stored | undefined])[]> {
    const held = await this.#mode.held(this.sandbox);
    return Object.keys(foreign).map((path) => [path, held.get(`/apisix/${path}`)]);
  }

  async close(): Promise<void> {
    for (const end of this.#ends) end();
    await this.proxy.stop();
    await this.sandbox.stop();
  }
}
