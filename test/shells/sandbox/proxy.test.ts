import { randomBytes } from "node:crypto";
import { request as sendRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import {
  admin,
  ask,
  deadPort,
  headerIn,
  lineTo,
  mirrored,
  mirrorFor,
  pause,
  put,
  sandboxFor,
  upstreamFor,
} from "./support.ts";

const mega = 1024 * 1024;

describe("what the upstream is asked", () => {
  test("the request as it came, and who sent it", async () => {
    const { port, nodes } = await mirrorFor();
    const sandbox = await sandboxFor();
    await put(sandbox, { "/routes/r": { uri: "/*", upstream: { nodes } } });
    const seen = await mirrored(sandbox, {
      path: "/a%2Fb/../c?x=1&y=%20#z".replace("#z", ""),
      host: "Shop.example.com:8080",
      method: "PATCH",
      headers: { "X-Twice": ["1", "2"], "X-Forwarded-For": "10.0.0.1", Forwarded: "for=1.2.3.4" },
      body: "hello",
    });
    expect(seen).toMatchObject({ method: "PATCH", url: "/a%2Fb/../c?x=1&y=%20", body: "hello" });
    expect(headerIn(seen, "Host")).toEqual(["Shop.example.com:8080"]);
    expect(headerIn(seen, "X-Twice")).toEqual(["1", "2"]);
    expect(headerIn(seen, "X-Forwarded-For")).toEqual(["10.0.0.1, 127.0.0.1"]);
    expect(headerIn(seen, "X-Forwarded-Host")).toEqual(["Shop.example.com:8080"]);
    expect(headerIn(seen, "X-Forwarded-Port")).toEqual(["8080"]);
    expect(headerIn(seen, "X-Forwarded-Proto")).toEqual(["http"]);
    expect(headerIn(seen, "X-Real-IP")).toEqual(["127.0.0.1"]);
    expect(headerIn(seen, "Forwarded")).toEqual([]);
    expect(port).toBeGreaterThan(0);
  });

  test("nothing that belongs to the connection alone", async () => {
    const { nodes } = await mirrorFor();
    const sandbox = await sandboxFor();
    await put(sandbox, { "/routes/r": { uri: "/*", upstream: { nodes } } });
    const headers = {
      Connection: "keep-alive, X-Mine",
      "X-Mine": "1",
      "Keep-Alive": "timeout=5",
      TE: "trailers",
      "Proxy-Connection": "x",
    };
    const seen = await mirrored(sandbox, { headers });
    for (const name of ["X-Mine", "TE", "Proxy-Connection"]) expect(headerIn(seen, name)).toEqual([]);
  });

  test("X-Real-IP is believed from 127.0.0.1", async () => {
    const { nodes } = await mirrorFor();
    const sandbox = await sandboxFor();
    await put(sandbox, { "/routes/r": { uri: "/*", remote_addr: "10.1.0.0/16", upstream: { nodes } } });
    expect((await ask(sandbox, {})).status).toBe(404);
    const seen = await mirrored(sandbox, { headers: { "X-Real-IP": "10.1.2.3" } });
    expect(headerIn(seen, "X-Real-IP")).toEqual(["10.1.2.3"]);
  });

  test.each([
    ["pass: the host of the client", { pass_host: "pass" }, "a.com"],
    ["node: that of the node, with its port", { pass_host: "node" }, "127.0.0.1:PORT"],
    ["rewrite: the one that is written", { pass_host: "rewrite", upstream_host: "other.com" }, "other.com"],
  ])("pass_host %s", async (_name, upstream, host) => {
    const { nodes, port } = await mirrorFor();
    const sandbox = await sandboxFor();
    await put(sandbox, { "/routes/r": { uri: "/*", upstream: { nodes, ...upstream } } });
    expect(headerIn(await mirrored(sandbox, {}), "Host")).toEqual([host.replace("PORT", String(port))]);
  });
});

describe("where a request goes", () => {
  test("a route's upstream over that of its service, an id over an inline one", async () => {
    const [inline, named, serviced] = [await naming("inline"), await naming("named"), await naming("serviced")];
    const sandbox = await sandboxFor();
    await put(sandbox, {
      "/upstreams/u": { nodes: named },
      "/services/s": { upstream: { nodes: serviced } },
      "/services/t": { upstream_id: "u" },
      "/routes/a": { uri: "/own", service_id: "s", upstream: { nodes: inline } },
      "/routes/b": { uri: "/both", upstream_id: "u", upstream: { nodes: inline } },
      "/routes/c": { uri: "/service", service_id: "s" },
      "/routes/d": { uri: "/cleared", service_id: "t", upstream: { nodes: inline } },
    });
    const answers = await Promise.all(
      ["/own", "/both", "/service", "/cleared"].map(async (path) => (await ask(sandbox, { path })).text),
    );
    expect(answers).toEqual(["inline", "named", "serviced", "inline"]);
  });

  test("three requests in four to a node of weight three", async () => {
    const [one, three] = [await naming("one"), await naming("three")];
    const sandbox = await sandboxFor();
    const weighed = Object.fromEntries([
      ...Object.keys(one).map((node) => [node, 1]),
      ...Object.keys(three).map((node) => [node, 3]),
    ]);
    await put(sandbox, { "/routes/r": { uri: "/*", upstream: { nodes: weighed } } });
    const answers: string[] = [];
    for (let round = 0; round < 8; round++) answers.push((await ask(sandbox, {})).text);
    expect(answers.filter((text) => text === "three")).toHaveLength(6);
  });

  test("the same key to the same node", async () => {
    const nodes = { ...(await naming("a")), ...(await naming("b")), ...(await naming("c")) };
    const sandbox = await sandboxFor();
    await put(sandbox, { "/routes/r": { uri: "/*", upstream: { nodes, type: "chash", key: "arg_user" } } });
    const nodeOf = async (user: number) => (await ask(sandbox, { path: `/?user=${user}` })).text;
    const users = Array.from({ length: 12 }, (_, user) => user);
    const first = await Promise.all(users.map(nodeOf));
    expect(await Promise.all(users.map(nodeOf))).toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(1);
  });

  test("to a lower priority only when the higher one cannot be reached", async () => {
    const spare = Number(Object.keys(await naming("spare"))[0]?.split(":")[1]);
    const sandbox = await sandboxFor();
    const nodes = [
      { host: "127.0.0.1", port: await deadPort(), weight: 1 },
      { host: "127.0.0.1", port: spare, weight: 1, priority: -1 },
    ];
    await put(sandbox, { "/routes/r": { uri: "/*", upstream: { nodes } } });
    expect((await ask(sandbox, {})).text).toBe("spare");
  });
});

describe("when there is nobody to ask", () => {
  test.each([
    ["no route matched", "/none", 404, '{"error_msg":"404 Route Not Found"}\n'],
    ["no upstream anywhere", "/bare", 503, /^<html>/],
    ["an upstream without nodes", "/empty", 503, /^<html>/],
    ["the named upstream is gone", "/lost-upstream", 502, /^<html>/],
    ["the service is gone", "/lost-service", 404, /^<html>.*404 Not Found/s],
    ["the plugin config is gone", "/lost-config", 503, /^<html>/],
    ["the node refuses", "/refused", 502, /^<html>/],
    ["discovery, which nobody set up", "/discovered", 503, /^<html>/],
  ])("%s", async (_name, path, status, text) => {
    const sandbox = await sandboxFor();
    await put(sandbox, {
      "/upstreams/u": { nodes: {} },
      "/services/s": {},
      "/plugin_configs/p": { plugins: {} },
      "/routes/1": { uri: "/bare", plugins: {} },
      "/routes/2": { uri: "/empty", upstream: { nodes: {} } },
      "/routes/3": { uri: "/lost-upstream", upstream_id: "u" },
      "/routes/4": { uri: "/lost-service", service_id: "s" },
      "/routes/5": { uri: "/lost-config", plugins: {}, plugin_config_id: "p" },
      "/routes/6": { uri: "/refused", upstream: { nodes: { [`127.0.0.1:${await deadPort()}`]: 1 } } },
      "/routes/7": { uri: "/discovered", upstream: { service_name: "s", discovery_type: "dns" } },
    });
    for (const lost of ["/upstreams/u", "/services/s", "/plugin_configs/p"])
      await admin(sandbox, "DELETE", `${lost}?force=true`);
    const answer = await ask(sandbox, { path });
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(text);
    expect(answer.headers["server"]).toBe("APISIX/3.18.0");
  });

  test("another node, also for a POST with a body, when the first cannot be reached", async () => {
    const { nodes } = await mirrorFor();
    const sandbox = await sandboxFor();
    await put(sandbox, {
      "/routes/r": { uri: "/*", upstream: { nodes: { ...nodes, [`127.0.0.1:${await deadPort()}`]: 1 } } },
    });
    for (let round = 0; round < 4; round++) {
      expect(await mirrored(sandbox, { method: "POST", body: `round ${round}` })).toMatchObject({
        body: `round ${round}`,
      });
    }
  });

  test("the route's timeout goes before that of the upstream, and gives 504", async () => {
    const { nodes } = await upstreamFor(() => undefined);
    const sandbox = await sandboxFor();
    const seconds = (read: number) => ({ connect: 1, send: read, read });
    await put(sandbox, {
      "/routes/r": { uri: "/*", timeout: seconds(0.2), upstream: { nodes, timeout: seconds(30) } },
    });
    const began = Date.now();
    expect((await ask(sandbox, {})).status).toBe(504);
    expect(Date.now() - began).toBeLessThan(2_000);
  });

  test("an upstream's own error passes, marked as such", async () => {
    const { nodes } = await upstreamFor((_request, response) => response.writeHead(503, "Not Now").end("busy"));
    const sandbox = await sandboxFor();
    await put(sandbox, { "/routes/r": { uri: "/*", upstream: { nodes } } });
    expect(await ask(sandbox, {})).toMatchObject({
      status: 503,
      message: "Not Now",
      text: "busy",
      headers: { "x-apisix-upstream-status": "503" },
    });
  });
});

describe("bodies are streams", () => {
  test("10 MB up and down arrive as they were", async () => {
    const { nodes } = await upstreamFor((request, response) => void request.pipe(response));
    const sandbox = await sandboxFor();
    await put(sandbox, { "/routes/r": { uri: "/*", upstream: { nodes } } });
    const bytes = randomBytes(10 * mega);
    const answer = await echoed(sandbox.proxyUrl, bytes);
    expect(answer.equals(bytes)).toBe(true);
  });

  test("an upstream that does not read holds the client back", async () => {
    const { nodes } = await upstreamFor((request) => void request.pause());
    const sandbox = await sandboxFor();
    await put(sandbox, { "/routes/r": { uri: "/*", upstream: { nodes } } });
    const { socket } = await lineTo(sandbox);
    socket.write(`POST / HTTP/1.1\r\nHost: a.com\r\nContent-Length: ${64 * mega}\r\n\r\n`);
    const chunk = Buffer.alloc(mega);
    for (let part = 0; part < 64; part++) socket.write(chunk);
    await pause(500);
    // What the kernel's buffers hold, and no more.
    expect(socket.bytesWritten - socket.writableLength).toBeLessThan(24 * mega);
  });

  test("a client that does not read holds the upstream back", async () => {
    let sent = 0;
    const { nodes } = await upstreamFor((_request, response) => {
      const chunk = Buffer.alloc(mega);
      const more = () => {
        while (sent < 64 && response.write(chunk)) sent += 1;
      };
      response.on("drain", more);
      more();
    });
    const sandbox = await sandboxFor();
    await put(sandbox, { "/routes/r": { uri: "/*", upstream: { nodes } } });
    const { socket } = await lineTo(sandbox);
    socket.pause();
    socket.write("GET / HTTP/1.1\r\nHost: a.com\r\n\r\n");
    await pause(500);
    expect(sent).toBeLessThan(24);
  });

  test("a condition on the body is decided, and the body goes on whole", async () => {
    const { nodes } = await mirrorFor();
    const sandbox = await sandboxFor();
    await put(sandbox, {
      "/routes/buy": { uri: "/x", vars: [["post_arg.action", "==", "buy"]], upstream: { nodes }, priority: 1 },
      "/routes/rest": { uri: "/x", plugins: { "fault-injection": { abort: { http_status: 200, body: "rest" } } } },
    });
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify({ action: "buy", padding: "x".repeat(mega) });
    expect((await mirrored(sandbox, { path: "/x", method: "POST", headers, body })).body).toBe(body);
    expect((await ask(sandbox, { path: "/x", method: "POST", headers, body: '{"action":"sell"}' })).text).toBe("rest");
  });

  test("100 Continue comes when the body is wanted, and not before a plugin answers", async () => {
    const { nodes } = await mirrorFor();
    const sandbox = await sandboxFor();
    await put(sandbox, {
      "/routes/up": { uri: "/up", upstream: { nodes } },
      "/routes/no": { uri: "/no", plugins: { "fault-injection": { abort: { http_status: 403, body: "no" } } } },
    });
    const up = await lineTo(sandbox);
    up.socket.write("POST /up HTTP/1.1\r\nHost: a.com\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    await eventually(() => up.received().startsWith("HTTP/1.1 100 Continue"));
    up.socket.write("hello");
    await eventually(() => up.received().includes('"body":"hello"'));
    expect(up.received()).not.toMatch(/"expect"/i);
    const no = await lineTo(sandbox);
    no.socket.write("POST /no HTTP/1.1\r\nHost: a.com\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    await eventually(() => no.received().startsWith("HTTP/1.1 403"));
  });

  test("an answer without body, and one that is compressed, pass unchanged", async () => {
    const { nodes } = await upstreamFor((request, response) => {
      if (request.url === "/204") response.writeHead(204).end();
      else
        response
          .writeHead(200, { "Content-Encoding": "gzip", "Set-Cookie": ["a=1", "b=2"] })
          .end(Buffer.from([0x1f, 0x8b, 0]));
    });
    const sandbox = await sandboxFor();
    await put(sandbox, { "/routes/r": { uri: "/*", upstream: { nodes } } });
    expect(await ask(sandbox, { path: "/204" })).toMatchObject({ status: 204, text: "" });
    expect((await ask(sandbox, { path: "/z" })).headers).toMatchObject({
      "content-encoding": "gzip",
      "set-cookie": ["a=1", "b=2"],
    });
    expect(await ask(sandbox, { path: "/z", method: "HEAD" })).toMatchObject({ status: 200, text: "" });
  });
});

describe("what breaks off", () => {
  test("an upstream that resets in the middle of its answer cuts the client off, and nothing else", async () => {
    const { nodes } = await upstreamFor((request, response) => {
      if (request.url === "/whole") return void response.end("whole");
      response.writeHead(200, { "Content-Length": 1000 });
      response.write("part", () => request.socket.resetAndDestroy());
    });
    const sandbox = await sandboxFor();
    await put(sandbox, { "/routes/r": { uri: "/*", upstream: { nodes } } });
    await expect(ask(sandbox, { path: "/part" })).rejects.toThrow(/aborted|ECONNRESET|hang up/);
    expect((await ask(sandbox, { path: "/whole" })).text).toBe("whole");
  });

  test("one that resets before it answers gives 502, also while it is being sent to", async () => {
    const { nodes } = await upstreamFor((request) => void request.socket.resetAndDestroy());
    const sandbox = await sandboxFor();
    await put(sandbox, { "/routes/r": { uri: "/*", upstream: { nodes, retries: 0 } } });
    expect((await ask(sandbox, {})).status).toBe(502);
    expect((await ask(sandbox, { method: "POST", body: Buffer.alloc(4 * mega) })).status).toBe(502);
  });

  test("a client that goes away ends the upstream's work", async () => {
    let aborted = 0;
    const { nodes } = await upstreamFor((_request, response) => {
      response.on("close", () => (aborted += 1));
      response.write("never ending");
    });
    const sandbox = await sandboxFor();
    await put(sandbox, { "/routes/r": { uri: "/*", upstream: { nodes } } });
    const { socket, received } = await lineTo(sandbox);
    socket.write("GET / HTTP/1.1\r\nHost: a.com\r\n\r\n");
    await eventually(() => received().includes("never ending"));
    socket.resetAndDestroy();
    await eventually(() => aborted === 1);
  });

  test("an idle connection that the upstream closed is not held against it", async () => {
    const { nodes, server } = await upstreamFor((_request, response) => response.end("ok"));
    server.keepAliveTimeout = 1;
    const sandbox = await sandboxFor();
    await put(sandbox, { "/routes/r": { uri: "/*", upstream: { nodes } } });
    for (let round = 0; round < 20; round++) {
      expect((await ask(sandbox, { method: "POST", body: "x" })).status).toBe(200);
      expect((await ask(sandbox, {})).status).toBe(200);
      await pause(round);
    }
  });
});

/** A node that answers with its name. */
async function naming(name: string): Promise<Readonly<Record<string, number>>> {
  return (await upstreamFor((_request: IncomingMessage, response: ServerResponse) => response.end(name))).nodes;
}

function echoed(url: string, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const sent = sendRequest(
      url,
      { method: "POST", headers: { Host: "a.com", "Content-Length": bytes.length } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => resolve(Buffer.concat(chunks)));
        response.on("error", reject);
      },
    );
    sent.on("error", reject);
    sent.end(bytes);
  });
}
