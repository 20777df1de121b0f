import { type IncomingMessage, type RequestListener, type ServerResponse, createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Server, Socket } from "node:net";

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly key: string | undefined;
  readonly body: string;
}

/** What a gateway does with one request. */
export type Act = (request: Seen, response: ServerResponse, socket: Socket) => void;

/** An HTTP server on a real socket that does what the test says, request by request. */
export interface ScriptedGateway {
  readonly url: string;
  readonly seen: readonly Seen[];
  /** How many connections were opened to it. */
  readonly connections: () => number;
  /** How many are open now. */
  readonly openConnections: () => number;
  /** From now on every request gets this. */
  act(act: Act): void;
  close(): Promise<void>;
}

export async function startGateway(
  act: Act = good,
  tls?: { readonly key: string; readonly cert: string },
): Promise<ScriptedGateway> {
  let current = act;
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  let opened = 0;
  const listen: RequestListener = (request, response) => {
    void bodyOf(request).then((body) => {
      const one = { method: request.method ?? "", path: request.url ?? "", key: headerOf(request), body };
      seen.push(one);
      current(one, response, request.socket);
    });
  };
  const server: Server = tls === undefined ? createServer(listen) : createTlsServer(tls, listen);
  server.on("connection", (socket) => {
    opened += 1;
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    seen,
    connections: () => opened,
    openConnections: () => sockets.size,
    act: (next) => {
      current = next;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** As APISIX answers when all is well: empty lists, and writes acknowledged. */
export const good: Act = ({ method, path, body }, response) => {
  const key = path.replace("/apisix/admin", "/apisix");
  if (method === "GET") answer(response, 200, { total: 0, list: [] });
  else if (method === "PUT") answer(response, 201, { key, value: JSON.parse(body) as unknown });
  else answer(response, 200, { deleted: "1", key });
};

export function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const type = typeof body === "string" ? "text/html" : "application/json";
  response.writeHead(status, {
    "content-type": type,
    server: "APISIX/3.18.0",
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** Always the same answer. */
export function says(status: number, body: unknown, headers?: Record<string, string>): Act {
  return (_request, response) => answer(response, status, body, headers);
}

export const html = "<html><head><title>Oh</title></head><body>openresty</body></html>";
export const resets: Act = (_request, _response, socket) => socket.resetAndDestroy();
export const hangs: Act = () => {};
/** Half of a JSON body, then the connection ends; the length promised more. */
export const halfBody: Act = (_request, response, socket) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('{"total": 2, "list": [{"key": "/apisix/routes/a",', () => socket.destroy());
};
/** The same, chunked: nothing says how long it should be. */
export const halfChunked: Act = (_request, response, socket) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.write('{"total": 2, "list": [{"key": "/apisix/routes/a",', () => socket.destroy());
};
/** One byte every 20 ms, for ever. */
export const drips: Act = (_request, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  const timer = setInterval(() => response.write(" "), 20);
  response.on("close", () => clearInterval(timer));
};

/** First these, one each, then the last for good. */
export function inTurn(...acts: readonly Act[]): Act {
  let next = 0;
  return (request, response, socket) => {
    const act = acts[Math.min(next, acts.length - 1)];
    next += 1;
    act?.(request, response, socket);
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}

function headerOf(request: IncomingMessage): string | undefined {
  const key = request.headers["x-api-key"];
  return Array.isArray(key) ? key[0] : key;
}
