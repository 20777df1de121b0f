import { RequestError, TimeoutError } from "got";
import type { ApisixFailure } from "../../core/model/index.ts";

/** Why no whole answer came. */
export interface NetworkFailure {
  readonly failure: Extract<ApisixFailure, "timeout" | "unreachable" | "badAnswer" | "unauthorized"> | "aborted";
  readonly detail: string;
  /** The gateway may have got the request, and done what it says. */
  readonly maybeSent: boolean;
  /** A kept connection turned out to be closed before a byte came: not the gateway's answer to this request. */
  readonly isStale: boolean;
}

/** What is known beside the error. */
interface Circumstances {
  readonly isAborted: boolean;
  readonly isTooLong: boolean;
  /** What the socket had read before this request. */
  readonly bytesBefore: number;
}

const codesBeforeSending: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens at that address",
  ENOTFOUND: "the name of the host is not known",
  EAI_AGAIN: "the name of the host could not be looked up",
  EHOSTUNREACH: "no way to the host",
  ENETUNREACH: "no way to the network",
  EADDRNOTAVAIL: "no address to connect from",
};

/** The phases that end before the first byte goes out. Source: sindresorhus/got 16.1, source/core/timed-out.ts. */
const phasesBeforeSending: readonly string[] = ["lookup", "connect", "secureConnect"];

/**
 * Reads what it needs of an error of the HTTP client, and drops it: such an error holds the admin key and the body.
 */
export function networkFailureOf(error: unknown, circumstances: Circumstances): NetworkFailure {
  const sent = { maybeSent: true, isStale: false };
  const notSent = { maybeSent: false, isStale: false };
  const code = codeOf(error);
  if (circumstances.isAborted)
    return { failure: "aborted", detail: "stopped before the gateway had answered", ...sent };
  if (circumstances.isTooLong) return { failure: "badAnswer", detail: "the answer does not end", ...sent };
  if (error instanceof TimeoutError) {
    const isBefore = phasesBeforeSending.includes(error.event);
    return { failure: "timeout", detail: `no answer in time (${error.event})`, ...(isBefore ? notSent : sent) };
  }
  if (code === "ERR_INVALID_CHAR")
    return { failure: "unauthorized", detail: "the admin key has characters that no header may have", ...notSent };
  const before = codesBeforeSending[code];
  if (before !== undefined) return { failure: "unreachable", detail: `${before} (${code})`, ...notSent };
  if (isTrust(code))
    return {
      failure: "unreachable",
      detail: `no secure connection: the certificate is not trusted (${code})`,
      ...notSent,
    };
  if (code.startsWith("ERR_SSL") || code.startsWith("ERR_TLS") || code.startsWith("ERR_OSSL") || code === "EPROTO")
    return { failure: "unreachable", detail: `no secure connection (${code})`, ...notSent };
  if (code.startsWith("HPE_")) return { failure: "badAnswer", detail: `not HTTP (${code})`, ...sent };
  if (error instanceof RequestError && error.response !== undefined)
    return { failure: "badAnswer", detail: "the answer ended in the middle", ...sent };
  const isStale = error instanceof RequestError && isUnanswered(error, circumstances.bytesBefore);
  return {
    failure: "unreachable",
    detail: `the connection broke before an answer (${code})`,
    maybeSent: true,
    isStale,
  };
}

function isUnanswered({ request, code }: RequestError, bytesBefore: number): boolean {
  const isReset = code === "ECONNRESET" || code === "EPIPE";
  return isReset && request?.reusedSocket === true && (request.socket?.bytesRead ?? bytesBefore) === bytesBefore;
}

/** Codes are words of Node and OpenSSL, in capitals; anything else is not repeated. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : "UNKNOWN";
}

function isTrust(code: string): boolean {
  return (
    /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_|INVALID_CA|CRL_)/.test(code) ||
    code === "ERR_TLS_CERT_ALTNAME_INVALID"
  );
}
