import { describe, expect, test } from "vitest";
import {
  type ElectorOptions,
  KubeError,
  type KubeObject,
  type Leadership,
  acquireLease,
} from "../../../src/edges/kubernetes/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";

/** The API server's part in an election: one Lease with optimistic locking, and a switch for its connection. */
class LeaseServer {
  lease: KubeObject | undefined;
  isReachable = true;
  /** Requests are never answered. */
  hangs = false;
  /** The next write is done, but its answer is lost. */
  losesAnAnswer = false;
  /** Writes are done at once, and answered when `answerLate` is called. */
  isLate = false;
  answerLate: (() => void) | undefined;
  writes = 0;
  #version = 0;

  readonly get = async (): Promise<KubeObject> => {
    await this.#answering();
    if (this.lease === undefined) throw new KubeError("no lease", { failure: "notFound", code: 404 });
    return this.lease;
  };

  readonly create = async (_type: unknown, _namespace: string, object: object): Promise<KubeObject> => {
    await this.#answering();
    if (this.lease !== undefined) throw new KubeError("there is one", { failure: "alreadyExists", code: 409 });
    const lease = this.#store(object);
    if (!this.losesAnAnswer) return lease;
    this.losesAnAnswer = false;
    throw new KubeError("the connection broke", { failure: "unreachable" });
  };

  readonly replace = async (
    _type: unknown,
    _name: unknown,
    object: object,
    options?: CallOptions,
  ): Promise<KubeObject> => {
    await this.#answering(options?.signal);
    if (this.lease === undefined) throw new KubeError("no lease", { failure: "notFound", code: 404 });
    const { metadata }: Partial<KubeObject> = object;
    if (metadata?.resourceVersion !== this.lease.metadata.resourceVersion)
      throw new KubeError("it has moved on", { failure: "conflict", code: 409 });
    const lease = this.#store(object);
    if (this.isLate) await new Promise<void>((done) => (this.answerLate = done));
    return lease;
  };

  /** Somebody edits a label: another version, the same holder. */
  touch(): void {
    if (this.lease !== undefined) this.#store(this.lease);
  }

  get spec(): Record<string, unknown> {
    return Object(this.lease?.["spec"]);
  }

  async #answering(signal?: AbortSignal): Promise<void> {
    if (!this.isReachable) throw new KubeError("nobody there", { failure: "unreachable" });
    if (!this.hangs) return;
    await new Promise((_done, failed) => signal?.addEventListener("abort", () => failed(new Error("aborted"))));
  }

  #store(object: object): KubeObject {
    this.writes++;
    const metadata = { name: "lease", resourceVersion: String(++this.#version) };
    return (this.lease = { ...object, metadata });
  }
}

interface CallOptions {
  readonly signal?: AbortSignal;
}

function election() {
  const clock = new FakeClock();
  const server = new LeaseServer();
  const never = new AbortController().signal;
  const candidate = (identity: string, options: Partial<ElectorOptions> = {}) => {
    const state: { leadership?: Leadership } = {};
    const elected = acquireLease(
      { client: server, namespace: "ns", name: "lease", identity, clock, random: () => 0, ...options },
      never,
    ).then((leadership) => (state.leadership = leadership));
    return { state, elected };
  };
  return { clock, server, candidate };
}

describe("an election", () => {
  test("makes the Lease where there is none, and renews it every two seconds", async () => {
    const { clock, server, candidate } = election();
    const leader = await candidate("a").elected;
    expect(server.spec).toMatchObject({ holderIdentity: "a", leaseDurationSeconds: 15, leaseTransitions: 0 });
    expect(server.spec["renewTime"]).toMatch(/^2026-01-01T00:00:00\.000000Z$/);
    const { acquireTime } = server.spec;
    await clock.advance(60_000);
    expect(server.writes).toBe(31);
    expect(server.spec["acquireTime"]).toBe(acquireTime);
    expect(leader.mayWrite()).toBe(true);
  });

  test("lets nobody in while the Lease is renewed", async () => {
    const { clock, candidate } = election();
    await candidate("a").elected;
    const { state } = candidate("b");
    await clock.advance(600_000);
    expect(state.leadership).toBeUndefined();
  });

  test("takes a Lease that was not renewed for as long as it lasts, counted from when it was seen", async () => {
    const { clock, server, candidate } = election();
    const dead = await candidate("a").elected;
    const { state } = candidate("b");
    await clock.advance(100);
    server.isReachable = false;
    await clock.advance(60_000); // a cannot renew; b cannot see
    server.isReachable = true;
    expect(dead.mayWrite()).toBe(false);
    await clock.advance(16_000);
    expect(state.leadership?.mayWrite()).toBe(true);
    expect(server.spec).toMatchObject({ holderIdentity: "b", leaseTransitions: 1 });
  });

  test("is not fooled by a clock that jumps, here or there", async () => {
    const { clock, candidate } = election();
    const leader = await candidate("a").elected;
    const { state } = candidate("b");
    await clock.advance(1000);
    clock.jump(86_400_000);
    await clock.advance(10_000);
    clock.jump(-2 * 86_400_000);
    await clock.advance(10_000);
    expect(state.leadership).toBeUndefined();
    expect(leader.mayWrite()).toBe(true);
  });

  test("never has two who may write, whatever fails and when", async () => {
    const { clock, server, candidate } = election();
    const candidates = ["a", "b", "c"].map((identity) => candidate(identity).state);
    let seed = 42;
    const chance = () => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
    const leaders = new Set<string>();
    for (let step = 0; step < 2000; step++) {
      if (step % 20 === 0) server.isReachable = chance() > 0.4;
      if (chance() < 0.01) server.touch();
      await clock.advance(250);
      const writers = candidates.filter(({ leadership }) => leadership?.mayWrite() === true);
      expect(writers.length).toBeLessThanOrEqual(1);
      if (writers.length === 1) leaders.add(String(server.spec["holderIdentity"]));
    }
    expect(leaders.size).toBeGreaterThan(1);
  }, 60_000);

  test("knows its own name in a Lease whose making was never answered", async () => {
    const { clock, server, candidate } = election();
    server.losesAnAnswer = true;
    const { state } = candidate("a");
    await clock.advance(2500);
    expect(state.leadership?.mayWrite()).toBe(true);
    expect(server.spec).toMatchObject({ holderIdentity: "a", leaseTransitions: 0 });
  });

  test("has one winner when a Lease is free for all", async () => {
    const { clock, candidate } = election();
    const candidates = Array.from({ length: 20 }, (_candidate, index) => candidate(`c${index}`).state);
    await clock.advance(5000);
    expect(candidates.filter(({ leadership }) => leadership !== undefined)).toHaveLength(1);
  });

  test.each([
    ["a lease as short as its deadline", { leaseMs: 10_000, renewDeadlineMs: 10_000, retryMs: 2000, marginMs: 0 }],
    ["a deadline that leaves no second try", { leaseMs: 15_000, renewDeadlineMs: 2_300, retryMs: 2000, marginMs: 0 }],
  ])("refuses %s", async (_sentence, timings) => {
    const { candidate } = election();
    await expect(candidate("a", { timings }).elected).rejects.toThrow(RangeError);
  });
});

describe("a leader", () => {
  test("may write until two seconds before another could take over", async () => {
    const { clock, server, candidate } = election();
    const leader = await candidate("a").elected;
    server.isReachable = false;
    await clock.advance(9_900);
    expect([leader.mayWrite(), leader.lost.aborted]).toEqual([true, false]);
    expect(leader.mayWriteUntil).toBe(13_000);
  });

  test("gives up when it could not renew for ten seconds", async () => {
    const { clock, server, candidate } = election();
    const leader = await candidate("a").elected;
    server.isReachable = false;
    await clock.advance(10_100);
    expect([leader.mayWrite(), leader.lost.aborted]).toEqual([false, true]);
    expect(leader.lost.reason).toMatchObject({ name: "LeaseLost" });
  });

  test("gives up in time, too, when the request to renew hangs", async () => {
    const { clock, server, candidate } = election();
    const leader = await candidate("a").elected;
    server.hangs = true;
    await clock.advance(10_100);
    expect([leader.mayWrite(), leader.lost.aborted]).toEqual([false, true]);
    expect(clock.pending).toBe(0);
  });

  test("stands a server that is away for a moment", async () => {
    const { clock, server, candidate } = election();
    const leader = await candidate("a").elected;
    server.isReachable = false;
    await clock.advance(7000);
    server.isReachable = true;
    await clock.advance(60_000);
    expect(leader.mayWrite()).toBe(true);
  });

  test("is no longer one the moment it sees another's name", async () => {
    const { clock, server, candidate } = election();
    const leader = await candidate("a").elected;
    server.lease = { metadata: { name: "lease", resourceVersion: "x" }, spec: { holderIdentity: "b" } };
    await clock.advance(2100);
    expect(leader.lost.aborted).toBe(true);
    expect(server.spec["holderIdentity"]).toBe("b");
  });

  test("is not put off by somebody else's edit of the Lease", async () => {
    const { clock, server, candidate } = election();
    const leader = await candidate("a").elected;
    server.touch();
    await clock.advance(30_000);
    expect(leader.mayWrite()).toBe(true);
  });

  test("hands over in seconds when it releases the Lease, and may not write from then on", async () => {
    const { clock, server, candidate } = election();
    const leader = await candidate("a").elected;
    const { state } = candidate("b");
    await clock.advance(5000);
    const released = leader.release();
    expect(leader.mayWrite()).toBe(false);
    await released;
    expect(server.spec).toMatchObject({ holderIdentity: "", leaseDurationSeconds: 1 });
    await clock.advance(2500);
    expect(state.leadership?.mayWrite()).toBe(true);
    expect(server.spec).toMatchObject({ holderIdentity: "b", leaseTransitions: 1 });
    expect(leader.lost.aborted).toBe(false);
  });

  test("waits for a renewal that is under way before it releases the Lease", async () => {
    const { clock, server, candidate } = election();
    const leader = await candidate("a").elected;
    server.isLate = true;
    await clock.advance(2000);
    server.isLate = false;
    const before = server.writes;
    const released = leader.release();
    await clock.advance(1000);
    expect(server.writes).toBe(before);
    server.answerLate?.();
    await released;
    expect([server.writes, server.spec["holderIdentity"]]).toEqual([before + 1, ""]);
  });

  test("leaves the Lease alone when it releases what it has lost", async () => {
    const { clock, server, candidate } = election();
    const leader = await candidate("a").elected;
    server.isReachable = false;
    await clock.advance(11_000);
    server.isReachable = true;
    const { state } = candidate("b");
    await clock.advance(20_000);
    await leader.release();
    expect(server.spec["holderIdentity"]).toBe("b");
    expect(state.leadership?.mayWrite()).toBe(true);
  });

  test("leaves no timer behind", async () => {
    const { clock, candidate } = election();
    await (await candidate("a").elected).release();
    expect(clock.pending).toBe(0);
  });
});
