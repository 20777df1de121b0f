import {
  type ApisixFailure,
  type DocumentFault,
  type GatewayDocument,
  type GatewayPace,
  type JsonObject,
  type Secret,
} from "../../core/model/index.ts";
import {
  type DocumentPart,
  decodeDocument,
  decodeErrorText,
  decodeFault,
  decodeFaults,
  documentParts,
  pushTimeIn,
} from "../../wire/admin/index.ts";
import { baseOf } from "./addresses.ts";
import type { Call } from "./call.ts";
import { type Answer, Connection, type Request, type Timeouts, defaultTimeouts } from "./connection.ts";
import type { Credentials } from "./credentials.ts";
import { AdminApiError } from "./errors.ts";
import { gatewayWords } from "./gateway-words.ts";
import { Throttle } from "./throttle.ts";
import { retryAfterMsOf } from "./retry-after.ts";
import { parsed, verdictOf } from "./verdict.ts";

export interface DocumentApiOptions extends Credentials {
  /** Admin address of one instance. */
  readonly url: string;
  readonly timeouts?: Partial<Timeouts>;
  readonly pace?: GatewayPace;
  readonly onCall?: (call: Call) => void;
  readonly clock?: () => number;
}

/** What one instance holds. */
export interface HeldDocument {
  readonly document: GatewayDocument;
  /** As it was pushed; absent before the first push, and with 3.13, which keeps none. */
  readonly digest: string | undefined;
  readonly version: string | undefined;
  /** Unix seconds of the last push; 0 where it is not known. */
  readonly pushedAt: number;
}

/** Bytes. Source: apache/apisix, apisix/admin/config_validate.lua, MAX_REQ_BODY. */
const mostValidated = 1_572_864;

type Pushed = Pick<HeldDocument, "digest" | "pushedAt">;

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Asked right before anything goes out: why it may not, or `undefined`. */
  readonly halted?: () => string | undefined;
}

interface PushOptions extends CallOptions {
  /** The one item that is new: a refusal is about it, and is told in the gateway's words, without its values. */
  readonly suspect?: () => JsonObject | undefined;
}

/**
 * One instance of an APISIX without etcd, through `/apisix/admin/configs`. Sends a second time only when a kept
 * connection had been closed, and nothing while the gateway has asked for a pause. Source: apache/apisix 3.18, apisix/admin/standalone.lua.
 */
export class DocumentApi {
  readonly #url: URL;
  readonly #options: DocumentApiOptions;
  readonly #throttle: Throttle;
  #key: Secret;
  #connection: Connection;
  /** By our clock: until then it asked to be left alone. */
  #pausedUntilMs = 0;

  constructor(options: DocumentApiOptions) {
    this.#url = new URL("configs", baseOf(options.url));
    this.#options = options;
    this.#throttle = new Throttle({ perSecond: options.pace?.writesPerSecond });
    this.#key = options.key;
    this.#connection = this.#connect(options);
  }

  setCredentials(credentials: Credentials): void {
    this.#connection.retire();
    this.#key = credentials.key;
    this.#connection = this.#connect(credentials);
  }

  /** From the next push on. */
  setPace({ writesPerSecond }: GatewayPace): void {
    this.#throttle.setRate(writesPerSecond);
  }

  close(): void {
    this.#connection.close();
  }

  /** @throws {AdminApiError} `notFound` where there is no such thing: a gateway with etcd, or one before 3.13. */
  async read(options: CallOptions = {}): Promise<HeldDocument> {
    const answer = await this.#call("GET", options);
    const json = parsed(answer.text);
    const decoded = decodeDocument(json);
    if (decoded.ok)
      return { document: decoded.value, digest: answer.digest, version: versionOf(answer), pushedAt: pushTimeIn(json) };
    const words = decoded.problems.map(({ path, message }) => `${path}: ${message}`).join("; ");
    throw new AdminApiError("badAnswer", "GET /configs", `JSON, but not a configuration: ${words}`);
  }

  /** The digest alone; `undefined` before the first push. @throws {AdminApiError} `notFound` as `read`, and with 3.13. */
  async digest(options: CallOptions = {}): Promise<string | undefined> {
    return (await this.#call("HEAD", options)).digest;
  }

  /**
   * Puts the whole configuration there, or nothing of it. Says whether the digest is kept, as it is since 3.14, and when
   * that was by the gateway's clock.
   * @throws {AdminApiError} `rejected`: something in it is wrong; `conflict`: a version is lower than what it has.
   */
  async push(text: string, digest: string, options: PushOptions = {}): Promise<Pushed> {
    const answer = await this.#call("PUT", { ...options, body: text, headers: { "x-digest": digest } });
    const keepsDigest = answer.status === 204 || answer.digest === digest;
    return { digest: keepsDigest ? digest : undefined, pushedAt: Number(answer.lastModified ?? 0) };
  }

  /**
   * Everything that the instance finds wrong with the items of a configuration, in its words and without a value that was
   * sent; `undefined` where it can't say (before 3.15). Asked in as many requests as it takes.
   * @throws {AdminApiError} when it can't be asked.
   */
  async validate(document: GatewayDocument, options: CallOptions = {}): Promise<Faults> {
    const faults: DocumentFault[] = [];
    for (const part of documentParts(document, mostValidated)) {
      // oxlint-disable-next-line no-await-in-loop -- the first one that can't be told ends it
      const found = await this.#validatePart(part, options);
      if (found === undefined) return undefined;
      faults.push(...found.map((fault) => this.#masked(fault, document)));
    }
    return faults;
  }

  async #validatePart({ text, offsets }: DocumentPart, options: CallOptions): Promise<Faults> {
    try {
      await this.#call("POST", { ...options, body: text }, "/validate");
      return [];
    } catch (error) {
      if (!(error instanceof RefusedDocument)) throw error;
      if (error.status === 404) return undefined;
      return decodeFaults(parsed(error.text))?.map((fault) =>
        fault.index === undefined ? fault : { ...fault, index: fault.index + (offsets.get(fault.list) ?? 0) },
      );
    }
  }

  #masked(fault: DocumentFault, document: GatewayDocument): DocumentFault {
    const lists: Readonly<Record<string, { readonly items: readonly JsonObject[] }>> = document;
    const item = fault.index === undefined ? undefined : lists[fault.list]?.items[fault.index];
    const place = item && decodeFault(fault.error, item);
    return { ...fault, error: gatewayWords(fault.error, item ?? {}, this.#key), ...(place && { fault: place }) };
  }

  async #call(
    method: Request["method"],
    { halted, suspect, ...sent }: PushOptions & Pick<Request, "body" | "headers">,
    below: "" | "/validate" = "",
  ): Promise<Answer> {
    const what = `${method} /configs${below}`;
    const clock = this.#options.clock ?? Date.now;
    for (let attempt = 1; ; attempt += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one attempt after the other
      if (method === "PUT") await this.#throttle.turn(sent.signal);
      const reason = halted?.();
      if (reason !== undefined) throw new AdminApiError("unreachable", what, reason, { wasSent: false });
      const startedAt = clock();
      if (startedAt < this.#pausedUntilMs) throw this.#pause(what, this.#pausedUntilMs - startedAt);
      const url = new URL(`${this.#url.href}${below}`);
      // oxlint-disable-next-line no-await-in-loop -- one attempt after the other
      const answer = await this.#connection.send({ method, url, ...sent });
      const failure = "failure" in answer ? answer.failure : failureOf(method, answer, this.#key);
      this.#options.onCall?.({
        method,
        kind: "configs",
        durationMs: clock() - startedAt,
        attempt,
        ...("status" in answer && { status: answer.status }),
        ...(failure !== undefined && { failure }),
      });
      if ("failure" in answer) {
        if (answer.isStale && attempt === 1) continue;
        throw new AdminApiError(answer.failure === "aborted" ? "unreachable" : answer.failure, what, answer.detail);
      }
      if (failure !== undefined && failure !== "aborted") throw this.#errorOf(failure, what, answer, suspect?.());
      return answer;
    }
  }

  /** No seconds in the text: it becomes a condition, which must not change while nothing does. */
  #pause(what: string, retryAfterMs: number): AdminApiError {
    const detail = "not asked: it wants to be left alone for a while";
    return new AdminApiError("overloaded", what, detail, { retryAfterMs, wasSent: false });
  }

  /** Without a suspect the gateway's words are not shown: there is no telling whose secret they quote. */
  #errorOf(failure: ApisixFailure, what: string, answer: Answer, suspect: JsonObject | undefined): AdminApiError {
    const { status, text } = answer;
    const said = suspect && decodeErrorText(parsed(text));
    const words = said === undefined ? undefined : gatewayWords(said, suspect, this.#key);
    const isRefusal = failure === "rejected" || failure === "conflict";
    const detail = isRefusal
      ? (words ?? `the gateway refuses the configuration (${status})`)
      : detailOf(answer, this.#key);
    const now = (this.#options.clock ?? Date.now)();
    const retryAfterMs = retryAfterMsOf(answer.retryAfter, now);
    if (retryAfterMs !== undefined) this.#pausedUntilMs = Math.max(this.#pausedUntilMs, now + retryAfterMs);
    return what.endsWith("/validate") && (status === 400 || status === 404)
      ? new RefusedDocument(failure, what, detail, { status }, text)
      : new AdminApiError(failure, what, detail, {
          status,
          retryAfterMs,
          fault: said === undefined || suspect === undefined ? undefined : decodeFault(said, suspect),
        });
  }

  #connect(credentials: Credentials): Connection {
    const timeouts = { ...defaultTimeouts, ...this.#options.timeouts };
    return new Connection(credentials, { timeouts, maxSockets: 2 });
  }
}

type Faults = readonly DocumentFault[] | undefined;

/** Holds what the gateway answered, for the one caller that reads it; never leaves this file. */
class RefusedDocument extends AdminApiError {
  readonly text: string;

  constructor(failure: ApisixFailure, what: string, detail: string, facts: { readonly status: number }, text: string) {
    super(failure, what, detail, facts);
    this.text = text;
  }
}

/** A push is answered by 202 or, where the instance holds it already, by 204; everything else by 200. */
function failureOf(method: Request["method"], answer: Answer, key: Secret): ApisixFailure | undefined {
  const { status, text } = answer;
  if (status === 202 || status === 204 || status === 200)
    return (status === 200) === (method === "PUT") ? "badAnswer" : undefined;
  const isQuestion = method === "GET" || method === "HEAD"; // there is nothing in it to refuse
  if (status === 400) return isQuestion ? "badAnswer" : isOutdone(text) ? "conflict" : "rejected";
  if (status === 404) return "notFound";
  const verdict = verdictOf("GET", answer, { body: undefined, key });
  return verdict.kind === "bad" ? verdict.failure : "badAnswer";
}

function isOutdone(text: string): boolean {
  return decodeErrorText(parsed(text))?.includes("_conf_version must be greater") === true;
}

function detailOf(answer: Answer, key: Secret): string {
  const verdict = verdictOf("GET", answer, { body: undefined, key });
  return verdict.kind === "bad" ? verdict.detail : `not what a gateway in standalone mode answers (${answer.status})`;
}

function versionOf({ server }: Answer): string | undefined {
  return /^APISIX\/(\S+)/.exec(server ?? "")?.[1];
}
