import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { admin, ask, put, sandboxFor } from "./support.ts";

const answering = (body: string) => ({
  uri: "/t",
  plugins: { "fault-injection": { abort: { http_status: 200, body } } },
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "sandbox-test-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

test("equal routes: the older answers, an update keeps the place, a new one of the same name comes last, a restart sorts by id", async () => {
  const dataDir = await folder();
  const sandbox = await sandboxFor({ dataDir });
  const winner = async (from = sandbox) => (await ask(from, { path: "/t" })).text;
  await put(sandbox, { "/routes/b": answering("b"), "/routes/a": answering("a") });
  expect(await winner()).toBe("b");
  await put(sandbox, { "/routes/b": { ...answering("b again"), desc: "changed" } });
  expect(await winner()).toBe("b again");
  await admin(sandbox, "DELETE", "/routes/b");
  await put(sandbox, { "/routes/b": answering("b") });
  expect(await winner()).toBe("a");
  await admin(sandbox, "DELETE", "/routes/a");
  await put(sandbox, { "/routes/a": answering("a") });
  expect(await winner()).toBe("b");
  await sandbox.stop();
  expect(await winner(await sandboxFor({ dataDir }))).toBe("a");
});

test("ids are sorted byte by byte", async () => {
  const dataDir = await folder();
  const sandbox = await sandboxFor({ dataDir });
  for (const id of ["a", "_", "Z", "2", "10", "-x"]) await put(sandbox, { [`/routes/${id}`]: answering(id) });
  await sandbox.stop();
  const again = await sandboxFor({ dataDir });
  const order: string[] = [];
  for (let round = 0; round < 6; round++) {
    const { text } = await ask(again, { path: "/t" });
    order.push(text);
    await admin(again, "DELETE", `/routes/${text}`);
  }
  expect(order).toEqual(["-x", "10", "2", "Z", "_", "a"]);
});

test("the story: a service's hosts, two routes, and who answers after a restart", async () => {
  const dataDir = await folder();
  const story = async (order: readonly string[]) => {
    const sandbox = await sandboxFor({ dataDir });
    await put(sandbox, { "/services/s": { hosts: ["test1.com", "test2.com"] } });
    for (const id of order) {
      const hosts = id === "route2" ? { hosts: ["test2.com"] } : {};
      await put(sandbox, { [`/routes/${id}`]: { ...answering(id), uri: "/test*", service_id: "s", ...hosts } });
    }
    const before = (await ask(sandbox, { path: "/test", host: "test2.com" })).text;
    await sandbox.stop();
    const restarted = await sandboxFor({ dataDir });
    const after = (await ask(restarted, { path: "/test", host: "test2.com" })).text;
    for (const id of order) await admin(restarted, "DELETE", `/routes/${id}`);
    await restarted.stop();
    return [before, after];
  };
  expect(await story(["route1", "route2"])).toEqual(["route1", "route1"]);
  expect(await story(["route2", "route1"])).toEqual(["route2", "route1"]);
});

test("revisions, times and expiry survive a restart", async () => {
  const dataDir = await folder();
  const sandbox = await sandboxFor({ dataDir });
  await put(sandbox, {
    "/upstreams/u": { nodes: {} },
    "/upstreams/gone": { nodes: {} },
    "/upstreams/short?ttl=1": { nodes: {} },
  });
  await put(sandbox, { "/upstreams/u": { nodes: {}, desc: "second" } });
  await admin(sandbox, "DELETE", "/upstreams/gone");
  const before = (await admin(sandbox, "GET", "/upstreams/u")).body;
  await sandbox.stop();
  const again = await sandboxFor({ dataDir });
  expect((await admin(again, "GET", "/upstreams/u")).body).toEqual(before);
  expect((await admin(again, "GET", "/upstreams/gone")).status).toBe(404);
  await put(again, { "/upstreams/v": { nodes: {} } });
  expect((await admin(again, "GET", "/upstreams/v")).body).toMatchObject({ createdIndex: 6 });
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect((await admin(again, "GET", "/upstreams/short")).status).toBe(404);
});
