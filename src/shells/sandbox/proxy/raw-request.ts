import type { IncomingMessage } from "node:http";
import { clientAddressOf, textOf, type RawRequest } from "../../../core/matcher/index.ts";

/** Thrown when the router reads a body that has not come yet. */
export class BodyNeeded extends Error {
  override readonly name = "BodyNeeded";
}

/**
 * Stands for a body that is still on its way. Bodies are streamed, unless a condition that is really evaluated asks for
 * one; then the request is matched again with all of it. (`Buffer.from` asks for the value first.)
 */
class UnreadBody extends Uint8Array {
  override valueOf(): never {
    throw new BodyNeeded();
  }
}

/** Whether there is a body to come. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers["content-length"];
  return headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}

/** The request as the matcher takes it. */
export function rawRequestOf(request: IncomingMessage, body: Buffer | undefined): RawRequest {
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    headers.push([request.rawHeaders[index] ?? "", textOf(request.rawHeaders[index + 1] ?? "")]);
  }
  const peer = (request.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:(?=\d+\.)/, "");
  const realIp = request.headers["x-real-ip"];
  return {
    method: request.method ?? "GET",
    target: textOf(request.url ?? "/"),
    http: request.httpVersion === "1.0" ? "1.0" : "1.1",
    headers,
    remoteAddr: clientAddressOf(peer, Array.isArray(realIp) ? realIp.at(-1) : realIp),
    ...(request.socket.localPort === undefined ? {} : { port: request.socket.localPort }),
    ...(body === undefined ? (hasBody(request) ? { body: new UnreadBody(0) } : {}) : { body }),
  };
}
