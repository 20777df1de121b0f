import type { AdminKind, ApisixFailure } from "../../core/model/index.ts";

/** One request as it went out and what came back, for counters; `attempt` counts from 1 within one call. */
export interface Call {
  readonly method: "GET" | "PUT" | "DELETE";
  readonly kind: AdminKind;
  /** HTTP status; absent when no whole answer came. */
  readonly status?: number;
  /** Absent when the gateway did what was asked. */
  readonly failure?: ApisixFailure | "aborted";
  readonly durationMs: number;
  readonly attempt: number;
}
