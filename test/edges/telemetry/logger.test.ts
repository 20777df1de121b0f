import got from "got";
import { createServer } from "node:http";
import { describe, expect, test } from "vitest";
import { Secret } from "../../../src/core/model/index.ts";
import { type Logger, createLogger } from "../../../src/edges/telemetry/index.ts";

const canary = "canary-4f1c9d";

describe("createLogger", () => {
  test("one event is one line of JSON: level in words, time, fields, message", () => {
    const [line] = linesOf((log) => log.info({ gateway: "main", durationMs: 12 }, "plan applied"));
    expect(line).toMatchObject({ level: "info", gateway: "main", durationMs: 12, msg: "plan applied" });
    expect(line?.["time"]).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(Object.keys(line ?? {})).not.toContain("pid");
  });

  test("below its level it is silent", () => {
    expect(linesOf((log) => log.debug("why"))).toEqual([]);
  });

  test("an error keeps its name, message, class of failure and stack, and loses the rest", () => {
    const error = Object.assign(new Error("PUT /routes/a: refused", { cause: new Error("deep") }), {
      failure: "rejected",
      status: 400,
      options: { headers: { "x-api-key": canary } },
    });
    const [line] = linesOf((log) => log.warn({ err: error }, "step failed"));
    expect(line?.["err"]).toEqual({
      name: "Error",
      message: "PUT /routes/a: refused",
      failure: "rejected",
      status: 400,
      stack: error.stack,
      cause: "Error: deep",
    });
  });

  test.each([
    ["a secret, wherever it is", (log: Logger) => log.info({ a: { b: [new Secret(canary)] } }, "x")],
    ["a header under a known name", (log: Logger) => log.info({ request: { headers: { "x-api-key": canary } } }, "x")],
    ["a password at the top", (log: Logger) => log.info({ password: canary }, "x")],
    [
      "what an error carries, under any key",
      (log: Logger) => log.info({ reason: Object.assign(new Error("x"), { options: { sent: canary } }) }, "x"),
    ],
    ["a token bound to a child", (log: Logger) => log.child({ spec: { token: canary } }).info("x")],
  ])("does not print %s", (_what, write) => {
    expect(JSON.stringify(linesOf(write))).not.toContain(canary);
  });

  test("does not print what an error of the HTTP client carries, under any key", async () => {
    const server = createServer((request) => request.socket.destroy());
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, "127.0.0.1", resolve);
    await promise;
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const error: unknown = await got
      .put(`http://127.0.0.1:${port}/`, {
        headers: { "x-api-key": canary },
        json: { key: canary },
        retry: { limit: 0 },
      })
      .catch((thrown: unknown) => thrown);
    server.close();
    expect(error).toBeInstanceOf(Error);
    const lines = linesOf((log) => {
      log.error(error);
      log.error({ err: error }, "x");
      log.error({ error, reason: error }, "x");
    });
    expect(lines).toHaveLength(3);
    expect(JSON.stringify(lines)).not.toContain(canary);
  });
});

function linesOf(write: (log: Logger) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(createLogger({ level: "info", destination: { write: (line) => void lines.push(line) } }));
  return lines.map((line): Record<string, unknown> => JSON.parse(line));
}
