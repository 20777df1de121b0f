import { type Socket, createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { ask } from "../../../src/cli/demo/ask.ts";
import { decodeRequests } from "../../../src/cli/demo/request.ts";
import { onStage } from "../../../src/cli/demo/stage.ts";
import { route, snapshotOf } from "../../support/manifests.ts";
import { eventually } from "../../support/eventually.ts";

/** An upstream that takes connections and never says a word. */
async function silentUpstream(): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await eventually(() => server.listening);
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function requestOf(line: string, more: object = {}) {
  const [request] = decodeRequests([{ request: line, expect: "none", ...more }], () => "here");
  if (request === undefined) throw new Error("one in, one out");
  return request;
}

describe("who answers is known", () => {
  test.each([
    ["where the upstream never answers", "GET http://a.com/silent", "shop.silent_route"],
    ["where nothing listens at the upstream", "GET http://a.com/dead", "shop.dead_route"],
    ["where the upstream's name leads nowhere", "GET http://a.com/lost", "shop.lost_route"],
    ["where a plugin takes its time", "GET http://a.com/slow", "shop.slow_route"],
    ["where a plugin answers", "GET http://a.com/mock", "shop.mock_route"],
    ["where the path holds letters that HTTP can't carry", "GET http://a.com/straße?q=ä", "shop.street_route"],
    ["where the host is another", "GET http://b.com/mock", undefined],
    ["where no route matches", "GET http://a.com/", undefined],
  ])("%s", async (_sentence, line, id) => {
    const node = (host: string, port: number) => ({ upstream: { nodes: [{ host, port, weight: 1 }] } });
    const port = await silentUpstream();
    const snapshot = snapshotOf(
      route("silent", { uris: ["/silent"], ...node("127.0.0.1", port) }),
      route("dead", { uris: ["/dead"], ...node("127.0.0.1", 1) }),
      route("lost", { uris: ["/lost"], ...node("web.shop.svc.invalid", 80) }),
      route("slow", {
        uris: ["/slow"],
        plugins: { "fault-injection": { delay: { duration: 60 } } },
        ...node("127.0.0.1", port),
      }),
      route("mock", { uris: ["/mock"], hosts: ["a.com"], plugins: { mocking: { response_example: "x" } } }),
      route("street", { uris: ["/straße"], ...node("127.0.0.1", port) }),
    );
    await onStage({}, async (stage) => {
      const { outcome } = await stage.reconcile(snapshot);
      expect(outcome.steps.filter(({ state }) => state !== "done")).toEqual([]);
      const start = performance.now();
      expect(await ask(requestOf(line), stage.proxyUrl)).toBe(id);
      expect(performance.now() - start).toBeLessThan(5_000);
    });
  });

  test("by the Host header of the request, where it names one", async () => {
    const snapshot = snapshotOf(
      route("mock", { uris: ["/*"], hosts: ["b.com"], plugins: { mocking: { response_example: "x" } } }),
    );
    await onStage({}, async (stage) => {
      await stage.reconcile(snapshot);
      const request = requestOf("GET http://a.com/", { headers: { host: "b.com" } });
      expect(await stage.ask(request)).toBe("shop.mock_route");
    });
  });
});
