import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
export type UpgradeHandler = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

/** A request that no handler sees: node's parser turned it away, or it wants a tunnel. */
export interface RefusedRequest {
  /** `HPE_INVALID_METHOD`, `HPE_HEADER_OVERFLOW`, …; `CONNECT` for a tunnel. */
  readonly code: string;
  /** What had come of it, as far as node still has it. */
  readonly raw: Buffer;
}

export interface HttpServerOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly host?: string;
  readonly handle: HttpHandler;
  /** Without it a request to upgrade is served like any other. */
  readonly upgrade?: { readonly wants: (request: IncomingMessage) => boolean; readonly handle: UpgradeHandler };
  /** The full text of the answer to a refused request; by default a bare 400. */
  readonly refuse?: (refused: RefusedRequest) => string;
  /** A handler that throws after the answer began cuts the connection; this hears of every throw. */
  readonly onError?: (error: unknown) => void;
  readonly limits?: {
    readonly headerBytes?: number;
    readonly headersTimeoutMs?: number;
    readonly keepAliveTimeoutMs?: number;
  };
}

export interface RunningServer {
  readonly host: string;
  readonly port: number;
  /** `http://127.0.0.1:9180`, without a slash at the end. */
  readonly url: string;
  /** Takes no new connection, lets answers under way finish for `graceMs`, then cuts what is left. */
  stop(graceMs?: number): Promise<void>;
}

/** Listens, or throws what `listen` throws (`EADDRINUSE`, …). */
export async function startHttpServer(options: HttpServerOptions): Promise<RunningServer> {
  const host = options.host ?? "127.0.0.1";
  const server = serverOf(options);
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0; // a TCP listener has one
  const name = host.includes(":") ? `[${host}]` : host;
  return { host, port, url: `http://${name}:${port}`, stop: (graceMs = 1_000) => stop(server, sockets, graceMs) };
}

function serverOf(options: HttpServerOptions): Server {
  const { limits = {}, upgrade } = options;
  const serve = (request: IncomingMessage, response: ServerResponse) => void answer(options, request, response);
  const server = createServer({
    maxHeaderSize: limits.headerBytes ?? 64 * 1024,
    headersTimeout: limits.headersTimeoutMs ?? 60_000,
    keepAliveTimeout: limits.keepAliveTimeoutMs ?? 60_000,
    requestTimeout: 0, // a slow upload is the handler's affair
    requireHostHeader: false,
    shouldUpgradeCallback: upgrade?.wants ?? (() => false),
  });
  server.on("request", serve);
  // The handler sends "100 Continue" itself, when it begins to want the body.
  server.on("checkContinue", serve);
  server.on("clientError", (error: Error & { code?: string; rawPacket?: Buffer }, socket: Duplex) => {
    const raw = error.rawPacket ?? Buffer.alloc(0);
    if (error.code === "ECONNRESET" || !socket.writable) socket.destroy();
    else socket.end(options.refuse?.({ code: error.code ?? "unknown", raw }) ?? bareRefusal);
  });
  server.on("connect", (_request: IncomingMessage, socket: Duplex) => {
    socket.end(options.refuse?.({ code: "CONNECT", raw: Buffer.alloc(0) }) ?? bareRefusal);
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (upgrade !== undefined && socket instanceof Socket) upgrade.handle(request, socket, head);
    else socket.destroy();
  });
  return server;
}

const bareRefusal = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

async function answer(options: HttpServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await options.handle(request, response);
  } catch (error) {
    options.onError?.(error);
    if (response.headersSent) response.destroy();
    else response.writeHead(500, { "Content-Length": 0, Connection: "close" }).end();
  }
}

async function stop(server: Server, sockets: ReadonlySet<Socket>, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => {
    // Sockets that were upgraded are no longer the server's own: it would wait for them and never cut them.
    for (const socket of sockets) socket.destroy();
  }, graceMs);
  await closed;
  clearTimeout(timer);
  for (const socket of sockets) socket.destroy();
}
