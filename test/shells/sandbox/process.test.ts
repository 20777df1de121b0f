import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const main = join(import.meta.dirname, "../../../src/main.ts");

interface Running {
  readonly process: ChildProcess;
  readonly adminUrl: string;
  readonly proxyUrl: string;
}

/** `apisix-route sandbox` as a process of its own, once it is ready. */
async function started(...options: readonly string[]): Promise<Running> {
  const child = spawn(
    process.execPath,
    [main, "sandbox", "--admin-port", "0", "--port", "0", "-o", "json", ...options],
    {
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line]: Buffer[] = await once(child.stdout, "data");
  const addresses: Omit<Running, "process"> = JSON.parse(String(line));
  return { process: child, ...addresses };
}

async function write(gateway: Running, id: number): Promise<boolean> {
  try {
    const answer = await fetch(`${gateway.adminUrl}/apisix/admin/routes/${id}`, {
      method: "PUT",
      headers: { "X-API-KEY": "test-key" },
      body: JSON.stringify({ uri: `/${id}`, plugins: {}, desc: "x".repeat(200) }),
    });
    return answer.status === 201;
  } catch {
    return false;
  }
}

async function idsOn(gateway: Running): Promise<readonly number[]> {
  const answer = await fetch(`${gateway.adminUrl}/apisix/admin/routes`, { headers: { "X-API-KEY": "test-key" } });
  const { list }: { list: readonly { value: { id: string } }[] } = JSON.parse(await answer.text());
  return list.map(({ value }) => Number(value.id));
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "sandbox-test-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

test("killed at any instant, it has every write that it acknowledged", async () => {
  const data = await folder();
  const acknowledged: number[] = [];
  for (let round = 0; round < 3; round++) {
    const gateway = await started("--data", data, "--key", "test-key");
    expect(await idsOn(gateway)).toEqual(expect.arrayContaining(acknowledged));
    const timer = setTimeout(() => gateway.process.kill("SIGKILL"), 40 + 60 * round);
    for (let id = round * 10_000 + 1; await write(gateway, id); id++) acknowledged.push(id);
    clearTimeout(timer);
  }
  expect(acknowledged.length).toBeGreaterThan(10);
  // As if the last write had been cut in half.
  await appendFile(join(data, "objects.jsonl"), '{"key":"/routes/half","revision":99999,"val');
  const gateway = await started("--data", data, "--key", "test-key");
  const ids = await idsOn(gateway);
  expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([]);
  expect(ids.length - acknowledged.length).toBeLessThanOrEqual(3);
});

test.each(["SIGTERM", "SIGINT"] as const)("%s ends it with code 0", async (signal) => {
  const gateway = await started();
  gateway.process.kill(signal);
  expect(await once(gateway.process, "exit")).toEqual([0, null]);
});

test("tied, it ends with its standard input", async () => {
  const gateway = await started("--tied");
  gateway.process.stdin?.end();
  expect(await once(gateway.process, "exit")).toEqual([0, null]);
});

test("counters and calls for those in other processes, without a key and without the key", async () => {
  const gateway = await started("--key", "test-key");
  const ask = async (path: string, method = "GET") =>
    JSON.parse(await (await fetch(`${gateway.adminUrl}${path}`, { method })).text());
  for (const id of [1, 2, 3]) await write(gateway, id);
  await idsOn(gateway);
  await fetch(`${gateway.adminUrl}/apisix/admin/routes?api_key=test-key`);
  expect(await ask("/sandbox/counters")).toEqual({
    reads: 2,
    writes: 3,
    failures: 0,
    byKind: { routes: { PUT: 3, GET: 2 } },
  });
  const calls: readonly unknown[] = await ask("/sandbox/calls");
  expect(calls).toHaveLength(5);
  expect(calls[0]).toMatchObject({ method: "PUT", path: "/apisix/admin/routes/1", status: 201 });
  expect(JSON.stringify(calls)).not.toContain("test-key");
  await ask("/sandbox/counters/reset", "POST");
  expect(await ask("/sandbox/counters")).toEqual({ reads: 0, writes: 0, failures: 0, byKind: {} });
});

test("a port that is taken is one sentence and code 2", async () => {
  const gateway = await started();
  const { port } = new URL(gateway.adminUrl);
  const child = spawn(process.execPath, [main, "sandbox", "--admin-port", port, "--port", "0"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
  expect(await once(child, "exit")).toEqual([2, null]);
  expect(text).toMatch(/EADDRINUSE/);
  expect(text).not.toMatch(/\n\s+at /);
});
