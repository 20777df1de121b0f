import { createHash, randomBytes } from "node:crypto";
import { type Socket, connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "./eventually.ts";
import { type FaultProxy, portOf, startFaultProxy } from "./fault-proxy.ts";

/** A server that answers every connection with the same 300,000 bytes and closes it. */
const answer = randomBytes(300_000);

describe("the fault proxy", () => {
  let proxy: FaultProxy;
  let stop: () => Promise<void>;

  beforeEach(async () => {
    const server = createServer((socket: Socket) => socket.on("error", () => {}).end(answer));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    proxy = await startFaultProxy(`127.0.0.1:${portOf(server)}`);
    stop = async () => {
      await proxy.stop();
      await new Promise((done) => server.close(done));
    };
  });
  afterEach(() => stop());

  test("passes every byte on and the end with them", async () => {
    const { bytes, end } = await read(proxy.port);
    expect(sha(bytes)).toBe(sha(answer));
    expect(end).toBe("end");
  });

  test("resets after exactly so many bytes", async () => {
    proxy.resetAfter(100_001);
    const { bytes, end } = await read(proxy.port);
    expect([bytes.length, end]).toEqual([100_001, "ECONNRESET"]);
  });

  test("falls silent after so many bytes, and goes on when it is healed", async () => {
    proxy.stallAfter(5);
    const reading = read(proxy.port);
    await expect(Promise.race([reading, sleep(200, "silent")])).resolves.toBe("silent");
    proxy.heal();
    expect(sha((await reading).bytes)).toBe(sha(answer));
  });

  test("drips", async () => {
    proxy.drip(10_000);
    const { bytes } = await read(proxy.port);
    expect(sha(bytes)).toBe(sha(answer));
  });

  test("delays", async () => {
    proxy.delay(150);
    const started = performance.now();
    await read(proxy.port);
    expect(performance.now() - started).toBeGreaterThan(140);
  });

  test("cuts what is open, and lets new connections in", async () => {
    proxy.stallAfter(5);
    const reading = read(proxy.port);
    await sleep(50);
    proxy.cut();
    expect((await reading).end).toBe("ECONNRESET");
    proxy.heal();
    expect((await read(proxy.port)).end).toBe("end");
    await eventually(() => proxy.open() === 0);
    expect(proxy.opened()).toBe(2);
  });

  test("refuses until it is healed", async () => {
    proxy.refuse();
    expect((await read(proxy.port)).bytes).toHaveLength(0);
    proxy.heal();
    expect((await read(proxy.port)).bytes).toHaveLength(answer.length);
  });
});

function read(port: number): Promise<{ bytes: Buffer; end: string }> {
  return new Promise((done) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, "127.0.0.1");
    let end = "end";
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", (error) => (end = "code" in error ? String(error.code) : error.message));
    socket.on("close", () => done({ bytes: Buffer.concat(chunks), end }));
  });
}

function sha(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
