import type { Dispatcher } from "undici";
import { type Clock, systemClock } from "./clock.ts";
import type { ClusterConfig, Connection } from "./config.ts";
import { type Dispatchers, type Lane, dispatchersOf, fingerprintOf } from "./dispatchers.ts";
import { KubeError, errorOfNetwork, errorOfStatus } from "./errors.ts";

export interface KubeRequest {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly path: string;
  /** Those that are `undefined` are left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** Of the body; JSON by default. */
  readonly contentType?: string;
  readonly lane?: Lane;
  readonly signal?: AbortSignal | undefined;
  /** Instead of the transport's. */
  readonly timeoutMs?: number;
}

/** What each request came to, for metrics: closed sets only. `code` is 0 where no answer came. */
export interface RequestReport {
  readonly method: KubeRequest["method"];
  readonly lane: Lane;
  readonly code: number;
  readonly durationMs: number;
}

export interface TransportOptions {
  readonly config: ClusterConfig;
  readonly userAgent?: string;
  readonly observe?: (report: RequestReport) => void;
  readonly clock?: Clock;
  /** From the request to the last byte of its answer; watches excepted. */
  readonly timeoutMs?: number;
}

const headersTimeoutMs = 30_000;
/** As client-go: a token file is looked at once a minute. Source: kubernetes/client-go, transport/token_source.go. */
const rereadMs = 60_000;

interface Open {
  readonly connection: Connection;
  readonly dispatchers: Dispatchers;
  readonly fingerprint: string;
  readonly readAtMs: number;
}

/**
 * The one way to the API server: kept-alive connections, credentials that rotate, failures as `KubeError`. It sends a
 * request a second time, at once, in two cases only: stale credentials or trust (after reading them anew), and a read
 * whose connection was reset before an answer came.
 */
export class Transport {
  readonly #config: ClusterConfig;
  readonly #userAgent: string;
  readonly #observe: (report: RequestReport) => void;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  #open: Open | undefined;
  #opening: Promise<Open> | undefined;
  #isClosed = false;

  constructor({ config, userAgent, observe, clock, timeoutMs }: TransportOptions) {
    this.#config = config;
    this.#userAgent = userAgent ?? "apisix-route-operator";
    this.#observe = observe ?? (() => {});
    this.#clock = clock ?? systemClock;
    this.#timeoutMs = timeoutMs ?? 60_000;
  }

  /** Sends a request and decodes the JSON answer. Throws `KubeError`, `ConfigError`, or the signal's reason. */
  async request(request: KubeRequest): Promise<unknown> {
    const deadline = new AbortController();
    const overdue = () =>
      deadline.abort(new KubeError(`${nameOf(request)}: no whole answer in time`, { failure: "timeout" }));
    const timeoutMs = request.timeoutMs ?? this.#timeoutMs;
    const cancel = this.#clock.after(timeoutMs, overdue);
    const pass = () => deadline.abort(request.signal?.reason);
    if (request.signal?.aborted === true) pass();
    request.signal?.addEventListener("abort", pass);
    try {
      const { body } = await this.#send({ ...request, signal: deadline.signal }, timeoutMs);
      return decode(request, await textOf(request, body));
    } catch (error) {
      throw deadline.signal.aborted ? deadline.signal.reason : error;
    } finally {
      cancel();
      request.signal?.removeEventListener("abort", pass);
    }
  }

  /**
   * Sends a request whose answer has no end. `idleMs` without a byte of it is a timeout. The caller reads the body
   * or destroys it. Throws as `request` does; what the body throws, `errorOfNetwork` translates.
   */
  async stream(request: KubeRequest, idleMs: number): Promise<Dispatcher.ResponseData["body"]> {
    return (await this.#send({ lane: "watches", ...request }, idleMs)).body;
  }

  /** Breaks off what still runs and closes every connection. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const open = this.#open ?? (await this.#opening?.catch(() => undefined));
    this.#open = undefined;
    if (open !== undefined)
      await Promise.all(Object.values(open.dispatchers).map((dispatcher) => dispatcher.destroy()));
  }

  async #send(request: KubeRequest, bodyTimeout: number): Promise<Dispatcher.ResponseData> {
    const open = await this.#connect();
    try {
      return await this.#attempt(request, bodyTimeout, open);
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      const isStale = error.failure === "unauthorized" || isDistrust(error.cause);
      if (!isStale && !(request.method === "GET" && isReset(error.cause))) throw error;
      return await this.#attempt(request, bodyTimeout, isStale ? await this.#connectAnew(open) : open);
    }
  }

  async #attempt(request: KubeRequest, bodyTimeout: number, open: Open): Promise<Dispatcher.ResponseData> {
    const { method, lane = "requests", signal } = request;
    const started = this.#clock.elapsed();
    const report = (code: number) => this.#observe({ method, lane, code, durationMs: this.#clock.elapsed() - started });
    let response: Dispatcher.ResponseData;
    try {
      const answer = open.dispatchers[lane].request({
        origin: this.#config.server.origin,
        path: this.#pathOf(request),
        method,
        headers: this.#headersOf(request, open.connection),
        ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
        ...(signal !== undefined && { signal }),
        headersTimeout: headersTimeoutMs,
        bodyTimeout,
      });
      response = await orAborted(answer, signal);
    } catch (error) {
      report(0);
      throw signal?.aborted === true ? signal.reason : errorOfNetwork(nameOf(request), error);
    }
    report(response.statusCode);
    if (response.statusCode < 300) return response;
    throw await refusalOf(request, response);
  }

  #pathOf({ path, query = {} }: KubeRequest): string {
    const present = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const search = new URLSearchParams(present).toString();
    const root = this.#config.server.pathname.replace(/\/$/, "");
    return `${root}${path}${search === "" ? "" : `?${search}`}`;
  }

  /** No accept-encoding: gzip would cost the server's CPU and ours, and save nothing inside a cluster. */
  #headersOf({ body, contentType }: KubeRequest, { headers }: Connection): Record<string, string> {
    return {
      accept: "application/json",
      "user-agent": this.#userAgent,
      ...(body !== undefined && { "content-type": contentType ?? "application/json" }),
      ...Object.fromEntries(headers.map(([name, value]) => [name, value.reveal()])),
    };
  }

  async #connect(): Promise<Open> {
    const open = this.#open;
    if (open !== undefined && this.#clock.elapsed() - open.readAtMs < rereadMs) return open;
    try {
      return await this.#reread(open, this.#config.connect);
    } catch (error) {
      // A token file in the moment of its rotation: what we have is good until the server says otherwise.
      if (open === undefined || this.#isClosed) throw error;
      return (this.#open = { ...open, readAtMs: this.#clock.elapsed() });
    }
  }

  /** After a refusal of what `stale` was opened with; requests that failed together read once. */
  async #connectAnew(stale: Open): Promise<Open> {
    const open = this.#open;
    return open !== undefined && open.connection !== stale.connection
      ? open
      : this.#reread(stale, this.#config.reconnect);
  }

  #reread(before: Open | undefined, read: () => Promise<Connection>): Promise<Open> {
    this.#opening ??= this.#readAndOpen(before, read).finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #readAndOpen(before: Open | undefined, read: () => Promise<Connection>): Promise<Open> {
    const connection = await read();
    const fingerprint = fingerprintOf(connection);
    const isSame = before?.fingerprint === fingerprint;
    const dispatchers = isSame ? before.dispatchers : await dispatchersOf(connection);
    if (this.#isClosed) throw new KubeError("the connection to the cluster is closed", { failure: "unreachable" });
    // What still runs on the old connections may end there: the server accepted them.
    if (before !== undefined && !isSame) for (const old of Object.values(before.dispatchers)) void old.close();
    this.#open = { connection, dispatchers, fingerprint, readAtMs: this.#clock.elapsed() };
    return this.#open;
  }
}

/** `GET /api/v1/secrets`: what errors call a request. */
export function nameOf({ method, path }: KubeRequest): string {
  return `${method} ${path}`;
}

async function refusalOf(
  request: KubeRequest,
  { statusCode, headers, body }: Dispatcher.ResponseData,
): Promise<KubeError> {
  const text = await textOf(request, body);
  const retryAfter = headers["retry-after"];
  return errorOfStatus(
    nameOf(request),
    statusCode,
    orText(text),
    typeof retryAfter === "string" ? retryAfter : undefined,
  );
}

async function textOf(request: KubeRequest, body: Dispatcher.ResponseData["body"]): Promise<string> {
  try {
    return await body.text();
  } catch (error) {
    throw request.signal?.aborted === true ? request.signal.reason : errorOfNetwork(nameOf(request), error);
  }
}

function decode(request: KubeRequest, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's words quote the text, which may be a Secret: they stay out.
    throw new KubeError(`${nameOf(request)}: the answer is not JSON`, { failure: "malformed" });
  }
}

function orText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** undici looks at the signal of a request only once it has a connection for it, which may take a connect timeout. */
async function orAborted(
  answer: Promise<Dispatcher.ResponseData>,
  signal: AbortSignal | undefined,
): Promise<Dispatcher.ResponseData> {
  if (signal === undefined) return answer;
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_done, failed) => {
    onAbort = () => failed(new Error("aborted"));
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** A kept connection that the server, or something on the way, had given up. Reading again is safe; writing might be done twice. */
function isReset(cause: unknown): boolean {
  const codes = ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"];
  return cause instanceof Error && "code" in cause && codes.includes(String(cause.code));
}

const distrustCodes = /CERT|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)|ERR_SSL|ERR_TLS/;

/** The TLS handshake failed, so nothing was sent: the server's CA or our certificate may have rotated. */
function isDistrust(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" && distrustCodes.test(cause.code);
}
