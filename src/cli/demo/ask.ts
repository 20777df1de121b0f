import { type OutgoingHttpHeaders, request as sendRequest } from "node:http";
import { sentenceOf } from "../exit.ts";
import type { StoryRequest } from "./request.ts";

/** Which route answered: the sandbox says so on every answer of a matched route, and ahead of it to those who ask. */
const routeHeader = "x-sandbox-route";
const announceHeader = "x-sandbox-announce";
const patienceMs = 10_000;

/**
 * Sends the request to the proxy over a connection of its own and returns the id of the route that answered,
 * `undefined` where none did. Waits for no upstream: many that routes name are not there. Throws where no answer comes at all.
 */
export function ask(request: StoryRequest, proxyUrl: string): Promise<string | undefined> {
  const { hostname, port } = new URL(proxyUrl);
  const { method, host, target, body } = request;
  const headers: OutgoingHttpHeaders = { host, ...request.headers, [announceHeader]: "1" };
  if (body !== undefined) headers["content-length"] = Buffer.byteLength(body);
  return new Promise((resolve, reject) => {
    const sent = sendRequest({
      host: hostname,
      port,
      method,
      path: target,
      headers,
      agent: false,
      signal: AbortSignal.timeout(patienceMs),
    });
    const settle = (answered: NodeJS.Dict<string | string[]>) => {
      sent.destroy();
      const id = answered[routeHeader];
      resolve(Array.isArray(id) ? id[0] : id);
    };
    sent.on("information", ({ headers: announced }) => {
      if (announced[routeHeader] !== undefined) settle(announced);
    });
    sent.on("response", ({ headers: answered }) => settle(answered));
    for (const event of ["upgrade", "connect"] as const)
      sent.on(event, ({ headers: answered }, socket) => {
        socket.destroy();
        settle(answered);
      });
    sent.on("error", (error: NodeJS.ErrnoException) => {
      // A gateway that hangs up on what it can't read has no route for it.
      if (error.code === "ECONNRESET") return resolve(undefined);
      reject(new Error(`${request.line}: the sandbox did not answer: ${sentenceOf(error)}`, { cause: error }));
    });
    sent.on("close", () => resolve(undefined));
    sent.end(body);
  });
}
