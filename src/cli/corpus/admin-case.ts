import type { Json } from "../../core/model/index.ts";

/** One case of `admin-api.json`: exchanges with the Admin API, one after the other. Format: test/corpus/README.md. */
export interface AdminCase {
  readonly group: string;
  readonly name: string;
  /** The gateway proxies TCP too, so that stream routes are taken. */
  readonly streamProxy?: boolean;
  readonly exchanges: readonly AdminExchange[];
}

export interface AdminExchange {
  readonly method: string;
  readonly path: string;
  readonly body?: Json;
  /** The exact text, in place of `body`. */
  readonly raw?: string;
  /** In place of a body that is too large to keep: its length. */
  readonly bodyBytes?: number;
  /** Absent: the right key in X-API-KEY. */
  readonly auth?: "none" | "wrong";
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly response?: Json;
  readonly text?: string;
  /** Title of an error page. */
  readonly html?: string;
  readonly empty?: boolean;
  readonly responseHeaders?: Readonly<Record<string, string>>;
}

export interface AdminAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/** An exchange that was answered otherwise than recorded. */
export interface AdminMiss {
  readonly case: AdminCase;
  readonly exchange: AdminExchange;
  readonly answer: AdminAnswer;
  readonly differences: readonly string[];
}
