import type { IncomingMessage, ServerResponse } from "node:http";
import { type RunningServer, startHttpServer } from "../../edges/http/index.ts";
import { sentenceOf } from "../exit.ts";

/** Where the examples send their requests. */
export const upstreamPorts = [9101, 9102] as const;

export interface Upstreams {
  /** `127.0.0.1:9101`, for those that run. */
  readonly addresses: readonly string[];
  /** Why the others do not, in a sentence each. */
  readonly notes: readonly string[];
  stop(): Promise<void>;
}

/** Two tiny servers that answer with who they are and what they were asked. One whose port is taken is left out. */
export async function startUpstreams(): Promise<Upstreams> {
  const servers: RunningServer[] = [];
  const notes: string[] = [];
  for (const port of upstreamPorts) {
    try {
      servers.push(await startHttpServer({ port, handle: (request, response) => introduce(port, request, response) }));
    } catch (error) {
      notes.push(`No upstream of ours on port ${port}: ${sentenceOf(error)}.`);
    }
  }
  return {
    addresses: servers.map(({ host, port }) => `${host}:${port}`),
    notes,
    stop: async () => void (await Promise.all(servers.map((server) => server.stop(0)))),
  };
}

function introduce(port: number, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const { method, url, headers } = request;
  const text = `${JSON.stringify({ upstream: `127.0.0.1:${port}`, method, url, headers }, undefined, 2)}\n`;
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(request.method === "HEAD" ? undefined : text);
}
