import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AttachedManifest,
  type Desired,
  Secret,
  type Snapshot,
  type Sources,
  claimBody,
  claimIdOf,
  everyDesired,
  idOfResource,
  idOnGateway,
  kindTraits,
  pinnedIdOf,
  refOf,
  revealed,
} from "../../../src/core/model/index.ts";
import { type GatewaySession, type PassResult, runPass } from "../../../src/shells/controller/index.ts";
import type { Sandbox } from "../../../src/shells/sandbox/index.ts";
import { pathOf as adminPathOf } from "../../../src/wire/admin/index.ts";
import { makeCertificates } from "../../edges/apisix/certificates.ts";
import { gateway, snapshotOf } from "../../support/manifests.ts";
import { type Mode, modes, sessionWith, timeless } from "./support/modes.ts";
import { type Operation, type Version, operations, referents, sharedId, versions } from "./support/operations.ts";
import { passOptions } from "./support/pass-options.ts";

// Through the real edge and a sandbox: whatever has happened to a gateway, in the end it holds what is wanted of it, what others
// put there, and nothing else.

const instance = "main";
const pairs = versions.map(() => makeCertificates().server);
/** Passes that may be needed once everybody holds still: what uses a leftover has to go first. */
const lastPasses = 3;

describe.each(modes)("in mode $name, after any history of 200 operations", (mode) => {
  test("the gateway is what is wanted plus what is foreign, byte for byte", { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(operations, async (history) => {
        const world = await World.open(mode);
        try {
          // oxlint-disable-next-line no-await-in-loop -- a history
          for (const operation of history) await world.undergo(operation);
          await world.expectInOrder(await world.settle());
        } finally {
          await world.close();
        }
      }),
      // A shrunk history would take minutes to find; the seed is printed all the same.
      { numRuns: Number(process.env["FC_RUNS"] ?? 10), endOnFailure: true },
    );
  });
});

/** A gateway, those who own what shall be on it, the operator, and others. */
class World {
  readonly #mode: Mode;
  readonly #sandbox: Sandbox;
  readonly #wanted = new Map<string, AttachedManifest>();
  /** By path: what the gateway said it stored. */
  readonly #foreign = new Map<string, unknown>();
  #session: GatewaySession;
  #sources = sourcesOf(0);
  #isPoor = false;

  private constructor(mode: Mode, sandbox: Sandbox) {
    this.#mode = mode;
    this.#sandbox = sandbox;
    this.#session = this.#start();
  }

  static async open(mode: Mode): Promise<World> {
    return new World(mode, await mode.start());
  }

  async undergo(operation: Operation): Promise<void> {
    switch (operation.what) {
      case "want":
        this.#wanted.set(nameOf(operation.object), operation.object);
        return;
      case "unwant":
        this.#wanted.delete(`${operation.kind}/${operation.name}`);
        return;
      case "pass":
        await this.#pass();
        return;
      case "resync":
        return this.#session.invalidate();
      case "restart":
        this.#session.client.close();
        this.#session = this.#start();
        return;
      case "rotate":
        this.#sources = sourcesOf(operation.version);
        return;
      case "foreignPut": {
        const { status, value } = await this.#touch("PUT", operation.path, operation.body);
        if (this.#isPoor && status === 400) return;
        expect([200, 201]).toContain(status);
        this.#foreign.set(operation.path, value);
        return;
      }
      case "foreignDelete": {
        const { status } = await this.#touch("DELETE", operation.path);
        if (!this.#isPoor || status !== 400) this.#foreign.delete(operation.path);
        return;
      }
      case "reload":
        return this.#reload(operation.plugins);
      case "handEdit":
        // The gateway may refuse it, or have no such object: a hand that misses.
        await this.#touch("PATCH", this.#pathOf(operation), { plugins: { "request-id": { header_name: "X-Hand" } } });
        await this.#touch("PATCH", this.#pathOf(operation), { desc: "by hand" });
        return;
      case "handDelete":
        await this.#touch("DELETE", this.#pathOf(operation));
    }
  }

  /** Everybody holds still, nothing that is referred to is missing, and the operator looks at the gateway anew. */
  async settle(): Promise<Desired> {
    for (const object of referents) if (!this.#wanted.has(nameOf(object))) this.#wanted.set(nameOf(object), object);
    this.#share();
    this.#reload(undefined);
    for (let passes = 0; passes < lastPasses; passes += 1) {
      this.#session.invalidate();
      await this.#pass(); // oxlint-disable-line no-await-in-loop -- one pass after the other
    }
    const before = this.#sandbox.counters().writes;
    this.#session.invalidate();
    const { decision, came } = await this.#pass();
    expect(came).toEqual({ kind: "applied", outcome: { steps: [] } });
    expect(decision.plan).toEqual({ steps: [], refusals: [] });
    expect(this.#sandbox.counters().writes, "and nothing is left to write").toBe(before);
    return decision.desired;
  }

  /** Against a gateway without a past, on which each object was put once. */
  async expectInOrder(desired: Desired): Promise<void> {
    const twin = await World.open(this.#mode);
    try {
      const metadata = new Map(desired.plugin_metadata.map(({ id, origin }) => [id as string, origin.namespace]));
      const claim = claimBody({ instance, holder: passOptions().holder }, metadata);
      const wanted = everyDesired(desired).map(
        ({ kind, id, body, secrets }) => [adminPathOf(kind, id), revealed<object>(body, secrets)] as const,
      );
      for (const [path, body] of [[`upstreams/${claimIdOf(instance)}`, claim] as const, ...wanted, ...this.#foreign]) {
        // oxlint-disable-next-line no-await-in-loop -- the gateway checks references
        const { status } = await twin.#touch("PUT", path, withoutTimes(body));
        expect(status, path).toBe(201);
      }
      const held = await this.#mode.held(this.#sandbox);
      expect(timeless(held)).toEqual(timeless(await this.#mode.held(twin.#sandbox)));
      for (const object of this.#wanted.values())
        expect(held.has(`/apisix/${this.#pathOf(refOfAttached(object))}`)).toBe(true);
      for (const [path, value] of this.#foreign)
        expect(JSON.stringify(held.get(`/apisix/${path}`)?.value), path).toBe(JSON.stringify(value));
    } finally {
      await twin.close();
    }
  }

  async close(): Promise<void> {
    this.#session.client.close();
    await this.#sandbox.stop();
  }

  #start(): GatewaySession {
    return sessionWith({ urls: [this.#sandbox.adminUrl] });
  }

  #pass(): Promise<PassResult> {
    return runPass(this.#session, this.#snapshot(), passOptions());
  }

  #snapshot(): Snapshot {
    // Deletions by the dozen are what a history is about.
    return {
      ...snapshotOf(...this.#wanted.values()),
      gateway: gateway("main", { guards: { maxDeletes: 1000 } }),
      sources: this.#sources,
    };
  }

  /** Its configuration lists other plugins: what it holds stays, and some of that it takes no longer. */
  #reload(plugins: readonly string[] | undefined): void {
    this.#isPoor = plugins !== undefined;
    this.#sandbox.reload(plugins);
  }

  /** Of those that want one id, one goes on. */
  #share(): void {
    const held = new Set<string>();
    for (const [name, object] of this.#wanted) {
      if (pinnedIdOf(object) !== sharedId || held.size < held.add(object.kind).size) continue;
      const { adminId: _taken, ...spec } = object.spec as { readonly adminId: string };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same, but for the id
      this.#wanted.set(name, { ...object, spec } as AttachedManifest);
    }
  }

  /** Where the object of a resource stands. */
  #pathOf(named: Named): string {
    const { kind, name } = named;
    const object = this.#wanted.get(`${kind}/${name}`);
    const id =
      object === undefined ? idOnGateway({ kind, namespace: "shop", name }, instance) : idOfResource(object, instance);
    return `${kindTraits[kind].adminKind}/${id}`;
  }

  #touch(...[method, path, body]: [method: "PUT" | "PATCH" | "DELETE", path: string, body?: object]) {
    return this.#mode.touch(this.#sandbox, method, path, body);
  }
}

type Named = Pick<AttachedManifest, "kind"> & { readonly name: string };

function refOfAttached(object: AttachedManifest): Named {
  return { kind: object.kind, name: refOf(object).name };
}

function nameOf({ kind, meta }: AttachedManifest): string {
  return `${kind}/${meta.name}`;
}

/** The Secrets that resources take values from. */
function sourcesOf(version: Version): Sources {
  const pair = pairs[version];
  const values = (entries: Readonly<Record<string, string>>) => ({
    kind: "read" as const,
    values: new Map(Object.entries(entries).map(([key, value]) => [key, new Secret(value)])),
  });
  return new Map([
    ["Secret/shop/tls", values({ "tls.crt": pair?.cert ?? "", "tls.key": pair?.key ?? "" })],
    ["Secret/shop/values", values({ token: `token-${version}` })],
  ]);
}

/** What the gateway adds by itself is not for others to send. */
function withoutTimes(body: unknown): object {
  return { ...Object(body), create_time: undefined, update_time: undefined };
}
