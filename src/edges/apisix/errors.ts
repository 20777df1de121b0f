import type { ApisixFailure, Fault } from "../../core/model/index.ts";

/**
 * What one Admin API call came to when it did not succeed. Callers switch on `failure`. Holds our own words and, where
 * the gateway said why, its words with everything masked that the request carried; never a cause, a key or a body.
 */
export class AdminApiError extends Error {
  override readonly name = "AdminApiError";
  readonly failure: ApisixFailure;
  /** The call: `PUT /routes/shop.cart_route`. */
  readonly what: string;
  /** The message without the call. */
  readonly detail: string;
  /** HTTP status, if there was an answer. */
  readonly status: number | undefined;
  /** How long the gateway asked to be left alone, or how long we leave it alone by ourselves. */
  readonly retryAfterMs: number | undefined;
  /** What is wrong with the object that was sent. */
  readonly fault: Fault | undefined;
  /** `false`: kept back by us, no request went out. */
  readonly wasSent: boolean;

  constructor(
    failure: ApisixFailure,
    what: string,
    detail: string,
    facts: {
      readonly status?: number;
      readonly retryAfterMs?: number | undefined;
      readonly fault?: Fault | undefined;
      readonly wasSent?: boolean;
    } = {},
  ) {
    super(`${what}: ${detail}`);
    this.failure = failure;
    this.what = what;
    this.detail = detail;
    this.status = facts.status;
    this.retryAfterMs = facts.retryAfterMs;
    this.fault = facts.fault;
    this.wasSent = facts.wasSent ?? true;
  }
}
