import type { AdminKind, ApisixFailure } from "../../core/model/index.ts";

/** What a call is for: objects of a kind, or what the gateway tells about itself. */
export type Asked = AdminKind | "schema" | "plugins";

/** One request as it went out and what came back, for counters; `attempt` counts from 1 within one call. */
export interface Call {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** `configs`: the whole configuration of a gateway without etcd. */
  readonly kind: Asked | "configs";
  /** HTTP status; absent when no whole answer came. */
  readonly status?: number;
  /** Absent when the gateway did what was asked. */
  readonly failure?: ApisixFailure | "aborted";
  readonly durationMs: number;
  readonly attempt: number;
}
