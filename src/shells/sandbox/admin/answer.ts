import type { Json } from "../../../core/model/index.ts";

/** What the Admin API gives back. */
export type Answer =
  | { readonly status: number; readonly body: Json; readonly headers?: Readonly<Record<string, string>> }
  | { readonly status: number; readonly text: string; readonly headers?: Readonly<Record<string, string>> }
  /** An error page of nginx: the request never reached the Admin code, or crashed it. */
  | { readonly status: number; readonly page: true };

export function refusal(status: number, error_msg: string): Answer {
  return { status, body: { error_msg } };
}

/**
 * Where APISIX's own code breaks on what it was given. It answers 500 with a page, and so do we: a client has to cope
 * with that on a write.
 */
export class Breakdown extends Error {
  override readonly name = "Breakdown";
}
