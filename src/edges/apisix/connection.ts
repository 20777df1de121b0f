import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import got, { type Got } from "got";
import type { Secret } from "../../core/model/index.ts";
import { type NetworkFailure, networkFailureOf } from "./network-failure.ts";

export interface Timeouts {
  /** Name look-up, TCP and TLS, each. */
  readonly connectMs: number;
  /** Silence at any moment: while sending, until the answer begins, within the answer. */
  readonly idleMs: number;
  /** A whole write. */
  readonly writeMs: number;
  /** A whole read; a list may be long. */
  readonly readMs: number;
}

export const defaultTimeouts: Timeouts = { connectMs: 3_000, idleMs: 15_000, writeMs: 20_000, readMs: 60_000 };

/** A list longer than this is no list of routes. */
const longestAnswer = 512 * 1024 * 1024;

export interface Request {
  readonly method: "GET" | "PUT" | "DELETE";
  readonly url: URL;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  /** Of the headers only these are looked at. */
  readonly server: string | undefined;
  readonly retryAfter: string | undefined;
  readonly contentType: string | undefined;
  readonly text: string;
}

/** Connections under one set of credentials: one keep-alive pool, every phase timed, nothing retried. */
export class Connection {
  readonly #pool: { readonly http: HttpAgent; readonly https: HttpsAgent };
  readonly #got: Got;
  readonly #timeouts: Timeouts;
  #underWay = 0;
  #isRetired = false;

  constructor(
    key: Secret,
    ca: string | undefined,
    { timeouts, maxSockets }: { readonly timeouts: Timeouts; readonly maxSockets: number },
  ) {
    this.#timeouts = timeouts;
    // Free sockets go before nginx closes them (75 s), the last used first, so that few stay warm.
    const options = {
      keepAlive: true,
      maxSockets,
      maxFreeSockets: maxSockets,
      scheduling: "lifo",
      timeout: 30_000,
    } as const;
    this.#pool = {
      http: new HttpAgent(options),
      https: new HttpsAgent({ ...options, ...(ca !== undefined && { ca }) }),
    };
    this.#got = got.extend({
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
      responseType: "text",
    });
  }

  /** Sends one request once. What went wrong on the way is a value, and nothing of got is in it. */
  async send({ method, url, body, signal }: Request): Promise<Answer | NetworkFailure> {
    const { connectMs, idleMs, writeMs, readMs } = this.#timeouts;
    this.#underWay += 1;
    const stop = method === "GET" ? new AbortController() : undefined;
    const signals = [signal, stop?.signal].filter((one) => one !== undefined);
    const bytesBefore = { value: 0 };
    try {
      const call = this.#got(url, {
        method,
        ...(body !== undefined && { body, headers: { "content-type": "application/json" } }),
        ...(signals.length > 0 && { signal: signals.length === 1 ? signals[0] : AbortSignal.any(signals) }),
        timeout: {
          lookup: connectMs,
          connect: connectMs,
          secureConnect: connectMs,
          socket: idleMs,
          send: idleMs,
          response: idleMs,
          request: method === "GET" ? readMs : writeMs,
        },
      });
      void call.on("request", (request) => {
        request.once("socket", (socket) => (bytesBefore.value = socket.bytesRead));
      });
      if (stop !== undefined)
        void call.on("downloadProgress", ({ transferred }) => {
          if (transferred > longestAnswer) stop.abort();
        });
      const { statusCode, headers, body: text } = await call;
      return {
        status: statusCode,
        server: textOf(headers["server"]),
        retryAfter: textOf(headers["retry-after"]),
        contentType: textOf(headers["content-type"]),
        text,
      };
    } catch (error) {
      return networkFailureOf(error, {
        isAborted: signal?.aborted === true,
        isTooLong: stop?.signal.aborted === true,
        bytesBefore: bytesBefore.value,
      });
    } finally {
      this.#underWay -= 1;
      this.#closeWhenIdle();
    }
  }

  /** Closes the pool when the last call under way has ended. */
  retire(): void {
    this.#isRetired = true;
    this.#closeWhenIdle();
  }

  /** Closes the pool now; calls under way fail. */
  close(): void {
    this.#pool.http.destroy();
    this.#pool.https.destroy();
  }

  #closeWhenIdle(): void {
    if (this.#isRetired && this.#underWay === 0) this.close();
  }
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
