import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Secret, type StepOutcome } from "../../../../src/core/model/index.ts";
import { GatewaySession } from "../../../../src/shells/controller/index.ts";
import { Fleet } from "../../../../src/shells/controller/standalone/fleet.ts";
import { type Sandbox, startSandbox } from "../../../../src/shells/sandbox/index.ts";
import { eventually } from "../../../support/eventually.ts";
import { documentOn, key, methodsOf, ourRoute, planOf, pushTo } from "./support.ts";

// Two instances of any minds, over sockets: whatever happens to them, each comes to hold all that it takes, and then there is rest.

const plugins = ["cors", "gzip", "request-id"] as const;
type Plugin = (typeof plugins)[number];
const names = ["a", "b", "c"] as const;

type Operation =
  | { readonly what: "want"; readonly name: string; readonly plugin: Plugin; readonly text: string }
  | { readonly what: "unwant"; readonly name: string }
  | { readonly what: "restart" | "reload"; readonly at: 0 | 1; readonly has: readonly Plugin[] }
  | { readonly what: "foreign"; readonly at: 0 | 1; readonly plugin: Plugin; readonly isNoticed: boolean }
  | { readonly what: "newOperator" | "resync" };

const at = fc.constantFrom<0 | 1>(0, 1);
const has = fc.subarray([...plugins], { minLength: 1 });
const operations: fc.Arbitrary<readonly Operation[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        what: fc.constant("want"),
        name: fc.constantFrom(...names),
        plugin: fc.constantFrom(...plugins),
        text: fc.constantFrom("one", "two"),
      }),
    },
    { weight: 1, arbitrary: fc.record({ what: fc.constant("unwant"), name: fc.constantFrom(...names) }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constantFrom("restart", "reload"), at, has }) },
    {
      weight: 1,
      arbitrary: fc.record({
        what: fc.constant("foreign"),
        at,
        plugin: fc.constantFrom(...plugins),
        isNoticed: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ what: fc.constantFrom("newOperator", "resync") }) },
  ),
  { minLength: 15, maxLength: 40 },
);

test(
  "each comes to hold what it takes of ours, keeps what is not ours, and is left in peace",
  { timeout: 300_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(operations, async (history) => {
        const world = await World.open();
        try {
          for (const operation of history) {
            // oxlint-disable no-await-in-loop -- a history
            await world.undergo(operation);
            await world.expectRest();
            // oxlint-enable no-await-in-loop
          }
        } finally {
          await world.close();
        }
      }),
      { numRuns: Number(process.env["FC_RUNS"] ?? 8), endOnFailure: true },
    );
  },
);

const noLessons = { kinds: new Set<never>(), plugins: { http: new Set<string>(), stream: new Set<string>() } };

interface Place {
  sandbox: Sandbox;
  has: readonly Plugin[];
  /** What is not ours and stands there. */
  foreign: Plugin | undefined;
}

class World {
  readonly #places: readonly [Place, Place];
  readonly #wanted = new Map<string, object>();
  /** What is not ours, as it was pushed last, where that can be known: not of two within a second, nor to a new operator. */
  #latest: Plugin | undefined;
  #isUnnoticed = false;
  #fleet: Fleet;
  #session: GatewaySession;

  private constructor(places: readonly [Place, Place]) {
    this.#places = places;
    ({ fleet: this.#fleet, session: this.#session } = this.#start());
  }

  static async open(): Promise<World> {
    const place = async (): Promise<Place> => ({ sandbox: await started({}), has: plugins, foreign: undefined });
    const world = new World([await place(), await place()]);
    world.#wanted.set("stays", ourRoute("stays", "", { plugins: {} }));
    await world.#pass();
    return world;
  }

  async undergo(operation: Operation): Promise<void> {
    switch (operation.what) {
      case "want": {
        const { plugin, text, name } = operation;
        this.#wanted.set(name, ourRoute(name, text, { plugins: { [plugin]: {} }, desc: text }));
        return;
      }
      case "unwant":
        this.#wanted.delete(operation.name);
        return;
      case "restart": {
        const place = this.#places[operation.at];
        const { adminUrl, proxyUrl } = place.sandbox;
        await place.sandbox.stop();
        const [adminPort, proxyPort] = [adminUrl, proxyUrl].map((url) => Number(new URL(url).port));
        place.sandbox = await started({ adminPort, proxyPort, plugins: operation.has });
        place.has = operation.has;
        place.foreign = undefined;
        const isFilled = async () => Number((await documentOn(place.sandbox))["routes_conf_version"]) > 0;
        return eventually(isFilled, { withinMs: 10_000, everyMs: 10 });
      }
      case "reload": {
        const place = this.#places[operation.at];
        place.sandbox.reload(operation.has);
        place.has = operation.has;
        return this.#lookAnew();
      }
      case "foreign": {
        const isTaken = await this.#push(this.#places[operation.at], operation.plugin);
        if (isTaken) this.#latest = operation.isNoticed && !this.#isUnnoticed ? operation.plugin : undefined;
        if (operation.isNoticed) return this.#lookAnew();
        this.#isUnnoticed ||= isTaken;
        return;
      }
      case "newOperator":
        this.#latest = undefined;
        this.#fleet.close();
        ({ fleet: this.#fleet, session: this.#session } = this.#start());
        return;
      case "resync":
        this.#lookAnew();
    }
  }

  #lookAnew(): void {
    this.#isUnnoticed = false;
    this.#session.invalidate();
  }

  /** Two passes at most, as long as nothing is in the way; then nothing is sent any more. */
  async expectRest(): Promise<void> {
    await eventually(async () => (await this.#pass(), this.#fleet.instances().every(isAtRest)), {
      withinMs: 20_000,
      everyMs: 20,
      describe: () => JSON.stringify(this.#fleet.instances()),
    });
    await this.#pass();
    for (const { sandbox } of this.#places) sandbox.resetCounters();
    const { refused, missing } = await this.#pass();
    await this.#pass();
    for (const [index, place] of this.#places.entries()) {
      const sent = methodsOf(place.sandbox.calls()).filter((call) => call !== "HEAD" && call !== "GET");
      expect(sent, `instance ${index} is left in peace`).toEqual([]);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const held = new Map(((await documentOn(place.sandbox)).routes ?? []).map((one) => [one.id, one]));
      if (place.foreign !== undefined) expect(held.has("theirs")).toBe(true);
      const isBlocked = this.#fleet.instances()[index]?.isReady === false;
      if (this.#latest !== undefined && place.has.includes(this.#latest) && !isBlocked)
        expect(pluginOf(held.get("theirs") ?? {})).toBe(this.#latest);
      for (const id of held.keys()) expect(id === "theirs" || isBlocked || this.#wanted.has(String(id))).toBe(true);
      for (const [name, body] of this.#wanted) {
        const takes = [...place.has, undefined].includes(pluginOf(body));
        const standing = held.get(name);
        if (isBlocked || refused.has(name)) continue; // what stood there before stays
        if (takes) expect(standing).toMatchObject(body);
        // What stands there since before a reload is not known to be refused.
        if (!isSame(standing, body)) expect(missing.has(name), `${name} is named`).toBe(true);
      }
    }
  }

  async close(): Promise<void> {
    this.#fleet.close();
    await Promise.all(this.#places.map(({ sandbox }) => sandbox.stop()));
  }

  #start(): { readonly fleet: Fleet; readonly session: GatewaySession } {
    const fleet = new Fleet({
      urls: this.#places.map(({ sandbox }) => sandbox.adminUrl),
      key: new Secret(key),
      ca: undefined,
      patienceMs: 2_000,
      after: (ms, action) => {
        const timer = setTimeout(action, ms / 50).unref();
        return () => clearTimeout(timer);
      },
      onChange: (isNews) => isNews && session.invalidate(),
    });
    const session = new GatewaySession({ client: fleet });
    return { fleet, session };
  }

  /** What differs is written, what is no longer wanted goes. Gives the names of what was refused or is missing. */
  async #pass(): Promise<{ readonly refused: ReadonlySet<string>; readonly missing: ReadonlySet<string> }> {
    const signal = AbortSignal.timeout(20_000);
    const observed = await this.#session.observe(signal, noLessons);
    const there = new Map(observed.routes.map(({ id, value }) => [id, value as object]));
    const changes: Record<string, object | undefined> = {};
    for (const [name, body] of this.#wanted) if (!isSame(there.get(name), body)) changes[`routes/${name}`] = body;
    for (const id of there.keys()) if (id !== "theirs" && !this.#wanted.has(id)) changes[`routes/${id}`] = undefined;
    const plan = planOf(changes);
    const options = { signal, mayWrite: () => true, owner: { instance: "main" } };
    const { steps, missing = [] } = await this.#session.apply(plan, options);
    const refused = plan.steps.filter(({ index }) => isRefused(steps[index]));
    return { refused: new Set(refused.map(({ id }) => id)), missing: new Set(missing.map(({ id }) => id)) };
  }

  /** Somebody else pushes all that stands there, with a route of their own. Gives whether it is taken. */
  async #push(place: Place, plugin: Plugin): Promise<boolean> {
    const { "X-Digest": _digest, routes = [], ...stands } = await documentOn(place.sandbox);
    const others = routes.filter(({ id }) => id !== "theirs");
    const theirs = { id: "theirs", uri: "/theirs", plugins: { [plugin]: {} } };
    const version = Number(stands["routes_conf_version"]) + 1;
    const document = { ...stands, routes: [...others, theirs], routes_conf_version: version };
    const status = await pushTo(place.sandbox, `theirs ${version} ${plugin}`, document);
    if (status === 202) place.foreign = plugin;
    else
      expect([plugin, ...others.map(pluginOf)].every((name) => name === undefined || place.has.includes(name))).toBe(
        false,
      );
    return status === 202;
  }
}

function started(options: Parameters<typeof startSandbox>[0]): Promise<Sandbox> {
  return startSandbox({ mode: "standalone", adminKey: key, ...options });
}

function isAtRest({ isReady, problem }: { readonly isReady: boolean; readonly problem: unknown }): boolean {
  return isReady || (problem as { readonly failure?: string } | undefined)?.failure === "conflict";
}

function isRefused(outcome: StepOutcome | undefined): boolean {
  return outcome?.state === "failed" && outcome.failure === "rejected";
}

function isSame(standing: object | undefined, body: object): boolean {
  return (
    standing !== undefined &&
    Object.entries(body).every(([field, value]) => isDeepStrictEqual(Reflect.get(standing, field), value))
  );
}

/** The one plugin of a route, if it has any. */
function pluginOf(route: object): Plugin | undefined {
  const { plugins: own = {} } = route as { readonly plugins?: object };
  return plugins.find((name) => Object.hasOwn(own, name));
}
