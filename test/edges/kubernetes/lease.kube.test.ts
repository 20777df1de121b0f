import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cluster, acquireLease, openCluster } from "../../../src/edges/kubernetes/index.ts";
import { eventually } from "../../support/eventually.ts";
import { type FaultyCluster, behindFaults } from "../../support/kubeapi.faults.ts";
import { describeKube } from "../../support/kubeapi.suite.ts";

const timings = { leaseMs: 3000, renewDeadlineMs: 2000, retryMs: 300, marginMs: 500 };

describeKube("two operators and one Lease", ({ cluster: shared, namespace, kubectl }) => {
  let faulty: FaultyCluster;
  let first: Cluster;
  let second: Cluster;
  beforeAll(async () => {
    faulty = await behindFaults(shared);
    first = await openCluster({ kind: "file", path: faulty.kubeconfig });
    second = await openCluster({ kind: "file", path: shared.kubeconfig });
  });
  afterAll(async () => {
    await first.close();
    await second.close();
    await faulty.stop();
  });

  const never = new AbortController().signal;
  const candidate = ({ client }: Cluster, name: string, identity: string, signal = never) =>
    acquireLease({ client, namespace, name, identity, timings }, signal);
  const holderOf = (name: string) => kubectl(["get", "lease", name, "-o", "jsonpath={.spec.holderIdentity}"]);

  test("a released Lease passes on at once, one that was not within its time, and never to two", async () => {
    const a = await candidate(first, "handover", "a");
    let hasPassed = false;
    const waiting = candidate(second, "handover", "b").then((leadership) => {
      hasPassed = true;
      return leadership;
    });
    await new Promise((done) => setTimeout(done, 4000)); // longer than a lease lasts
    expect([hasPassed, a.mayWrite()]).toEqual([false, true]);

    const released = performance.now();
    await a.release();
    const b = await waiting;
    expect(performance.now() - released).toBeLessThan(2500); // less than the lease would have lasted
    expect(await holderOf("handover")).toBe("b");

    // Now b's rival is cut off while it leads: it must know before the other starts.
    await b.release();
    const c = await candidate(first, "handover", "c");
    faulty.proxy.stallAfter(0);
    const d = await candidate(second, "handover", "d");
    expect(c.mayWrite()).toBe(false);
    expect(c.lost.aborted).toBe(true);
    expect(await holderOf("handover")).toBe("d");
    faulty.proxy.heal();
    await c.release();
    expect(await holderOf("handover")).toBe("d");
    await d.release();
    expect(JSON.parse(await kubectl(["get", "lease", "handover", "-o", "json"]))).toMatchObject({
      spec: { holderIdentity: "", leaseDurationSeconds: 1, leaseTransitions: 3 },
    });
  });

  test("waiting ends when the caller stops", async () => {
    const a = await candidate(first, "stop", "a");
    const interest = new AbortController();
    const waiting = candidate(second, "stop", "b", interest.signal);
    interest.abort(new Error("stopping"));
    await expect(waiting).rejects.toThrow("stopping");
    await a.release();
    await eventually(async () => (await holderOf("stop")) === "");
  });
});
