import { once } from "node:events";
import { expect, test, onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { eventually } from "../../support/eventually.ts";
import { lineTo, put, sandboxFor, upstreamFor } from "./support.ts";

async function socketUpstream() {
  const upstream = await upstreamFor((request, response) =>
    response.end(`plain, upgrade ${request.headers.upgrade ?? "none"}`),
  );
  const sockets = new WebSocketServer({ server: upstream.server });
  onTestFinished(() => sockets.close());
  sockets.on("connection", (socket, request) => {
    socket.send(`hello ${request.url} ${request.headers.host}`);
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  return { ...upstream, sockets };
}

test("a websocket talks through the sandbox, texts and a megabyte of bytes", async () => {
  const { nodes } = await socketUpstream();
  const sandbox = await sandboxFor();
  await put(sandbox, { "/routes/ws": { uri: "/chat", enable_websocket: true, upstream: { nodes } } });
  const socket = new WebSocket(`${sandbox.proxyUrl.replace("http", "ws")}/chat?x=1`, {
    headers: { Host: "chat.example.com" },
  });
  onTestFinished(() => socket.terminate());
  const [[upgrade], [greeting]] = await Promise.all([once(socket, "upgrade"), once(socket, "message")]);
  expect(upgrade.headers["x-sandbox-route"]).toBe("ws");
  expect(String(greeting)).toBe("hello /chat?x=1 chat.example.com");
  const bytes = Buffer.alloc(1024 * 1024, 7);
  const echo = once(socket, "message");
  socket.send(bytes);
  expect((await echo)[0]).toEqual(bytes);
});

test("either side's end is the other's", async () => {
  const { nodes, sockets } = await socketUpstream();
  const sandbox = await sandboxFor();
  await put(sandbox, {
    "/services/s": { enable_websocket: true, upstream: { nodes } },
    "/routes/ws": { uri: "/*", service_id: "s" },
  });
  const open = async () => {
    const socket = new WebSocket(sandbox.proxyUrl.replace("http", "ws"));
    onTestFinished(() => socket.terminate());
    await once(socket, "message");
    return socket;
  };
  const first = await open();
  first.terminate();
  await eventually(() => sockets.clients.size === 0);
  const second = await open();
  for (const client of sockets.clients) client.terminate();
  await once(second, "close");
});

test("a route without the switch sees an ordinary request", async () => {
  const { nodes } = await socketUpstream();
  const sandbox = await sandboxFor();
  await put(sandbox, { "/routes/r": { uri: "/*", upstream: { nodes } } });
  const { socket, received } = await lineTo(sandbox);
  socket.write(
    "GET / HTTP/1.1\r\nHost: a.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAA\r\n\r\n",
  );
  await eventually(() => received().includes("plain, upgrade none"));
  expect(received()).toMatch(/^HTTP\/1\.1 200/);
});

test("an upstream that will not upgrade says so itself", async () => {
  const { nodes } = await upstreamFor((_request, response) => response.writeHead(426).end("not here"));
  const sandbox = await sandboxFor();
  await put(sandbox, { "/routes/r": { uri: "/*", enable_websocket: true, upstream: { nodes } } });
  const { socket, received } = await lineTo(sandbox);
  socket.write("GET / HTTP/1.1\r\nHost: a.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  await eventually(() => received().includes("not here"));
  expect(received()).toMatch(/^HTTP\/1\.1 426/);
});

test("stopping ends websockets that are open", async () => {
  const { nodes } = await socketUpstream();
  const sandbox = await sandboxFor();
  await put(sandbox, { "/routes/ws": { uri: "/*", enable_websocket: true, upstream: { nodes } } });
  const socket = new WebSocket(sandbox.proxyUrl.replace("http", "ws"));
  await once(socket, "message");
  const closed = once(socket, "close");
  const began = Date.now();
  await sandbox.stop();
  await closed;
  expect(Date.now() - began).toBeLessThan(3_000);
});
