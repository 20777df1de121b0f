import type { IncomingMessage, ServerResponse } from "node:http";
import { type RunningServer, startHttpServer } from "../../edges/http/index.ts";
import { sentenceOf } from "../exit.ts";

/** Where the examples send their requests. */
const servers = [
  { name: "blue", port: 9101 },
  { name: "green", port: 9102 },
] as const;

export interface Upstreams {
  /** `127.0.0.1:9101`, for those that run. */
  readonly addresses: readonly string[];
  /** Why the others do not, in a sentence each. */
  readonly notes: readonly string[];
  stop(): Promise<void>;
}

/** Two tiny servers that answer with who they are and what they were asked. One whose port is taken is left out. */
export async function startUpstreams(): Promise<Upstreams> {
  const running: RunningServer[] = [];
  const notes: string[] = [];
  for (const { name, port } of servers) {
    try {
      running.push(await startHttpServer({ port, handle: (request, response) => introduce(name, request, response) }));
    } catch (error) {
      notes.push(`Upstream ${name} is not there, its port ${port} can't be used: ${sentenceOf(error)}.`);
    }
  }
  return {
    addresses: running.map(({ host, port }) => `${host}:${port}`),
    notes,
    stop: async () => void (await Promise.all(running.map((server) => server.stop(0)))),
  };
}

function introduce(name: string, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const { method, url, headers } = request;
  const text = `${JSON.stringify({ server: name, method, url, headers }, undefined, 2)}\n`;
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(request.method === "HEAD" ? undefined : text);
}
