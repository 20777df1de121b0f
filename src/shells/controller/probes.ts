import type { IncomingMessage, ServerResponse } from "node:http";
import { type RunningServer, startHttpServer } from "../../edges/http/index.ts";

export interface ProbeOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Every informer has synced once, and no stop was asked for. Never depends on a gateway. */
  readonly isReady: () => boolean;
  readonly isAlive: () => boolean;
  /** Prometheus text format. */
  readonly exposition: () => Promise<string>;
}

/** `/livez`, `/readyz` and `/metrics`. */
export async function startProbes(options: ProbeOptions): Promise<RunningServer> {
  return startHttpServer({
    host: options.host,
    port: options.port,
    handle: (request, response) => answer(options, request, response),
  });
}

async function answer(options: ProbeOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  switch ((request.url ?? "/").split("?", 1)[0]) {
    case "/livez":
      return say(response, options.isAlive() ? 200 : 503, options.isAlive() ? "ok\n" : "stuck\n");
    case "/readyz":
      return say(
        response,
        options.isReady() ? 200 : 503,
        options.isReady() ? "ok\n" : "not all informers have synced\n",
      );
    case "/metrics":
      return say(response, 200, await options.exposition(), "text/plain; version=0.0.4; charset=utf-8");
    default:
      return say(response, 404, "not found\n");
  }
}

function say(response: ServerResponse, status: number, text: string, type = "text/plain; charset=utf-8"): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) }).end(text);
}
