import { request as sendRequest } from "node:http";
import { connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  BodyTooLarge,
  type HttpServerOptions,
  readBody,
  type RunningServer,
  startHttpServer,
} from "../../../src/edges/http/index.ts";
import { eventually } from "../../support/eventually.ts";

async function serverFor(options: Omit<HttpServerOptions, "port">): Promise<RunningServer> {
  const server = await startHttpServer({ port: 0, ...options });
  onTestFinished(() => server.stop(0));
  return server;
}

function lineTo({ host, port }: RunningServer) {
  const socket = connect(port, host);
  onTestFinished(() => void socket.destroy());
  let text = "";
  let isClosed = false;
  socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  socket.on("error", () => undefined).on("close", () => (isClosed = true));
  return { socket, received: () => text, isClosed: () => isClosed };
}

test("it says where it listens, and a port that is taken is an error", async () => {
  const server = await serverFor({ handle: (_request, response) => void response.end("here") });
  expect(await (await fetch(server.url)).text()).toBe("here");
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  await expect(startHttpServer({ port: server.port, handle: () => undefined })).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
});

describe("a handler that throws", () => {
  test("before it answered gives 500, and is heard of", async () => {
    const heard: unknown[] = [];
    const server = await serverFor({
      handle: () => Promise.reject(new Error("oops")),
      onError: (error) => heard.push(error),
    });
    expect((await fetch(server.url)).status).toBe(500);
    expect(heard).toMatchObject([{ message: "oops" }]);
  });

  test("after it began cuts the connection", async () => {
    const server = await serverFor({
      handle: (_request, response) => {
        response.writeHead(200, { "Content-Length": 10 }).write("half");
        throw new Error("oops");
      },
    });
    await expect(fetch(server.url).then((answer) => answer.text())).rejects.toThrow();
  });
});

describe("stopping", () => {
  test("lets an answer that has begun be finished, and takes no new connection", async () => {
    const server = await serverFor({
      handle: (_request, response) => {
        response.write("first ");
        setTimeout(() => response.end("last"), 150);
      },
    });
    const answer = await fetch(server.url);
    const stopped = server.stop(2_000);
    await expect(fetch(server.url)).rejects.toThrow();
    expect(await answer.text()).toBe("first last");
    await stopped;
  });

  test("cuts what takes too long", async () => {
    const server = await serverFor({ handle: (_request, response) => void response.write("never ending") });
    const line = lineTo(server);
    line.socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await eventually(() => line.received().includes("never ending"));
    const began = Date.now();
    await server.stop(100);
    expect(Date.now() - began).toBeLessThan(1_500);
    await eventually(line.isClosed);
  });

  test("does not wait for connections that are only kept open", async () => {
    const server = await serverFor({ handle: (_request, response) => void response.end("x") });
    const line = lineTo(server);
    line.socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await eventually(() => line.received().includes("200 OK"));
    const began = Date.now();
    await server.stop(5_000);
    expect(Date.now() - began).toBeLessThan(1_000);
  });
});

describe("what no handler sees", () => {
  test.each([
    ["a method that is none", "F@O / HTTP/1.1\r\nHost: x\r\n\r\n", "HPE_INVALID_METHOD"],
    ["no HTTP at all", "hello\r\n\r\n", "HPE_INVALID_METHOD"],
    ["headers beyond the limit", `GET / HTTP/1.1\r\nX: ${"x".repeat(3_000)}\r\n\r\n`, "HPE_HEADER_OVERFLOW"],
    ["a tunnel", "CONNECT a.com:80 HTTP/1.1\r\nHost: a.com\r\n\r\n", "CONNECT"],
  ])("%s is answered by refuse", async (_name, bytes, code) => {
    const server = await serverFor({
      handle: (_request, response) => void response.end("seen"),
      refuse: (refused) => `HTTP/1.1 418 ${refused.code}\r\nContent-Length: 0\r\n\r\n`,
      limits: { headerBytes: 2_000 },
    });
    const line = lineTo(server);
    line.socket.write(bytes);
    await eventually(line.isClosed);
    expect(line.received()).toMatch(`HTTP/1.1 418 ${code}`);
  });

  test("without refuse a bare 400", async () => {
    const server = await serverFor({ handle: () => undefined });
    const line = lineTo(server);
    line.socket.write("hello\r\n\r\n");
    await eventually(line.isClosed);
    expect(line.received()).toMatch(/^HTTP\/1\.1 400 /);
  });

  test("a request to upgrade is served like any other where nobody takes upgrades", async () => {
    const server = await serverFor({ handle: (_request, response) => void response.end("plain") });
    const line = lineTo(server);
    line.socket.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    await eventually(() => line.received().includes("plain"));
  });
});

describe("readBody", () => {
  const limit = 1_000;

  function serverReading(): Promise<RunningServer> {
    return serverFor({
      handle: async (request, response) => {
        try {
          response.end(`read ${(await readBody(request, limit)).length}`);
        } catch (error) {
          if (!(error instanceof BodyTooLarge)) throw error;
          response.writeHead(413).end(`too large ${error.size}`);
        }
      },
    });
  }

  test.each<[string, number, boolean, string]>([
    ["nothing", 0, false, "read 0"],
    ["up to the limit", limit, false, "read 1000"],
    ["up to the limit, in chunks", limit, true, "read 1000"],
    ["announced as longer: not read at all", limit + 1, false, "too large 1001"],
    ["far longer", 4_000_000, false, "too large 4000000"],
  ])("%s", async (_name, bytes, isChunked, text) => {
    const { url } = await serverReading();
    expect(await posted(url, Buffer.alloc(bytes), isChunked)).toBe(text);
  });

  test("longer without saying so: the client is answered all the same, and the connection goes on", async () => {
    const { url } = await serverReading();
    expect(await posted(url, Buffer.alloc(300_000), true)).toMatch(/^too large \d+$/);
    expect(await posted(url, Buffer.alloc(3), false)).toBe("read 3");
  });

  test("a client that goes away is an error, not a wait", async () => {
    const heard: unknown[] = [];
    const server = await serverFor({
      handle: async (request) => void (await readBody(request, limit)),
      onError: (error) => heard.push(error),
    });
    const line = lineTo(server);
    line.socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
    setTimeout(() => line.socket.destroy(), 50);
    await eventually(() => heard.length === 1);
  });
});

function posted(url: string, body: Buffer, isChunked: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = sendRequest(url, {
      method: "POST",
      headers: isChunked ? { "Transfer-Encoding": "chunked" } : { "Content-Length": body.length },
    });
    sent.on("error", reject);
    sent.on("response", (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => resolve(text));
    });
    sent.end(body);
  });
}
