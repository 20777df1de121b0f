import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type ClusterConfig, Transport } from "../../../src/edges/kubernetes/index.ts";
import { eventually } from "../../support/eventually.ts";

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

test("a burst of requests takes sixteen connections, which go once it is over; that of the lease stays", async () => {
  const { server, openBy, arrivals } = await countingServer();
  const transport = new Transport({ config: configOf(server) });
  stops.push(() => transport.close());
  const get = (path: string) =>
    transport.request({ method: "GET", path, lane: path === "/lease" ? "lease" : "requests" });

  await get("/lease");
  await Promise.all(Array.from({ length: 100 }, (_, at) => get(`/objects/${at}`)));
  expect(arrivals()).toBe(101);
  expect(openBy("/objects")).toBe(16);

  await eventually(() => openBy("/objects") === 0, { withinMs: 8_000, everyMs: 50 });
  expect(openBy("/lease")).toBe(1);
  await get("/objects/again");
  expect(openBy("/objects")).toBe(1);
}, 15_000);

/** Answers anything after 20 ms, and knows which connections are open by what was first asked on them. */
async function countingServer() {
  const first = new Map<Socket, string>();
  let arrivals = 0;
  const server = createServer(({ socket, url = "" }, answer) => {
    arrivals += 1;
    if (!first.has(socket)) {
      first.set(socket, url);
      socket.once("close", () => first.delete(socket));
    }
    setTimeout(() => answer.end("{}"), 20);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(() => server.close());
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const openBy = (prefix: string) => [...first.values()].filter((url) => url.startsWith(prefix)).length;
  return { server: new URL(`http://127.0.0.1:${port}`), openBy, arrivals: () => arrivals };
}

function configOf(server: URL): ClusterConfig {
  const connect = () => Promise.resolve({ headers: [], tls: {}, proxy: { kind: "none" } } as const);
  return { server, context: "test", namespace: "default", connect, reconnect: connect };
}
