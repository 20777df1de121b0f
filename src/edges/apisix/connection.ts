import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import got, { type Got, type PlainResponse, type Request as GotRequest, type RequestFunction } from "got";
import type { Credentials } from "./credentials.ts";
import { type NetworkFailure, networkFailureOf } from "./network-failure.ts";
import { Stops } from "./stops.ts";

export interface Timeouts {
  /** Name look-up, TCP and TLS, each. */
  readonly connectMs: number;
  /** Silence of the gateway while a read waits for its answer, and within the answer. */
  readonly idleMs: number;
  /** A whole write. */
  readonly writeMs: number;
  /** A whole read; a list may be long. */
  readonly readMs: number;
  /** How long connections are kept that nobody uses. */
  readonly keptMs: number;
}

export const defaultTimeouts: Timeouts = {
  connectMs: 3_000,
  idleMs: 15_000,
  writeMs: 20_000,
  readMs: 60_000,
  keptMs: 30_000,
};

/** A list longer than this is no list of routes. */
const longestAnswer = 512 * 1024 * 1024;

export interface Request {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  /** Of the headers only these are looked at. */
  readonly server: string | undefined;
  readonly retryAfter: string | undefined;
  readonly contentType: string | undefined;
  /** Of a whole configuration. */
  readonly digest: string | undefined;
  readonly lastModified: string | undefined;
  readonly text: string;
}

/** Connections under one set of credentials: one keep-alive pool, every phase timed, nothing retried. */
export class Connection {
  readonly #pool: { readonly http: HttpAgent; readonly https: HttpsAgent };
  readonly #reads: Got;
  readonly #writes: Got;
  readonly #keptMs: number;
  readonly #stops = new Stops();
  #underWay = 0;
  #idle: NodeJS.Timeout | undefined;
  #isRetired = false;

  constructor(
    { key, ca, serverName }: Credentials,
    { timeouts, maxSockets }: { readonly timeouts: Timeouts; readonly maxSockets: number },
  ) {
    // The last used first, so that few stay warm. No `timeout` here, it would cost a tenth of each call: see #rest().
    const options = { keepAlive: true, maxSockets, maxFreeSockets: maxSockets, scheduling: "lifo" } as const;
    this.#pool = {
      http: new HttpAgent(options),
      https: new HttpsAgent({
        ...options,
        ...(ca !== undefined && { ca }),
        ...(serverName !== undefined && { servername: serverName }),
      }),
    };
    const { connectMs, idleMs, readMs, writeMs, keptMs } = timeouts;
    this.#keptMs = keptMs;
    // Options of an instance are merged once, those of a call at each call.
    const base = got.extend({
      agent: this.#pool,
      headers: {
        // Keys from files often end in a line break.
        "x-api-key": key.reveal().trim(),
        "user-agent": "apisix-route-operator",
        accept: "application/json",
      },
      retry: { limit: 0 },
      throwHttpErrors: false,
      followRedirect: false,
      request: nativeRequest,
      timeout: { lookup: connectMs, connect: connectMs, secureConnect: connectMs },
    });
    this.#reads = base.extend({ timeout: { request: readMs, response: idleMs, socket: idleMs } });
    this.#writes = base.extend({
      timeout: { request: writeMs },
      headers: { "content-type": "application/json" },
      decompress: false, // what answers a write is short
    });
  }

  /** Sends one request once. What went wrong on the way is a value, and nothing of got is in it. */
  async send({ method, url, headers, body, signal }: Request): Promise<Answer | NetworkFailure> {
    this.#underWay += 1;
    const isRead = method === "GET" || method === "HEAD";
    const send = isRead ? this.#reads : this.#writes;
    // As a stream: it takes a fifth less of the processor than got's promise of a whole answer.
    const call = send.stream(url, {
      method,
      ...(headers !== undefined && { headers }),
      ...(body !== undefined && { body }),
    });
    if (!isRead && body === undefined) call.end();
    const goOn = signal && this.#stops.on(signal, () => call.destroy());
    const answer = await answerOf(call, signal);
    goOn?.();
    this.#underWay -= 1;
    if (this.#underWay === 0) this.#rest();
    return answer;
  }

  /** Closes the pool when the last call under way has ended. */
  retire(): void {
    this.#isRetired = true;
    if (this.#underWay === 0) this.close();
  }

  /** Closes all sockets now; calls under way fail. A later call opens new ones. */
  close(): void {
    this.#pool.http.destroy();
    this.#pool.https.destroy();
  }

  /** Nothing is under way: kept sockets go before nginx closes them (75 s), or a firewall forgets them in silence. */
  #rest(): void {
    if (this.#isRetired) this.close();
    else this.#idle = (this.#idle ?? setTimeout(() => this.#closeUnused(), this.#keptMs).unref()).refresh();
  }

  #closeUnused(): void {
    if (this.#underWay === 0) this.close();
  }
}

/** With what we use of got's forty options: Node copies them three times, which is a tenth of a call. The rest is the pool's. */
const nativeRequest: RequestFunction = (url, { method, headers, agent }, callback) => {
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  return send(url, { method, headers, agent }, callback);
};

/** Reads a whole answer. Never rejects. */
function answerOf(call: GotRequest, signal: AbortSignal | undefined): Promise<Answer | NetworkFailure> {
  return new Promise((resolve) => {
    let bytesBefore = 0;
    let isTooLong = false;
    const fail = (error?: unknown) =>
      resolve(networkFailureOf(error, { isAborted: signal?.aborted === true, isTooLong, bytesBefore }));
    call.on("error", fail); // always heard: an error that nobody hears ends the process
    call.once("close", fail); // comes alone where it was us who ended it
    call.once("request", (request) => {
      request.once("socket", (socket: Socket) => (bytesBefore = socket.bytesRead));
    });
    call.once("response", (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      call.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length <= longestAnswer) return;
        isTooLong = true;
        call.destroy();
      });
      call.once("end", () => resolve({ ...headOf(response), text: textIn(chunks) }));
    });
  });
}

function headOf({ statusCode, headers }: PlainResponse): Omit<Answer, "text"> {
  return {
    status: statusCode,
    server: textOf(headers["server"]),
    retryAfter: textOf(headers["retry-after"]),
    contentType: textOf(headers["content-type"]),
    digest: textOf(headers["x-digest"]),
    lastModified: textOf(headers["x-last-modified"]),
  };
}

function textIn(chunks: readonly Buffer[]): string {
  const [only = Buffer.of()] = chunks;
  return (chunks.length > 1 ? Buffer.concat(chunks) : only).toString("utf8");
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
