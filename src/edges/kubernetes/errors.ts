import { type Json, isJsonObject } from "../../core/model/index.ts";

/**
 * What kind of no it was. `gone`: the resource version or continue token has expired. `overloaded`: 429 or 503, wait.
 * `malformed`: the answer was no JSON, or half of it. `unreachable`: no answer at all. The rest as HTTP names them.
 */
export type KubeFailure =
  | "invalid"
  | "unauthorized"
  | "forbidden"
  | "notFound"
  | "alreadyExists"
  | "conflict"
  | "gone"
  | "overloaded"
  | "serverError"
  | "malformed"
  | "timeout"
  | "unreachable";

/** One field the API server complained about. */
export interface StatusCause {
  readonly field: string;
  readonly reason: string;
  readonly message: string;
}

interface KubeErrorDetails {
  readonly failure: KubeFailure;
  readonly code?: number;
  readonly reason?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** A request to the API server that failed. Its text holds method, path and the server's words; no header, no body. */
export class KubeError extends Error {
  override readonly name = "KubeError";
  readonly failure: KubeFailure;
  /** HTTP status, 0 where there was none. */
  readonly code: number;
  /** The Status object's `reason`, as `AlreadyExists`; "" where there was none. */
  readonly reason: string;
  readonly causes: readonly StatusCause[];
  /** How long the server asked us to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { failure, code = 0, reason = "", causes = [], retryAfterMs, cause }: KubeErrorDetails) {
    super(message, { cause });
    this.failure = failure;
    this.code = code;
    this.reason = reason;
    this.causes = causes;
    this.retryAfterMs = retryAfterMs;
  }
}

export function isKubeError(error: unknown, ...failures: readonly KubeFailure[]): error is KubeError {
  return error instanceof KubeError && (failures.length === 0 || failures.includes(error.failure));
}

/**
 * An answer other than 2xx, or an ERROR event of a watch, as an error. `body` is the Status object, or whatever came.
 * `retryAfter` is the header, in seconds; the body's `details.retryAfterSeconds` counts where it is missing.
 */
export function errorOfStatus(request: string, code: number, body: unknown, retryAfter?: string): KubeError {
  const status = isJsonObject(body) ? body : {};
  const details = isJsonObject(status["details"]) ? status["details"] : {};
  const reason = textOf(status["reason"]);
  const words = textOf(status["message"]) || (typeof body === "string" ? body.trim().slice(0, 200) : "");
  const causes = causesOf(details["causes"]);
  const seconds = Number(retryAfter ?? details["retryAfterSeconds"] ?? Number.NaN);
  return new KubeError([`${request}: ${code}`, reason, words].filter((part) => part !== "").join(" "), {
    failure: isAnotherUid(code, causes) ? "conflict" : failureOf(code, reason),
    code,
    reason,
    causes,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
  });
}

/** What undici or the socket threw, as an error. */
export function errorOfNetwork(request: string, cause: unknown): KubeError {
  const { code, message } = describe(cause);
  const failure = code.endsWith("_TIMEOUT") ? "timeout" : "unreachable";
  return new KubeError(`${request}: ${failure}: ${message}${code === "" ? "" : ` (${code})`}`, { failure, cause });
}

// Source: kubernetes/apimachinery, pkg/api/errors/errors.go, NewGenericServerResponse().
function failureOf(code: number, reason: string): KubeFailure {
  switch (code) {
    case 401:
      return "unauthorized";
    case 403:
      return "forbidden";
    case 404:
      return "notFound";
    case 409:
      return reason === "AlreadyExists" ? "alreadyExists" : "conflict";
    case 410:
      return "gone";
    case 429:
    case 503:
      return "overloaded";
    case 504:
      return "timeout";
    default:
      return code >= 500 ? "serverError" : "invalid";
  }
}

/** Apply calls a uid that is not the object's an edit of an immutable field; other verbs call it a conflict, and so do we. */
function isAnotherUid(code: number, causes: readonly StatusCause[]): boolean {
  return code === 422 && causes.some(({ field }) => field === "metadata.uid");
}

function causesOf(list: Json | undefined): readonly StatusCause[] {
  return Array.isArray(list)
    ? list.filter(isJsonObject).map((cause) => ({
        field: textOf(cause["field"]),
        reason: textOf(cause["reason"]),
        message: textOf(cause["message"]),
      }))
    : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function describe(cause: unknown): { readonly code: string; readonly message: string } {
  if (!(cause instanceof Error)) return { code: "", message: String(cause) };
  // ECONNREFUSED on several addresses comes as an AggregateError without a message.
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : undefined;
  const message = cause.message || (first instanceof Error ? first.message : cause.name);
  return { code: "code" in cause && typeof cause.code === "string" ? cause.code : "", message };
}
