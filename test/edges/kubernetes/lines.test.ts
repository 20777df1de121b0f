import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { KubeClient, KubeError, Transport, type WatchEvent } from "../../../src/edges/kubernetes/index.ts";
import { portOf } from "../../support/fault-proxy.ts";

/** A watch whose answer is sent in these pieces, then ended or cut. */
type Piece = Buffer | string;
const stops: (() => Promise<unknown>)[] = [];

async function watch(
  pieces: readonly Piece[],
  { isCut = false, isVerbose = false } = {},
): Promise<WatchEvent[] | string> {
  const server = createServer((_request, response) => {
    void (async () => {
      response.socket?.setNoDelay(true);
      response.flushHeaders();
      for (const piece of pieces) {
        response.write(piece);
        await sleep(1); // a packet of its own
      }
      if (isCut) response.destroy();
      else response.end();
    })();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const transport = new Transport({
    config: {
      server: new URL(`http://127.0.0.1:${portOf(server)}`),
      context: "scripted",
      namespace: "default",
      connect: () => Promise.resolve({ headers: [], tls: {}, proxy: { kind: "none" } }),
      reconnect: () => Promise.reject(new Error("there is nothing to read anew")),
    },
  });
  stops.push(
    () => transport.close(),
    () => new Promise((done) => server.close(done)),
  );
  const events: WatchEvent[] = [];
  const type = { group: "", version: "v1", plural: "things", kind: "Thing", isNamespaced: true };
  const options = { resourceVersion: "1", timeoutSeconds: 60, idleMs: 5000, signal: new AbortController().signal };
  try {
    for await (const event of new KubeClient(transport).watch(type, options)) events.push(event);
    return events;
  } catch (error) {
    if (isVerbose) return inspect(error, { depth: 10 });
    return error instanceof KubeError ? `${events.length} events, then ${error.failure}` : String(error);
  }
}

function added(name: string, text: string, version = "2"): string {
  return `${JSON.stringify({ type: "ADDED", object: { metadata: { name, resourceVersion: version }, text } })}\n`;
}

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

describe("a watch is read the same however it is cut into pieces:", () => {
  const texts = ["plain", "Grüße 世界 🚀", "line\nbreak and \u2028", "x".repeat(70_000)];
  const whole = Buffer.from(texts.map((text, index) => added(`o${index}`, text)).join(""));
  const expected = texts.map((text, index) => ({ name: `o${index}`, text }));

  test.each([
    ["in one piece", [whole]],
    [
      "byte by byte over the first events",
      [...Array.from(whole.subarray(0, 400), (byte) => Buffer.of(byte)), whole.subarray(400)],
    ],
    ["inside a character of four bytes", split(whole, whole.indexOf("🚀") + 2)],
    ["inside an escape", split(whole, whole.indexOf("\\n") + 1)],
    ["right before a newline", split(whole, whole.indexOf("\n"))],
    ["right after a newline", split(whole, whole.indexOf("\n") + 1)],
    [
      "with empty lines between",
      [whole.subarray(0, whole.indexOf("\n") + 1), "\n\n", whole.subarray(whole.indexOf("\n") + 1)],
    ],
  ])("%s", async (_sentence, pieces) => {
    const events = await watch(pieces);
    expect(Array.isArray(events) ? events.map(contentOf) : events).toEqual(expected);
  });
});

describe("a watch ends with", () => {
  const status = (code: number, reason: string) =>
    `${JSON.stringify({ type: "ERROR", object: { kind: "Status", code, reason, message: "too old" } })}\n`;

  test.each<[string, readonly Piece[], { isCut?: boolean }, string]>([
    [
      "unreachable, when it is cut in the middle of an event",
      [added("a", ""), added("b", "").slice(0, 20)],
      { isCut: true },
      "1 events, then unreachable",
    ],
    [
      "unreachable, when it ends politely in the middle of an event",
      [added("a", ""), added("b", "").slice(0, 20)],
      {},
      "1 events, then unreachable",
    ],
    [
      "gone, when the server says so in the stream",
      [added("a", ""), status(410, "Expired")],
      {},
      "1 events, then gone",
    ],
    [
      "serverError, when the server fails in the stream",
      [status(500, "InternalError")],
      {},
      "0 events, then serverError",
    ],
    ["malformed, when a line is no JSON", [added("a", ""), "{nonsense}\n"], {}, "1 events, then malformed"],
    ["malformed, when an event has no object", ['{"type":"ADDED"}\n'], {}, "0 events, then malformed"],
    [
      "malformed, when an event is of a kind nobody knows",
      [added("a", "").replace("ADDED", "MOVED")],
      {},
      "0 events, then malformed",
    ],
  ])("%s", async (_sentence, pieces, options, outcome) => {
    expect(await watch(pieces, options)).toBe(outcome);
  });

  test("no word of what it could not read, for that may be a Secret", async () => {
    const canary = "s3cr3t-canary";
    const text = await watch([`{"type":"ADDED","object":{"data":"${canary}" broken\n`], { isVerbose: true });
    expect(text).toContain("GET /api/v1/things");
    expect(text).not.toContain(canary);
  });
});

function contentOf(event: WatchEvent): unknown {
  return event.type === "BOOKMARK" ? event : { name: event.object.metadata.name, text: event.object["text"] };
}

function split(whole: Buffer, at: number): Buffer[] {
  return [whole.subarray(0, at), whole.subarray(at)];
}
