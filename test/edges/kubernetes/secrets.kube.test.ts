import { inspect } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Cluster,
  SecretFollower,
  type SecretValue,
  openCluster,
  readSecretKey,
  secrets,
} from "../../../src/edges/kubernetes/index.ts";
import { eventually } from "../../support/eventually.ts";
import { type FaultyCluster, behindFaults } from "../../support/kubeapi.faults.ts";
import { describeKube } from "../../support/kubeapi.suite.ts";

describeKube("Secrets we are pointed to", ({ cluster: shared, namespace }) => {
  let faulty: FaultyCluster;
  let cluster: Cluster;
  let follower: SecretFollower;
  const changes: string[] = [];

  beforeAll(async () => {
    faulty = await behindFaults(shared);
    cluster = await openCluster({ kind: "file", path: faulty.kubeconfig });
    follower = new SecretFollower({ client: cluster.client, onChange: ({ name }) => void changes.push(name) });
  });
  afterAll(async () => {
    await follower.stop();
    await cluster.close();
    await faulty.stop();
  });

  const write = (name: string, stringData: Record<string, string>) =>
    cluster.client.create(secrets, namespace, { metadata: { name }, stringData });
  const shown = (value: SecretValue) => (value.kind === "found" ? `found ${value.value.reveal()}` : value.kind);
  const valueOf = (name: string, key: string) => shown(follower.valueOf({ namespace, name, key }));

  test("are read once, key by key", async () => {
    await write("once", { key: "edd1c9f0", umlaut: "grün" });
    const read = async (name: string, key: string) =>
      shown(await readSecretKey(cluster.client, { namespace, name, key }));
    expect(await read("once", "key")).toBe("found edd1c9f0");
    expect(await read("once", "umlaut")).toBe("found grün");
    expect(await read("once", "other")).toBe("noKey");
    expect(await read("nobody", "key")).toBe("noSecret");
  });

  test("are followed: before they are there, as they change, until they go", async () => {
    expect(valueOf("admin", "key")).toBe("unknown");
    follower.follow([{ namespace, name: "admin" }]);
    await eventually(() => valueOf("admin", "key") === "noSecret");
    await write("admin", { key: "one" });
    await eventually(() => valueOf("admin", "key") === "found one");
    await cluster.client.mergePatch(secrets, { namespace, name: "admin" }, { stringData: { key: "two" } });
    await eventually(() => valueOf("admin", "key") === "found two");
    expect(valueOf("admin", "other")).toBe("noKey");
    await cluster.client.delete(secrets, { namespace, name: "admin" });
    await eventually(() => valueOf("admin", "key") === "noSecret");
    expect(changes.length).toBeGreaterThanOrEqual(4);
    expect(new Set(changes)).toEqual(new Set(["admin"]));
  });

  test("are followed one by one, and no longer than they are wanted", async () => {
    await write("one", { key: "1" });
    await write("two", { key: "2" });
    follower.follow(["one", "two"].map((name) => ({ namespace, name })));
    await eventually(() => valueOf("one", "key") === "found 1" && valueOf("two", "key") === "found 2");
    // The first values came with a list; what is written now can only come by a watch, so both are open.
    for (const name of ["one", "two"])
      await cluster.client.mergePatch(secrets, { namespace, name }, { stringData: { key: `${name} again` } });
    await eventually(() => valueOf("one", "key") === "found one again" && valueOf("two", "key") === "found two again");
    const withBoth = faulty.proxy.open();
    follower.follow([{ namespace, name: "two" }]);
    expect([valueOf("one", "key"), valueOf("two", "key")]).toEqual(["unknown", "found two again"]);
    await eventually(() => faulty.proxy.open() <= withBoth - 1);
    await follower.stop();
    await eventually(() => faulty.proxy.open() <= withBoth - 2);
  });

  test("print as [redacted]", async () => {
    const value = await readSecretKey(cluster.client, { namespace, name: "once", key: "key" });
    expect(inspect(value, { depth: 20, showHidden: true })).not.toContain("edd1c9f0");
    expect(JSON.stringify(value)).toContain("[redacted]");
  });
});
