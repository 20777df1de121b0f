import { Agent, type IncomingHttpHeaders, type IncomingMessage, createServer, request as send } from "node:http";
import type { Socket } from "node:net";
import type { Act } from "../edges/apisix/scripted-gateway.ts";
import { portOf } from "./fault-proxy.ts";

/** What happens to some calls instead of an answer. */
export interface Affliction {
  readonly hits: (call: Pick<ProxiedCall, "method" | "path">) => boolean;
  readonly act: Act;
  /** The server behind has carried the call out before the answer is lost; else it never hears of it. */
  readonly isTakenIn: boolean;
}

export interface ProxiedCall {
  readonly method: string;
  readonly path: string;
  /** By the clock that the proxy was given. */
  readonly atMs: number;
  readonly isAfflicted: boolean;
}

/** An HTTP proxy on loopback that knows calls apart: all pass through it unchanged, but for those that are afflicted. */
export interface HttpFaultProxy {
  readonly url: string;
  /** What came in so far, oldest first. */
  readonly calls: readonly ProxiedCall[];
  /** From now on; `undefined` heals. */
  readonly afflict: (affliction: Affliction | undefined) => void;
  readonly stop: () => Promise<void>;
}

export async function startHttpFaultProxy(target: string, now: () => number): Promise<HttpFaultProxy> {
  const agent = new Agent({ keepAlive: true });
  const sockets = new Set<Socket>();
  const calls: ProxiedCall[] = [];
  let affliction: Affliction | undefined;
  const server = createServer((request, response) => {
    void bodyOf(request).then(async (body) => {
      const { method = "", url: path = "", headers } = request;
      const suffered = affliction?.hits({ method, path }) === true ? affliction : undefined;
      calls.push({ method, path, atMs: now(), isAfflicted: suffered !== undefined });
      const seen = { method, path, key: undefined, body: body.toString() };
      if (suffered?.isTakenIn === false) return suffered.act(seen, response, request.socket);
      const answer = await forwarded(new URL(path, target), { method, headers, body, agent });
      if (suffered !== undefined) return suffered.act(seen, response, request.socket);
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    calls,
    afflict: (next) => (affliction = next),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      agent.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

interface Forward {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly agent: Agent;
}

function forwarded(
  url: URL,
  { method, headers, body, agent }: Forward,
): Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer }> {
  return new Promise((resolve, reject) => {
    const request = send(url, { method, headers: { ...headers, host: url.host }, agent }, (answer) => {
      bodyOf(answer).then(
        (text) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
        reject,
      );
    });
    request.once("error", reject);
    request.end(body);
  });
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(Buffer.from(piece as Uint8Array)); // no encoding was set: bytes
  return Buffer.concat(pieces);
}
