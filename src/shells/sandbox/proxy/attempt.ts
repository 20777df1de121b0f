import { type Agent as HttpAgent, request as requestHttp, type ClientRequest, type IncomingMessage } from "node:http";
import { type Agent as HttpsAgent, request as requestHttps, type RequestOptions } from "node:https";
import type { Duplex, Readable } from "node:stream";
import type { Timeout } from "../../../core/model/index.ts";
import type { Onward } from "./exchange.ts";
import type { Node } from "./nodes.ts";

/** The connections to upstreams, kept open between requests. */
export interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

/** What goes up with the request. A stream can be sent once, bytes again and again. */
export type UpBody =
  | { readonly kind: "none" }
  | { readonly kind: "bytes"; readonly bytes: Buffer }
  | { readonly kind: "stream"; readonly stream: Readable; readonly begin: () => void };

export interface AttemptOptions {
  readonly node: Node;
  readonly scheme: string;
  readonly onward: Onward;
  readonly host: string;
  readonly body: UpBody;
  readonly timeout: Timeout;
  readonly agents: Agents;
  readonly tls: Pick<RequestOptions, "cert" | "key">;
  readonly signal: AbortSignal;
}

/** What came of one try. */
export type Attempt =
  | { readonly kind: "answered"; readonly response: IncomingMessage }
  | { readonly kind: "upgraded"; readonly response: IncomingMessage; readonly socket: Duplex; readonly head: Buffer }
  | {
      readonly kind: "failed";
      /** What the client is told if nothing better comes. */
      readonly status: 502 | 504;
      /** Whether anything of the request may have reached the upstream. */
      readonly wasSent: boolean;
      /** The connection had served before and was cut by the other side, as idle ones are. */
      readonly wasStale: boolean;
    };

/** Sends the request to one node. Never throws; an aborted signal ends it as a failure. */
export function attempt(options: AttemptOptions): Promise<Attempt> {
  const { node, body, timeout, signal } = options;
  return new Promise((resolve) => {
    const sent = open(options);
    let isConnected = false;
    let isLate = false;
    const late = () => {
      isLate = true;
      sent.destroy(new Error(`no answer of ${node.host}:${node.port} in time`));
    };
    const connectTimer = setTimeout(late, timeout.connect * 1_000);
    const stop = () => sent.destroy(new Error("the client went away"));
    signal.addEventListener("abort", stop, { once: true });
    const begin = () => {
      isConnected = true;
      clearTimeout(connectTimer);
      sendBody(sent, body);
    };
    sent.on("socket", (socket) => {
      // From now on silence in either direction is what counts.
      sent.setTimeout(Math.max(timeout.read, timeout.send) * 1_000, late);
      if (socket.connecting) socket.once(options.scheme === "https" ? "secureConnect" : "connect", begin);
      else begin();
    });
    sent.on("response", (response) => resolve({ kind: "answered", response }));
    sent.on("upgrade", (response, socket, head) => {
      sent.setTimeout(0);
      socket.setTimeout(0);
      resolve({ kind: "upgraded", response, socket, head });
    });
    // After an answer this only says that the rest of the request was not wanted.
    sent.on("error", (error: NodeJS.ErrnoException) => {
      const wasStale = sent.reusedSocket && !isLate && (error.code === "ECONNRESET" || error.code === "EPIPE");
      resolve({ kind: "failed", status: isLate ? 504 : 502, wasSent: isConnected, wasStale });
    });
    sent.on("close", () => {
      clearTimeout(connectTimer);
      signal.removeEventListener("abort", stop);
      resolve({ kind: "failed", status: 502, wasSent: isConnected, wasStale: false });
    });
  });
}

function open({ node, scheme, onward, host, agents, tls, body }: AttemptOptions): ClientRequest {
  // A stream cannot be sent again, so it does not go over a connection that may be about to close.
  const isFresh = body.kind === "stream";
  const shared = {
    host: node.host,
    port: node.port,
    method: onward.method,
    path: onward.target,
    headers: ["Host", host, ...onward.headers.flat()],
    setHost: false,
  };
  if (scheme !== "https") return requestHttp({ ...shared, agent: isFresh ? false : agents.http });
  const name = host.replace(/:\d+$/, "");
  const servername = /^[\d.]+$|:|\[/.test(name) ? "" : name;
  // As APISIX: the certificate of an upstream is not looked at.
  return requestHttps({
    ...shared,
    ...tls,
    agent: isFresh ? false : agents.https,
    servername,
    rejectUnauthorized: false,
  });
}

function sendBody(sent: ClientRequest, body: UpBody): void {
  switch (body.kind) {
    case "none":
      return void sent.end();
    case "bytes":
      return void sent.end(body.bytes);
    case "stream":
      body.begin();
      body.stream.pipe(sent);
  }
}
