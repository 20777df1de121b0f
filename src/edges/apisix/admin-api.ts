import type { AdminBodies, AdminKind, ApisixFailure, GatewayPace } from "../../core/model/index.ts";
import { encodeBody, pathOf } from "../../wire/admin/index.ts";
import { Addresses } from "./addresses.ts";
import { CircuitBreaker } from "./breaker.ts";
import type { Asked, Call } from "./call.ts";
import { type Answer, Connection, type Timeouts } from "./connection.ts";
import type { Credentials } from "./credentials.ts";
import { AdminApiError } from "./errors.ts";
import type { NetworkFailure } from "./network-failure.ts";
import { retryAfterMsOf } from "./retry-after.ts";
import { Throttle } from "./throttle.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

export interface AdminApiOptions {
  readonly urls: readonly string[];
  readonly credentials: Credentials;
  readonly timeouts: Timeouts;
  readonly pace: Pace;
  readonly onCall: (call: Call) => void;
  readonly clock: () => number;
}

/** Reads are never limited per second. */
interface Pace extends GatewayPace {
  readonly concurrency: number;
}

export interface AdminRequest {
  readonly method: "GET" | "PUT" | "DELETE";
  readonly kind: Asked;
  /** Absent for the list of the kind. */
  readonly id?: string;
  /** Where it stands, if not under the name of the kind: `consumers/shop_jack/credentials`, `schema/route`. */
  readonly below?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: AdminBodies[AdminKind];
  readonly signal?: AbortSignal | undefined;
  /** Asked right before anything goes out: why it may not, or `undefined`. */
  readonly halted?: () => string | undefined;
}

export interface AdminResult {
  readonly verdict: Exclude<Verdict, { kind: "bad" }>;
  /** As in the `Server` header of an APISIX that tells: `3.18.0`. */
  readonly version: string | undefined;
}

/**
 * One call at a time: picks the address, sends, judges the answer, counts it. Sends a second time in two cases only: at
 * once, when a kept connection had been closed; and to the next address, when it is certain that the first one got
 * nothing (a read also when it is not certain).
 */
export class AdminApi {
  readonly #addresses: Addresses;
  readonly #breaker: CircuitBreaker;
  readonly #options: AdminApiOptions;
  readonly #throttle: Throttle;
  #maxSockets: number;
  #credentials: Credentials;
  #connection: Connection;
  #lastFailure: ApisixFailure = "unreachable";
  #version: string | undefined;

  constructor(options: AdminApiOptions) {
    this.#options = options;
    this.#addresses = new Addresses(options.urls);
    this.#breaker = new CircuitBreaker(options.clock);
    this.#throttle = new Throttle({ perSecond: options.pace.writesPerSecond });
    this.#maxSockets = socketsFor(options.pace);
    this.#credentials = options.credentials;
    this.#connection = this.#connect();
  }

  /** From now on; calls under way end on the connections that they have. */
  setPace(pace: Pace): void {
    this.#throttle.setRate(pace.writesPerSecond);
    if (socketsFor(pace) === this.#maxSockets) return;
    this.#maxSockets = socketsFor(pace);
    this.#connection.retire();
    this.#connection = this.#connect();
  }

  /** From now on calls use these; calls under way end with the old ones. */
  setCredentials(credentials: Credentials): void {
    const { key, ca, serverName } = this.#credentials;
    const isSame = key.equals(credentials.key) && ca === credentials.ca && serverName === credentials.serverName;
    if (isSame) return;
    this.#connection.retire();
    this.#credentials = credentials;
    this.#connection = this.#connect();
  }

  close(): void {
    this.#connection.close();
  }

  /** What the gateway said it is in its last answer, `3.18.0`. */
  get version(): string | undefined {
    return this.#version;
  }

  /** @throws {AdminApiError} for everything but success and "no such object". */
  async call(request: AdminRequest): Promise<AdminResult> {
    const place = placeOf(request);
    const what = `${request.method} /${place}`;
    const waitMs = await this.#breaker.admit();
    if (waitMs !== undefined) {
      // No seconds in the text: it becomes a condition, which must not change while nothing does.
      const detail = "not asked: it failed several times in a row and is left alone for a while";
      throw new AdminApiError(this.#lastFailure, what, detail, { retryAfterMs: waitMs, wasSent: false });
    }
    const sent = await this.#send(request, place, what).catch((error: unknown) => {
      this.#breaker.abstain(); // held back: nothing was learned
      throw error;
    });
    if ("failure" in sent) {
      this.#learn(sent.failure);
      const failure = sent.failure === "aborted" ? "unreachable" : sent.failure;
      throw new AdminApiError(failure, what, sent.detail);
    }
    const { answer, verdict } = sent;
    const { status } = answer;
    this.#version = versionIn(answer);
    const retryAfterMs = retryAfterMsOf(answer.retryAfter, this.#options.clock());
    if (verdict.kind === "bad") {
      this.#learn(verdict.failure, { status, retryAfterMs });
      throw new AdminApiError(verdict.failure, what, verdict.detail, { status, retryAfterMs, fault: verdict.fault });
    }
    this.#breaker.succeed();
    return { verdict, version: this.#version };
  }

  async #send(
    request: AdminRequest,
    place: string,
    what: string,
  ): Promise<NetworkFailure | { readonly answer: Answer; readonly verdict: Verdict }> {
    const { method, kind, signal } = request;
    const body = request.body === undefined ? undefined : encodeBody(request.body);
    const search = request.query === undefined ? "" : `?${new URLSearchParams(request.query).toString()}`;
    const path = `${place}${search}`;
    let addressesLeft = this.#addresses.count;
    let mayResend = true;
    for (let attempt = 1; ; attempt += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one attempt after the other
      if (method !== "GET") await this.#throttle.turn(signal);
      const reason = request.halted?.();
      if (reason !== undefined) throw new AdminApiError("unreachable", what, reason, { wasSent: false });
      const address = this.#addresses.preferred;
      const { key } = this.#credentials;
      const startedAt = this.#options.clock();
      // oxlint-disable-next-line no-await-in-loop -- one attempt after the other
      const sent = await this.#connection.send({
        method,
        url: new URL(path, address),
        ...(body !== undefined && { body }),
        signal,
      });
      const durationMs = this.#options.clock() - startedAt;
      const call = { method, kind, durationMs, attempt };
      if (!("failure" in sent)) {
        const verdict = verdictOf(method, sent, { body: request.body, key, isQuestion: isQuestion(kind) });
        const failure = failureOf(method, verdict);
        this.#options.onCall({ ...call, status: sent.status, ...(failure !== undefined && { failure }) });
        return { answer: sent, verdict };
      }
      this.#options.onCall({ ...call, failure: sent.failure });
      if (sent.isStale && mayResend) {
        mayResend = false;
        continue;
      }
      const isDead = sent.failure === "unreachable" || sent.failure === "timeout";
      if (!isDead) return sent;
      this.#addresses.giveUp(address);
      addressesLeft -= 1;
      if (addressesLeft === 0 || (sent.maybeSent && method !== "GET")) return sent;
    }
  }

  /** What a failed call says about the gateway itself. */
  #learn(failure: ApisixFailure | "aborted", facts: { status?: number; retryAfterMs?: number | undefined } = {}): void {
    switch (failure) {
      case "aborted":
        return this.#breaker.abstain();
      case "rejected":
        // A 500 may be the object's fault or the gateway's; alone it proves neither.
        return facts.status === 500 ? this.#breaker.abstain() : this.#breaker.succeed();
      case "unauthorized":
      case "conflict":
        return this.#breaker.succeed();
      case "overloaded":
      case "notFound":
      case "gatewayError":
      case "badAnswer":
      case "timeout":
      case "unreachable":
        this.#lastFailure = failure;
        return this.#breaker.fail(facts.retryAfterMs);
    }
  }

  #connect(): Connection {
    const { timeouts } = this.#options;
    return new Connection(this.#credentials, { timeouts, maxSockets: this.#maxSockets });
  }
}

/** A few at least, for reads. */
function socketsFor({ concurrency }: Pace): number {
  return Math.max(concurrency, 4);
}

function versionIn({ server }: Answer): string | undefined {
  return /^APISIX\/(\S+)/.exec(server ?? "")?.[1];
}

function placeOf({ kind, id, below }: AdminRequest): string {
  return id === undefined || isQuestion(kind) ? (below ?? kind) : pathOf(kind, id);
}

/** Asks what the gateway knows; that it does not know something is an answer. */
function isQuestion(kind: Asked): kind is "schema" | "plugins" {
  return kind === "schema" || kind === "plugins";
}

/** Nothing to delete, and no such list: neither is a failure. */
function failureOf(method: AdminRequest["method"], verdict: Verdict): ApisixFailure | undefined {
  if (verdict.kind === "absent" && method === "PUT") return "notFound";
  return verdict.kind === "bad" ? verdict.failure : undefined;
}
