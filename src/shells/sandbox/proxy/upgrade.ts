import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { STATUS_CODES } from "node:http";
import { changeResponse } from "../plugins/run.ts";
import { HeaderList } from "./headers.ts";
import { routeHeader, type AnswerContext } from "./reply.ts";

export interface Upgraded {
  readonly response: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

export interface Client {
  readonly socket: Socket;
  readonly head: Buffer;
  readonly context: AnswerContext;
}

/** Passes the upstream's consent on and lets both sides talk until one hangs up. */
export function joinSockets(upstream: Upgraded, client: Client): void {
  const { exchange, engaged, routeId } = client.context;
  const headers = new HeaderList(upstream.response.rawHeaders);
  const head = { status: upstream.response.statusCode ?? 101, headers };
  headers.set("Server", `APISIX/${exchange.version}`);
  changeResponse(engaged, exchange, head);
  if (routeId !== undefined) headers.set(routeHeader, routeId);
  const lines = [`HTTP/1.1 ${head.status} ${STATUS_CODES[head.status] ?? ""}`];
  const flat = headers.flat();
  for (let index = 0; index + 1 < flat.length; index += 2) lines.push(`${flat[index] ?? ""}: ${flat[index + 1] ?? ""}`);
  exchange.response.detachSocket(client.socket);
  client.socket.write(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  if (upstream.head.length > 0) client.socket.write(upstream.head);
  if (client.head.length > 0) upstream.socket.write(client.head);
  tie(client.socket, upstream.socket);
}

function tie(one: Duplex, other: Duplex): void {
  one.pipe(other).pipe(one);
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
  }
}
